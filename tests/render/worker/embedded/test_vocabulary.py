"""Slots, plates and channels."""

import pytest

from phosphene.render.worker.embedded.vocabulary import (
    KINDS,
    MEANT,
    OTHERS,
    PLATES,
    RELEVANT,
    SCALE,
    SCORE,
    SHAPES,
    SLOTS,
    kind,
    needs,
)


def test_every_kind_depends_on_known_slots_only() -> None:
    assert (*PLATES, "score") == KINDS
    assert all(set(RELEVANT[kind]) <= set(SLOTS) for kind in KINDS)
    used = {slot for plate in (*KINDS, *OTHERS) for slot in needs(plate)}
    assert used == set(SLOTS)
    assert SHAPES["subject"][-2:] == SHAPES["far"][-2:]


def test_every_channel_of_the_score_has_a_scale() -> None:
    assert len(SCALE) == len(SCORE) == len(set(SCORE)) == 21
    scales = dict(zip(SCORE, SCALE, strict=True))
    for name in SCORE:
        if name.startswith("other_"):
            assert scales[name] == scales[name.removeprefix("other_")]


@pytest.mark.parametrize("plate", PLATES)
def test_a_plate_is_a_kind_of_its_own(plate: str) -> None:
    assert kind(plate) == plate
    assert needs(plate) == RELEVANT[plate]


def test_the_second_subject_is_drawn_as_the_first_from_its_own_slots() -> None:
    assert {plate: kind(plate) for plate in OTHERS} == {"other": "subject", "other_inks": "inks"}
    assert needs("other") == ("other",)
    assert needs("other_inks") == ("other_colour", "time")
    assert set(MEANT) | set(MEANT.values()) <= set(SLOTS)
