import pytest

from server.model import Unit
from server.stream.webrtc.rtp_timestamps import burst_time, caught_up, last_keyframe, rtp_time


def log_of(keys: str) -> list[Unit]:
    """One unit per letter; ``K`` is a keyframe."""
    return [Unit(n, letter == "K", n, 0.0, False, b"") for n, letter in enumerate(keys)]


@pytest.mark.parametrize(
    ("keys", "place"), [("", 0), ("K", 0), ("Kpp", 0), ("KppKp", 3), ("ppp", 0), ("KK", 1)]
)
def test_last_keyframe(keys: str, place: int) -> None:
    assert last_keyframe(log_of(keys)) == place


@pytest.mark.parametrize(
    ("keys", "place", "then"),
    [
        ("KppppKpp", 3, 3),  # not far behind
        ("KppppKppp", 2, 5),  # far behind a keyframe: jump
        ("KppppKpppp", 5, 5),  # at the keyframe already
        ("Kppppppppp", 1, 1),  # far behind, but nothing to jump to
        ("KppKp", 5, 5),  # at the end
    ],
)
def test_a_viewer_far_behind_jumps_to_the_last_keyframe(keys: str, place: int, then: int) -> None:
    assert caught_up(log_of(keys), place, behind=5) == then


def test_rtp_time_counts_ninety_thousandths() -> None:
    assert rtp_time(Unit(24, False, 0, 0.0, False, b""), 24) == 90_000
    assert rtp_time(Unit(1, False, 0, 0.0, False, b""), 30) == 3000


def test_a_burst_ends_at_the_live_moment() -> None:
    times, previous = [], None
    for left in range(9, -1, -1):
        previous = burst_time(previous, 90_000, left)
        times.append(previous)
    assert times == list(range(90_000 - 9 * 90, 90_001, 90))


@pytest.mark.parametrize(
    ("previous", "end"), [(89_990, 90_000), (90_000, 90_000), (95_000, 90_000)]
)
def test_times_rise_however_little_room_there_is(previous: int, end: int) -> None:
    last = previous
    for left in range(30, -1, -1):
        time = burst_time(last, end, left)
        assert time > last
        last = time
    assert last <= max(previous, end) + 31
