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
# 3, 6, 12 ... 64 s between trials: a line that is bad all day is tried about once a minute, and
# each trial costs its viewer a second of bad pictures.
LONGEST_S: Final = 64.0
FAILED_S: Final = 10.0
"""A trial that ends sooner has failed."""
FRESH_S: Final = 3.0
"""So long a fall of the estimate counts."""
FALL: Final = 0.95
# A first estimate has none before it to fall from, and is made of few packets: it counts when it is
# far below what is sent.
FIRST_FALL: Final = 0.7
"""Of a first estimate, against what is sent."""
# An estimate above this share of what is sent is good enough: where nothing but the clock of the
# receiver stumbled it falls to 0.85 of it.
ENOUGH: Final = 0.75
# Below this share of lost packets repair is better than a smaller picture.
# At 10 % Chromium still decoded all of 143 pictures with NACK, 95 % of them within 86 ms.
LOSSY: Final = 0.1
CLEAN: Final = 0.02
LATE_S: Final = 0.4
"""Packets that take so much longer than they did at best wait in a queue that grows."""
# When they still do after so long with the half, on a line that takes it, their way is longer.
WAY_S: Final = 15.0


class LineSample(NamedTuple):
    """What is known of a line: the receiver's estimate in bits/s and seconds there and back, if it
    has said any, the share of packets lost, and how many bits/s the two renditions have now."""

    now_s: float
    estimate: float | None
    round_trip_s: float | None
    lost: float
    full: float
    half: float


class BandwidthState(NamedTuple):
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


def next_state(state: BandwidthState, sample: LineSample) -> BandwidthState:
    """The state after one more sample; samples come once a second or more often, in order."""
    # Why no transport-wide feedback: it would need an estimator of our own for each viewer. REMB is
    # the receiver's work and comes about once a second (0.8 times in Chromium); with loss and round
    # trip brings the small picture 2.1 s after a line falls to 800 kbit/s.
    noted = _note(state, sample)
    return _low(noted, sample) if state.low else _high(noted, sample)


def _note(state: BandwidthState, sample: LineSample) -> BandwidthState:
    least_s = min(state.least_s, inf if sample.round_trip_s is None else sample.round_trip_s)
    if sample.estimate is None:
        return state._replace(least_s=least_s)
    before = FIRST_FALL * sample.full if state.estimate is None else FALL * state.estimate
    fell_s = sample.now_s if sample.estimate < before else state.fell_s
    return state._replace(estimate=sample.estimate, fell_s=fell_s, least_s=least_s)


def _high(state: BandwidthState, sample: LineSample) -> BandwidthState:
    signs = _signs(state, sample, sample.full, LOSSY)
    if not signs:
        return state._replace(bad_s=None)
    bad_s = sample.now_s if state.bad_s is None else state.bad_s
    # One sign may be no more than the receiver's scheduler, and has to last; two at once count
    # without waiting.
    if sample.now_s - bad_s < STRAINED_S and signs < 2:
        return state._replace(bad_s=bad_s)
    failed = sample.now_s - state.risen_s < FAILED_S
    wait_s = min(LONGEST_S, state.wait_s * 2) if failed else GOOD_S
    return state._replace(low=True, bad_s=None, good_s=None, wait_s=wait_s)


def _low(state: BandwidthState, sample: LineSample) -> BandwidthState:
    state = _longer_way(state, sample)
    if _signs(state, sample, sample.half, CLEAN):
        return state._replace(good_s=None)
    good_s = sample.now_s if state.good_s is None else state.good_s
    if sample.now_s - good_s < state.wait_s:
        return state._replace(good_s=good_s)
    return state._replace(low=False, risen_s=sample.now_s, bad_s=None, good_s=None)


def _longer_way(state: BandwidthState, sample: LineSample) -> BandwidthState:
    """What took long for long enough is the way now, and no queue."""
    if not _late(state, sample) or _short(sample, sample.half):
        return state._replace(late_s=None)
    late_s = sample.now_s if state.late_s is None else state.late_s
    if sample.now_s - late_s < WAY_S or sample.round_trip_s is None:
        return state._replace(late_s=late_s)
    return state._replace(late_s=None, least_s=sample.round_trip_s)


def _late(state: BandwidthState, sample: LineSample) -> bool:
    return sample.round_trip_s is not None and sample.round_trip_s > state.least_s + LATE_S


def _short(sample: LineSample, needed: float) -> bool:
    return sample.estimate is not None and sample.estimate < ENOUGH * needed


def _signs(state: BandwidthState, sample: LineSample, needed: float, lost: float) -> int:
    """How many signs say that the line does not take so many bits/s."""
    falling = sample.now_s - state.fell_s <= FRESH_S
    return (falling and _short(sample, needed)) + _late(state, sample) + (sample.lost > lost)
