from server.render.worker.embedded.nouns.lexicon import Lexicon
from server.render.worker.embedded.nouns.reader import NounReader
from training.export import WEIGHTS
from training.nouns.lexicon import table
from training.nouns.reading import shares, verdicts


def test_everyday_prompts_are_read_as_what_they_are() -> None:
    found = verdicts(NounReader(Lexicon.load(WEIGHTS)))
    assert len(found) >= 600
    for language in ("en", "fr"):
        share = shares([v for v in found if v.language == language])
        assert share["itself"] + share["kind"] >= 95
        assert share["wrong"] <= 3
        assert share["missing"] <= 2


def test_other_languages_call_everyday_things() -> None:
    lexicon = Lexicon.load(WEIGHTS)
    for row in table("everyday"):
        assert row["concept"].lstrip("@")
    for language in lexicon.phrases.keys() - {"en", "fr"}:
        assert len(lexicon.phrases[language]) > 500
