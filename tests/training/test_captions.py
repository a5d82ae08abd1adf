"""Made-up prompts and the lexicons behind them."""

from typing import Any

import numpy as np
import pytest

from phosphene.render.worker.embedded.prompt_parser import split
from phosphene.render.worker.embedded.vocabulary import NOBODY, SLOTS
from training.captions import NONE, Caption, caption, label, misspell, pick
from training.lexicon import ENGLISH, FRENCH, NOTHING, PASSIVE, phrases
from training.world import WORLD, held_out


@pytest.mark.parametrize("lexicon", [ENGLISH, FRENCH], ids=["english", "french"])
def test_a_lexicon_has_words_for_every_value(lexicon: dict[str, dict[str, list[str]]]) -> None:
    assert {slot: {*values} for slot, values in lexicon.items()} == {
        slot: {*values} for slot, values in WORLD.values.items()
    }
    for slot, values in lexicon.items():
        for said in values.values():
            assert len(said) >= (7 if slot in SLOTS[:8] else 4)
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
    labels = [label(slot, value) for slot in SLOTS for value in WORLD.values[slot]]
    assert labels == list(range(sum(WORLD.slot_sizes.values())))
    assert sum(WORLD.slot_sizes.values()) == NONE


def test_captions_say_what_their_labels_say() -> None:
    rng = np.random.default_rng(0)
    for _ in range(300):
        made = caption(rng)
        assert len(made.words) == len(made.labels) > 0
        assert made.words == tuple(folded for folded, _ in split(made.text))
        told = {label(slot, v) for slot, v in made.values.items() if v is not None}
        assert set(made.labels) - {NONE} == told


def told(number: int, **options: Any) -> list[Caption]:
    rng = np.random.default_rng(5)
    return [caption(rng, noise=0, **options) for _ in range(number)]


def of(made: Caption, slot: str) -> list[int]:
    """Where the words stand that tell a slot."""
    meant = label(slot, str(made.values[slot]))
    return [at for at, found in enumerate(made.labels) if found == meant]


def test_a_second_subject_is_told_with_the_first_and_what_is_between_them() -> None:
    pairs = [made for made in told(400) if made.values["other"] not in (None, NOBODY)]
    assert 60 < len(pairs) < 240
    for made in pairs:
        assert made.values["subject"]
        assert made.values["relation"]
        assert of(made, "subject")
        assert of(made, "other")
        between = of(made, "relation")
        ends = sorted((of(made, "subject")[0], of(made, "other")[0]))
        assert ends[0] < between[0] < ends[1]
    others = [made for made in told(400) if made.values["other"] in (None, NOBODY)]
    assert all(made.values["relation"] is made.values["other_colour"] is None for made in others)
    assert any(made.values["other"] == NOBODY for made in others)


@pytest.mark.parametrize("tongue", ["en", "fr"])
def test_who_is_watched_or_chased_is_the_second_subject(tongue: str) -> None:
    passive = [
        f" {' '.join(word for word, _ in split(phrase))} "
        for said in PASSIVE[tongue].values()
        for phrase in said
    ]
    turned = 0
    for made in told(500, language=tongue):
        if made.values["other"] in (None, NOBODY):
            continue
        said = any(phrase in f" {' '.join(made.words)} " for phrase in passive)
        assert (of(made, "other")[0] < of(made, "subject")[0]) == said
        turned += said
    assert turned > 10


def test_words_of_moods_and_cameras_are_not_among_those_that_say_nothing() -> None:
    assert {*PASSIVE["en"], *PASSIVE["fr"]} <= {*WORLD.values["relation"]}
    for lexicon in (ENGLISH, FRENCH):
        for slot in ("mood", "camera", "relation", "other"):
            for said in lexicon[slot].values():
                assert not {*said} & {*NOTHING}


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
