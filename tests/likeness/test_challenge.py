from itertools import chain, pairwise, repeat
from random import Random

import pytest

from phosphene.likeness.challenge import (
    BRISK,
    MOVE_COUNT,
    MOVES,
    UNHURRIED,
    Challenge,
    Flaw,
    Instruction,
    Observation,
    draw_moves,
)
from tests.likeness.simulated import SIZE, a_challenge, answers, plays, watch


def straight(at: float, **more: float | str | None) -> Observation:
    seen = {"at": at, "faces": 1, "size": SIZE, "likeness": 0.9} | more
    return Observation(**seen)  # type: ignore[arg-type]


def settled(*moves: str) -> Challenge:
    challenge = Challenge(moves or ("left", "right"))  # type: ignore[arg-type]
    for at in range(4):
        challenge.take_observation(straight(at / 7), at / 7)
    assert challenge.instruction == "left"
    return challenge


def test_moves_are_drawn_by_chance_and_never_twice_in_a_row() -> None:
    drawn = [draw_moves(Random(seed)) for seed in range(2000)]
    assert all(len(one) == MOVE_COUNT for one in drawn)
    assert all(a != b for one in drawn for a, b in pairwise(one))
    assert {one[0] for one in drawn} == {one[-1] for one in drawn} == set(MOVES)
    # 3,750 rows, each as likely as another: 2,000 draws repeat some 430.
    assert len(set(drawn)) > 1400


@pytest.mark.slow
def test_whoever_does_what_is_said_passes() -> None:
    chance = Random(15)
    outcomes = [answers(Challenge(draw_moves(chance)), chance).outcome for _ in range(1000)]
    assert outcomes == ["passed"] * 1000


@pytest.mark.slow
def test_a_recording_does_not() -> None:
    chance = Random(16)
    played = [plays(Challenge(draw_moves(chance)), chance) for _ in range(2000)]
    # One of 3,750 rows is the right one; 20,000 are in bench.enrolment.
    assert sum(one.outcome == "passed" for one in played) <= 3


def test_the_next_move_is_said_when_the_last_was_made_and_the_head_is_back() -> None:
    challenge = settled()
    challenge.take_observation(straight(0.8, yaw=7.0), 0.8)
    assert (challenge.instruction, challenge.done) == ("left", 0)
    challenge.take_observation(straight(1.0, yaw=14.0), 1.0)
    assert (challenge.instruction, challenge.done) == ("back", 1)
    challenge.take_observation(straight(1.1, yaw=12.0), 1.1)
    assert challenge.instruction == "back"
    challenge.take_observation(straight(1.3, yaw=2.0), 1.3)
    assert (challenge.instruction, challenge.is_straight) == ("right", True)
    challenge.take_observation(straight(1.9, yaw=-14.0), 1.9)
    challenge.take_observation(straight(2.4, yaw=0.0), 2.4)
    assert challenge.outcome == "passed"


def test_pictures_from_before_it_was_said_count_for_no_move() -> None:
    challenge = settled()
    challenge.take_observation(straight(0.2, yaw=14.0), 0.9)
    assert challenge.instruction == "left"


@pytest.mark.parametrize(
    ("poses", "outcome"),
    [
        (repeat("look", 90), "too_slow"),
        (chain(repeat("look", 5), repeat("right", 9)), "wrong_move"),
        (chain(repeat("look", 5), repeat("up", 9)), "wrong_move"),
        (chain(repeat("look", 5), repeat("nearer", 9)), "wrong_move"),
        (chain(repeat("look", 5), repeat("left", 90)), "too_slow"),
        (repeat("left", 120), "too_slow"),
    ],
)
def test_what_is_not_asked_for_ends_it(poses: "repeat[Instruction]", outcome: str) -> None:
    assert watch(a_challenge(), poses, Random(1)).outcome == outcome


def test_one_picture_that_was_measured_wrongly_ends_nothing() -> None:
    challenge = settled()
    challenge.take_observation(straight(0.8, pitch=20.0), 0.8)
    challenge.take_observation(straight(0.9), 0.9)
    challenge.take_observation(straight(1.0, pitch=20.0), 1.0)
    assert challenge.outcome is None
    challenge.take_observation(straight(1.1, pitch=20.0), 1.1)
    assert challenge.outcome == "wrong_move"


@pytest.mark.parametrize("when", [0, 4])
def test_two_faces_are_one_too_many(when: int) -> None:
    challenge = settled() if when else a_challenge()
    challenge.take_observation(straight(0.8, faces=2), 0.8)
    assert challenge.outcome == "several_faces"


def test_the_face_is_the_same_all_along() -> None:
    challenge = settled()
    challenge.take_observation(straight(0.8, likeness=None), 0.8)
    challenge.take_observation(straight(0.9, yaw=20.0, likeness=0.4), 0.9)
    assert challenge.outcome is None
    challenge.take_observation(straight(1.0, likeness=0.4), 1.0)
    assert challenge.outcome == "another_face"
    challenge = settled()
    challenge.take_observation(straight(0.9, yaw=20.0, likeness=0.2), 0.9)
    assert challenge.outcome == "another_face"


def test_before_the_first_move_another_face_begins_anew() -> None:
    challenge = a_challenge()
    for at in range(3):
        challenge.take_observation(straight(at / 7), at / 7)
    challenge.take_observation(straight(0.5, likeness=0.1), 0.5)
    assert (challenge.outcome, challenge.is_straight) == (None, False)
    for at in range(3):
        challenge.take_observation(straight(1 + at / 7), 1 + at / 7)
    assert challenge.instruction == "look"


@pytest.mark.parametrize("flaw", ["dark", "bright", "blurred", "small"])
def test_nothing_begins_before_the_face_can_be_seen_well(flaw: Flaw) -> None:
    challenge = a_challenge()
    for at in range(60):
        challenge.take_observation(straight(at / 7, flaw=flaw), at / 7)
    assert (challenge.instruction, challenge.hint, challenge.outcome) == ("look", flaw, None)
    challenge.take_observation(straight(13.0, flaw=flaw), 13.0)
    assert challenge.outcome == ("light" if flaw in {"dark", "bright"} else "too_slow")


def test_a_face_that_goes_or_is_blinded_ends_it() -> None:
    challenge = settled()
    for at in range(5):
        challenge.take_observation(straight(0.8 + at / 7, faces=0), 0.8 + at / 7)
    assert (challenge.outcome, challenge.hint) == ("nobody", "nobody")
    challenge = settled()
    for at in range(9):
        challenge.take_observation(
            straight(0.8 + at / 7, flaw="bright", likeness=0.1), 0.8 + at / 7
        )
    assert challenge.outcome == "light"


def test_it_takes_fifteen_seconds_at_most_or_for_who_asks_longer() -> None:
    challenge, at = settled(*["left", "right"] * 20), 0.6
    while challenge.outcome is None and at < 60:
        at += 0.9
        yaw = {"left": 14.0, "right": -14.0, "back": 0.0}[challenge.instruction]
        challenge.take_observation(straight(at, yaw=yaw), at)
    assert (challenge.outcome, at < 17) == ("too_slow", True)
    assert BRISK.all == 15.0
    challenge = Challenge(("left",), UNHURRIED)
    for at in (0.0, 0.1, 0.2, 0.3, 12.0):
        challenge.take_observation(straight(at), at)
    challenge.take_observation(straight(13.0, yaw=14.0), 13.0)
    challenge.take_observation(straight(30.0), 30.0)
    assert challenge.outcome == "passed"


def test_what_follows_the_end_changes_nothing() -> None:
    challenge = a_challenge()
    challenge.take_observation(straight(0.0, faces=2), 0.0)
    challenge.take_observation(straight(0.1, faces=1), 99.0)
    assert challenge.outcome == "several_faces"
