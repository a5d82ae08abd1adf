"""How long a worker may be silent follows how late it was."""

import pytest

from phosphene.fleet.names import BEAT_S, LOST_S, PATIENCE_S
from phosphene.fleet.rhythm import HALF_LIFE_S, HeartbeatRhythm


def heard(*gaps_s: float) -> tuple[HeartbeatRhythm, float]:
    """One that has beaten after each of these gaps, and the moment of the last beat."""
    rhythm, now = HeartbeatRhythm(0.0), 0.0
    for gap_s in gaps_s:
        now += gap_s
        rhythm.note_heartbeat(now)
    return rhythm, now


@pytest.mark.parametrize("gaps_s", [(), (BEAT_S,) * 9, (0.01, BEAT_S, 0.4, 0.02)])
def test_who_beats_in_time_is_lost_after_a_second(gaps_s: tuple[float, ...]) -> None:
    rhythm, now = heard(*gaps_s)
    assert not rhythm.is_lost(now + LOST_S)
    assert rhythm.is_lost(now + LOST_S + 0.001)


def test_who_was_late_has_longer_and_again_a_second_when_that_is_past() -> None:
    rhythm, now = heard(BEAT_S, 0.75)
    assert rhythm.patience_s == 0.25 + 4 * 0.5
    assert not rhythm.is_lost(now + 2.2)
    assert rhythm.is_lost(now + 2.3)
    for _ in range(round(2 * HALF_LIFE_S / BEAT_S)):
        now += BEAT_S
        rhythm.note_heartbeat(now)
    assert rhythm.patience_s == LOST_S


def test_nobody_is_waited_for_much_longer() -> None:
    rhythm, _ = heard(30.0)
    assert rhythm.patience_s == PATIENCE_S


def test_silence_in_which_nobody_could_be_heard_is_none() -> None:
    rhythm, now = heard(BEAT_S)
    rhythm.pardon_silence(now + 30.0)
    assert not rhythm.is_lost(now + 30.0 + LOST_S)
    rhythm.note_heartbeat(now + 30.0 + BEAT_S)
    assert rhythm.patience_s == LOST_S
