"""Made-up prompts and the lexicons behind them."""

import numpy as np
import pytest

from server.render.theatre.vocabulary import SIZES, SLOTS, VALUES, held_out
from server.render.theatre.words import split
from training.captions import NONE, caption, label, misspell, pick
from training.lexicon import ENGLISH, FRENCH, NOTHING, phrases


@pytest.mark.parametrize("lexicon", [ENGLISH, FRENCH], ids=["english", "french"])
def test_a_lexicon_has_words_for_every_value(lexicon: dict[str, dict[str, list[str]]]) -> None:
    assert {slot: tuple(values) for slot, values in lexicon.items()} == VALUES
    for values in lexicon.values():
        for said in values.values():
            assert len(said) >= 7
            assert all(split(phrase) for phrase in said)


def test_nothing_is_not_something() -> None:
    somethings = {
        phrase
        for lexicon in (ENGLISH, FRENCH)
        for values in lexicon.values()
        for said in values.values()
        for phrase in said
    }
    assert not somethings & set(NOTHING)
    assert len(NOTHING) > 300


def test_phrases_are_split_at_commas_and_trimmed() -> None:
    assert phrases("a b,\n c  d ,e") == ["a b", "c d", "e"]


def test_labels_count_through_all_slots() -> None:
    labels = [label(slot, value) for slot in SLOTS for value in VALUES[slot]]
    assert labels == list(range(sum(SIZES)))
    assert sum(SIZES) == NONE


def test_captions_say_what_their_labels_say() -> None:
    rng = np.random.default_rng(0)
    for _ in range(300):
        made = caption(rng)
        assert len(made.words) == len(made.labels) > 0
        assert made.words == tuple(folded for folded, _ in split(made.text))
        told = {label(slot, v) for slot, v in made.values.items() if v is not None}
        assert set(made.labels) - {NONE} == told


def test_captions_are_repeatable_and_varied() -> None:
    one, two = ([caption(np.random.default_rng(7)).text for _ in range(1)] for _ in range(2))
    assert one == two
    rng = np.random.default_rng(1)
    assert len({caption(rng).text for _ in range(50)}) > 45


def test_languages_and_held_out_combinations_can_be_asked_for() -> None:
    rng = np.random.default_rng(2)
    known = {w for v in FRENCH.values() for s in v.values() for p in s for w, _ in split(p)}
    for _ in range(30):
        made = caption(rng, noise=0, language="fr", held=True)
        meant = [w.rstrip("s") for w, k in zip(made.words, made.labels, strict=True) if k != NONE]
        assert all(any(w == k.rstrip("s") for k in known) for w in meant)
    values = [caption(rng, held=True).values for _ in range(40)]
    full = [v for v in values if v["subject"] and v["colour"] and v["place"]]
    assert full
    assert all(held_out(str(v["subject"]), str(v["colour"]), str(v["place"])) for v in full)


def test_slips_change_one_place_and_spare_short_words() -> None:
    rng = np.random.default_rng(3)
    assert misspell("fox", rng) == "fox"
    slips = {misspell("butterfly", rng) for _ in range(200)}
    assert len(slips) > 30
    assert all(abs(len(slip) - 9) <= 1 and slip[0] == "b" for slip in slips)


def test_pick_is_even() -> None:
    rng = np.random.default_rng(4)
    assert {pick("abc", rng) for _ in range(60)} == {"a", "b", "c"}
