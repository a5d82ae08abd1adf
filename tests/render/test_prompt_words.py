import subprocess
import sys

import pytest

from phosphene.render.prompt_words import load_prompt_lexicon


def test_a_text_is_read_as_the_embedded_model_reads_it() -> None:
    lexicon = load_prompt_lexicon()
    text = "a red fox by the lake"
    found = [(trait, text[start:end]) for trait, start, end in lexicon.read_phrases(text)]
    assert found == [("colour:red", "red"), ("subject:fox", "fox"), ("place:lake", "lake")]


def test_who_does_something_is_a_figure_only_where_nobody_else_does_it() -> None:
    lexicon = load_prompt_lexicon()
    assert "subject:dancer" in {one[0] for one in lexicon.read_phrases("dancing in the rain")}
    assert {one[0] for one in lexicon.read_phrases("a bear dancing")} == {"subject:bear"}


def test_a_thing_has_a_home() -> None:
    lexicon = load_prompt_lexicon()
    assert lexicon.home_of("jellyfish") == "underwater"
    assert lexicon.home_of("nothing at all") is None


@pytest.mark.process
def test_reading_needs_no_torch() -> None:
    code = "import sys, phosphene.render.prompt_words; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
