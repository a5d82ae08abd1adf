import pytest

from phosphene.stream.keyframe_seek import caught_up, last_keyframe, sent_again_from
from phosphene.units import Unit


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
        ("KppKpp", 5, 3),
        ("KppKpp", 2, 2),  # a keyframe came while nothing could be sent
        ("ppp", 2, 0),
    ],
)
def test_what_could_not_be_sent_leaves_no_gap(keys: str, place: int, then: int) -> None:
    assert sent_again_from(log_of(keys), place) == then


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
