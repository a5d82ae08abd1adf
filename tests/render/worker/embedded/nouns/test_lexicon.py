from pathlib import Path

import pytest

from phosphene.render.worker.embedded.nouns.bloom_filter import BloomFilter
from phosphene.render.worker.embedded.nouns.lexicon import FILE, Lexicon, Meaning, pack
from phosphene.render.worker.embedded.nouns.tokens import fold, phrase, tokens
from tests.render.worker.embedded.toy import SHIPPED


def test_the_shipped_lexicon_is_small_and_calls_every_concept_in_both_languages() -> None:
    assert (SHIPPED / FILE).stat().st_size <= 300_000
    lexicon = Lexicon.load(SHIPPED)
    assert len(lexicon.concepts) >= 400
    for language in ("en", "fr"):
        called = {m.value for m in lexicon.phrases[language].values()}
        assert set(lexicon.concepts) <= called
    figures = {figure for figure, _ in lexicon.actions.values()}
    assert figures <= set(lexicon.concepts)
    assert len(lexicon.phrases) >= 12


def test_a_lexicon_is_what_was_packed(tmp_path: Path) -> None:
    phrases = {"en": {"cat": "cat", "lynx": "~cat", "shore": "@beach", "!sing": "!sing"}}
    packed = pack(
        phrases, ["cat", "shore"], ["barn"], {"cat": ("step", "hills")}, {"sing": ("man", "-")}
    )
    (tmp_path / FILE).write_bytes(packed)
    found = Lexicon.load(tmp_path)
    assert found.phrases["en"]["lynx"] == Meaning("subject", "cat", exact=False)
    assert found.phrases["en"]["shore"] == Meaning("place", "beach")
    assert found.phrases["en"]["!sing"] == Meaning("action", "sing")
    assert found.concepts == {"cat": ("step", "hills")}
    assert found.actions == {"sing": ("man", "-")}
    assert "shore" in found.known
    assert ("barn" in found.nouns, "cat" in found.nouns) == (True, False)


def test_what_is_no_lexicon_is_refused(tmp_path: Path) -> None:
    whole = (SHIPPED / FILE).read_bytes()
    for content in (b"nothing", whole[:400]):
        (tmp_path / FILE).write_bytes(content)
        with pytest.raises(ValueError, match=FILE):
            Lexicon.load(tmp_path)


def test_a_bloom_filter_knows_its_words_and_few_others() -> None:
    words = [f"word{k}" for k in range(5000)]
    bloom = BloomFilter.from_words(words)
    assert all(word in bloom for word in words)
    assert sum(f"other{k}" in bloom for k in range(5000)) < 250
    assert "word" not in BloomFilter.from_words([])


def test_words_are_folded_and_signs_are_single() -> None:
    assert [t.folded for t in tokens("L'œuf-dur, Ñandú 3!")] == [
        "l", "oeuf-dur", ",", "nandu", "3", "!",
    ]  # fmt: skip
    assert [t.folded for t in tokens("赤い車")] == ["赤", "い", "車"]
    assert phrase(["赤", "い"]) == "赤い"
    assert fold("ガ") == "ガ"
    assert fold("Ærø") == "aero"
