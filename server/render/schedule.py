"""Who steps next on a device, how many clips it can carry, and when those in line will begin.

Pure functions of values and a clock, for the worker and the instance alike.
"""

import heapq
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from math import inf
from typing import Final

from msgspec import Struct

URGENT_S: Final = 0.5
"""A step that is due within this time goes before what is fair."""

# Strictly fair, clips that began together would fall out of step by rounding, and share no pass any
# more.
# Seconds of the device that nobody is envied for: clips that keep in step share more passes.
EQUAL_S: Final = 0.1

# The rest is for what nobody planned: files, messages, garbage, the neighbour's process.
HEADROOM: Final = 0.8
"""The part of a device and of its cores that may be planned for."""

# Forming slower is still worth watching; beyond that it is better to wait in line with a time that
# is told.
PATIENCE: Final = 3.0
"""Forming together, clips may take this many times what one takes alone."""

# A bound for the loop that looks for the number.
MOST_CLIPS: Final = 64


class StepRequest(Struct, frozen=True):
    """A clip that waits for the device. ``due``: when its next patch must be there (inf: no
    matter when); ``key``: what it shares a forward pass by (None: with nobody)."""

    clip: str
    person: str
    due: float
    key: Hashable = None


class Cost(Struct, frozen=True, kw_only=True):
    """What clips cost a worker, in seconds.

    ``first``: of the device until the first frames of a lone clip are final; ``second``: of the
    device for each further second of clip; ``shown``: of one core to draw and encode a second of
    it; ``load``: of all cores in each second that a clip is on air, everything in; ``share``: the
    part of its lone cost that a clip adds to a batch, in 0..1; ``cores``: how many work at once.
    """

    first: float
    second: float
    shown: float
    load: float = 0.0
    share: float = 1.0
    cores: float = 1.0


def choose_next(
    steps: Sequence[StepRequest], served: Mapping[str, float], now: float, most: int
) -> tuple[StepRequest, ...]:
    """The clips that step next, all of one key, at most ``most`` of them.

    Earliest deadline first among those that are due soon; when nothing is, the person who was
    served least goes first, but for EQUAL_S. Whoever can share the forward pass comes along. Empty
    only when ``steps`` is.
    """
    if not steps:
        return ()

    least = min(served.get(step.person, 0.0) for step in steps)

    def urgency(step: StepRequest) -> tuple[float, int, bool, float, float, str]:
        due = step.due if step.due - now <= URGENT_S else inf
        had = served.get(step.person, 0.0)
        # Of equals those first that have yet to come to a pass: then they can share it.
        ready = step.key is not None
        return (due, int((had - least) / EQUAL_S), ready, had, step.due, step.clip)

    ordered = sorted(steps, key=urgency)
    first = ordered[0]
    if first.key is None:
        return (first,)
    return tuple(step for step in ordered if step.key == first.key)[:most]


def batch_cost(count: int, share: float) -> float:
    """What ``count`` clips cost together, in lone clips."""
    return 1 + share * (count - 1) if count else 0.0


def can_carry(cost: Cost, count: int, pace: float = 0.0) -> bool:
    """Whether ``count`` clips can be on air together without a stall, and form in good time.

    ``pace``: seconds that a lone clip is given to form, at least.
    """
    device = batch_cost(count, cost.share) * cost.second
    if device > HEADROOM or count * cost.load > HEADROOM * cost.cores:
        return False
    forming = batch_cost(count, cost.share) * cost.first
    return forming <= PATIENCE * max(cost.first, pace)


def clip_capacity(cost: Cost, pace: float = 0.0) -> int:
    """How many clips may be drawn at once; at least one, however slow the model is."""
    count = 1
    while count < MOST_CLIPS and can_carry(cost, count + 1, pace):
        count += 1
    return count


def clip_duration(
    cost: Cost, seconds: int, together: int, pace: float = 0.0, live: bool = True
) -> float:
    """Seconds from its start until a clip is done with, beside ``together`` - 1 others."""
    first = max(batch_cost(together, cost.share) * cost.first, pace if live else 0.0)
    later = batch_cost(together, cost.share) * cost.second * (seconds - 1)
    shown = float(seconds) if live else seconds * cost.shown
    return first + max(later, shown)


class Asker(Struct, frozen=True):
    """Who asks for a clip, and from which address; an empty one is nobody's."""

    person: str
    address: str = ""


def fair_order(
    waiting: Sequence[tuple[str, Asker]], drawing: Sequence[Asker], household: int
) -> list[str]:
    """Clips of a line by arrival, in the order in which they begin.

    ``drawing``: whose clips are being drawn. Nobody's second clip goes before another's first, and
    an address counts for no more than ``household`` persons, however many ask there: persons cost
    nothing.
    """
    persons = Counter(asker.person for asker in drawing)
    addresses = Counter(asker.address for asker in drawing)
    ranked = []
    for at, (clip, asker) in enumerate(waiting):
        crowd = addresses[asker.address] // household if asker.address else 0
        ranked.append((max(persons[asker.person], crowd), at, clip))
        persons[asker.person] += 1
        addresses[asker.address] += 1
    return [clip for _, _, clip in sorted(ranked)]


def may_wait(asker: Asker, waiting: Sequence[Asker], most: int) -> bool:
    """Whether one more clip may wait where ``most`` may.

    Nobody takes the last places: an address may have no more waiting than it leaves free to the
    others, and a person there no more than it leaves to the rest of the address (dynamic
    thresholds: A. Choudhury, E. Hahne, IEEE/ACM Transactions on Networking 6(2), 1998). An address
    alone gets half of the line, the next one half of what is left.
    """
    left = most - len(waiting)
    if asker.address:
        left -= sum(other.address == asker.address for other in waiting)
    return left > sum(other.person == asker.person for other in waiting)


def expected_starts(
    ends: Sequence[float], lengths: Sequence[float], room: int, now: float
) -> list[float]:
    """When each clip of a line may be expected to begin.

    ``ends``: when those that are drawn now are expected to end; ``lengths``: seconds that each
    in line will take; ``room``: how many may be drawn at once.
    """
    if not room:
        return [inf] * len(lengths)
    busy = sorted(max(end, now) for end in ends)
    while len(busy) > room:  # one more than there is room for ends without anybody following
        heapq.heappop(busy)
    heapq.heapify(busy)
    begins = []
    for length in lengths:
        begin = heapq.heappop(busy) if len(busy) >= room else now
        heapq.heappush(busy, begin + length)
        begins.append(begin)
    return begins
