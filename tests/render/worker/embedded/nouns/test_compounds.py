from collections.abc import Iterator

import pytest

from phosphene.render.worker.embedded.nouns.compounds import compound, joined, trade
from phosphene.render.worker.embedded.nouns.lemma import nouns
from phosphene.render.worker.embedded.nouns.lexicon import Meaning

NAMES = {
    name: Meaning("subject", value)
    for name, value in {
        "kaffee": "coffee", "tasse": "tea", "garten": "tree", "haus": "house", "ente": "duck",
        "stroh": "wheat", "hut": "hat", "kirsche": "cherries", "baum": "tree", "sonne": "sun",
        "brille": "glasses", "ameise": "ant",
    }.items()
}  # fmt: skip
HOLDING = {"tasse", "haufen"}


def german(part: str) -> Iterator[str]:
    return nouns(part, "de")


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("gartenhaus", Meaning("subject", "house", exact=False)),
        ("gartenhauser", Meaning("subject", "house", exact=False)),
        ("kaffeetassen", Meaning("subject", "coffee")),
        ("ameisenhaufen", Meaning("subject", "ant")),
        ("kirschbaum", Meaning("subject", "tree", exact=False)),
        ("sonnenbrille", Meaning("subject", "glasses", exact=False)),
        ("strohhut", Meaning("subject", "hat", exact=False)),
        ("schlapphut", None),
        ("prasidenten", None),
        ("haus", None),
        ("mause-haus", Meaning("subject", "house", exact=False)),
    ],
)
def test_the_last_part_is_meant_or_what_is_in_it(word: str, meaning: Meaning | None) -> None:
    assert compound(word, "de", NAMES, HOLDING, german) == meaning


def test_other_languages_write_no_words_as_one() -> None:
    assert compound("gartenhaus", "es", NAMES, HOLDING, german) is None


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("wagon-restaurant", Meaning("subject", "railway-car", exact=False)),
        ("mini-jupe", Meaning("subject", "dress", exact=False)),
        ("porte-jupe", None),
        ("wagon", None),
        ("jupe-a-pois", None),
    ],
)
def test_the_first_part_of_a_french_word_is_meant_but_for_verbs_and_sizes(
    word: str, meaning: Meaning | None
) -> None:
    names = {
        "wagon": Meaning("subject", "railway-car"),
        "jupe": Meaning("subject", "dress"),
        "porte": Meaning("subject", "door"),
    }
    assert joined(word, names, lambda part: nouns(part, "fr")) == meaning


@pytest.mark.parametrize(
    "word", ["percussionniste", "clarinettistes", "opticienne", "vulcanologue"]
)
def test_who_is_named_by_a_trade_is_somebody(word: str) -> None:
    assert trade(word, named=True) == Meaning("subject", "person", exact=False)


@pytest.mark.parametrize("word", ["piste", "prologue", "monologues", "tisane"])
def test_what_only_ends_alike_is_nobody(word: str) -> None:
    assert trade(word, named=True) is None
    assert trade("minimaliste", named=False) is None
