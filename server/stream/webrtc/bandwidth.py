"""Whether a viewer's line takes the full picture: a pure rule over what the viewer reports.

A receiver's estimate of its line (REMB) grows slowly and ends a little above what it is sent, so a
low one says nothing by itself: it counts when it has fallen, as it does when packets come later and
later. While a viewer gets the half nothing can say that its line would take the full one. So it
comes up when the line has been good for a while, which is a trial; each time one fails the next
comes later.
"""

from math import inf
from typing import Final, NamedTuple

STRAINED_S: Final = 1.0
"""A line that was too weak for so long gets the half, and at once where two signs say so."""
GOOD_S: Final = 3.0
"""A line that was good for so long gets the full one again."""
LONGEST_S: Final = 64.0
FAILED_S: Final = 10.0
"""A trial that ends sooner has failed."""
FRESH_S: Final = 3.0
"""So long a fall of the estimate counts."""
FALL: Final = 0.95
FIRST_FALL: Final = 0.7
"""Of a first estimate, against what is sent."""
ENOUGH: Final = 0.75
"""An estimate above this share of what is sent is good enough: where nothing but the clock of the
receiver stumbled it falls to 0.85 of it."""
LOSSY: Final = 0.1
"""Below this share of lost packets repair is better than a smaller picture."""
CLEAN: Final = 0.02
LATE_S: Final = 0.4
"""Packets that take so much longer than they did at best wait in a queue that grows."""
WAY_S: Final = 15.0
"""When they still do after so long with the half, on a line that takes it, their way is longer."""


class Look(NamedTuple):
    """What is known of a line: the receiver's estimate in bits/s and seconds there and back, if it
    has said any, the share of packets lost, and how many bits/s the two renditions have now."""

    now_s: float
    estimate: float | None
    round_trip_s: float | None
    lost: float
    full: float
    half: float


class Ladder(NamedTuple):
    """Where a viewer stands. ``bad_s``, ``good_s``: since when its line has been too weak for what
    it gets, or good; ``wait_s``: how long it has to be good before the next trial. ``estimate``,
    ``fell_s``, ``least_s``: the last estimate, when one fell, the shortest round trip; ``late_s``:
    since when packets come late although they are those of the half."""

    low: bool = False
    risen_s: float = -inf
    bad_s: float | None = None
    good_s: float | None = None
    wait_s: float = GOOD_S
    estimate: float | None = None
    fell_s: float = -inf
    least_s: float = inf
    late_s: float | None = None


def step(ladder: Ladder, look: Look) -> Ladder:
    """The ladder after one more look; looks come once a second or more often, in order."""
    noted = _note(ladder, look)
    return _low(noted, look) if ladder.low else _high(noted, look)


def _note(ladder: Ladder, look: Look) -> Ladder:
    least_s = min(ladder.least_s, inf if look.round_trip_s is None else look.round_trip_s)
    if look.estimate is None:
        return ladder._replace(least_s=least_s)
    before = FIRST_FALL * look.full if ladder.estimate is None else FALL * ladder.estimate
    fell_s = look.now_s if look.estimate < before else ladder.fell_s
    return ladder._replace(estimate=look.estimate, fell_s=fell_s, least_s=least_s)


def _high(ladder: Ladder, look: Look) -> Ladder:
    signs = _signs(ladder, look, look.full, LOSSY)
    if not signs:
        return ladder._replace(bad_s=None)
    bad_s = look.now_s if ladder.bad_s is None else ladder.bad_s
    if look.now_s - bad_s < STRAINED_S and signs < 2:
        return ladder._replace(bad_s=bad_s)
    failed = look.now_s - ladder.risen_s < FAILED_S
    wait_s = min(LONGEST_S, ladder.wait_s * 2) if failed else GOOD_S
    return ladder._replace(low=True, bad_s=None, good_s=None, wait_s=wait_s)


def _low(ladder: Ladder, look: Look) -> Ladder:
    ladder = _longer_way(ladder, look)
    if _signs(ladder, look, look.half, CLEAN):
        return ladder._replace(good_s=None)
    good_s = look.now_s if ladder.good_s is None else ladder.good_s
    if look.now_s - good_s < ladder.wait_s:
        return ladder._replace(good_s=good_s)
    return ladder._replace(low=False, risen_s=look.now_s, bad_s=None, good_s=None)


def _longer_way(ladder: Ladder, look: Look) -> Ladder:
    """What took long for long enough is the way now, and no queue."""
    if not _late(ladder, look) or _short(look, look.half):
        return ladder._replace(late_s=None)
    late_s = look.now_s if ladder.late_s is None else ladder.late_s
    if look.now_s - late_s < WAY_S or look.round_trip_s is None:
        return ladder._replace(late_s=late_s)
    return ladder._replace(late_s=None, least_s=look.round_trip_s)


def _late(ladder: Ladder, look: Look) -> bool:
    return look.round_trip_s is not None and look.round_trip_s > ladder.least_s + LATE_S


def _short(look: Look, needed: float) -> bool:
    return look.estimate is not None and look.estimate < ENOUGH * needed


def _signs(ladder: Ladder, look: Look, needed: float, lost: float) -> int:
    """How many signs say that the line does not take so many bits/s."""
    falling = look.now_s - ladder.fell_s <= FRESH_S
    return (falling and _short(look, needed)) + _late(ladder, look) + (look.lost > lost)
