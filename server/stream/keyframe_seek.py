"""Where to read on in the log of a clip: a picture needs the keyframe before it. Pure."""

from collections.abc import Sequence

from phosphene.units import Unit


def last_keyframe(units: Sequence[Unit]) -> int:
    """Place of the last keyframe; 0 when there is none."""
    # Backwards: there is a keyframe every second, so at most a second's pictures are looked at, and
    # no index has to be kept.
    for place in range(len(units) - 1, -1, -1):
        if units[place].key:
            return place
    return 0


def sent_again_from(units: Sequence[Unit], place: int) -> int:
    """Where to go on when the units from ``place`` on could not be sent, and those before may be
    lost: at the last keyframe, but with none left out."""
    return min(place, last_keyframe(units))


def caught_up(units: Sequence[Unit], place: int, behind: int) -> int:
    """Where to go on: ``place``, or the last keyframe when more than ``behind`` units wait and it
    is among them."""
    if len(units) - place <= behind:
        return place
    return max(place, last_keyframe(units))
