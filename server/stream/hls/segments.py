"""A clip's pictures cut into segments and parts for HLS (RFC 8216bis). Pure functions.

A segment begins at a keyframe and ends before the next; a part is a stretch of about a quarter of a
second within it. Both are named by the time at which they begin, so that every instance that reads
the same units makes the same bytes under the same name.
"""

from collections.abc import Sequence

from msgspec import Struct

from phosphene.stream.hls.avc import sample_data
from phosphene.stream.hls.fmp4 import Sample, fragment
from phosphene.units import Unit

TARGET_S = 2
"""No segment is longer, rounded: the encoder makes a keyframe every second."""


class Part(Struct, frozen=True):
    """``start`` and ``duration`` in 1/fps second; whether a segment begins or ends with it; how
    many pictures it has."""

    start: int
    duration: int
    opens: bool
    closes: bool
    data: bytes
    count: int = 1

    @property
    def end(self) -> int:
        return self.start + self.duration


class Segment(Struct, frozen=True):
    """Parts from one keyframe to the next; ``whole`` when none will follow."""

    parts: tuple[Part, ...]
    whole: bool

    @property
    def start(self) -> int:
        return self.parts[0].start

    @property
    def duration(self) -> int:
        return self.parts[-1].end - self.start

    @property
    def data(self) -> bytes:
        return b"".join(part.data for part in self.parts)


def part_end(units: Sequence[Unit], at: int, most: int, ended: bool) -> int | None:
    """The place after the last unit of the part that begins at ``at``; None while it may grow.

    A part is ``most`` ticks long or ends before a keyframe: a clip on air has a picture wherever a
    part ends (``part_ticks``). Only where one is missing, because a relay lost it on its way, the
    part ends before, or when its only picture does.
    """
    for place in range(at + 1, len(units)):
        length = units[place].pts - units[at].pts
        # PART-TARGET is a promise for the whole clip: a part that is too long makes AVPlayer drop
        # the stream, one that is too short only costs a request.
        if length > most and place - 1 > at:
            return place - 1
        if units[place].key or length >= most:
            return place
    return len(units) if ended and at < len(units) else None


def part_of(units: Sequence[Unit], at: int, end: int) -> Part:
    """The part of the units from ``at`` to before ``end``. A picture lasts until the next one;
    the very last lasts one tick."""
    after = units[end].pts if end < len(units) else units[end - 1].pts + 1
    return _cut(units[at:end], after, closes=end < len(units) and units[end].key)


def aligned_parts(parts: Sequence[Part], units: Sequence[Unit]) -> tuple[int, list[Part]]:
    """The parts of another rendition, cut where those of the full one are; and the number of the
    segment that the first of them opens.

    It may begin late and be interrupted, and can be decoded from a keyframe on: what counts is the
    last stretch of whole parts that begins with a segment.
    """
    at = first = 0
    number, alive, found = -1, False, list[Part]()
    for part in parts:
        number += part.opens or number < 0
        while at < len(units) and units[at].pts < part.start:
            at += 1
        some = units[at : at + part.count]
        there = len(some) == part.count and some[0].pts == part.start and some[-1].pts < part.end
        if part.opens and there and some[0].key and not alive:
            first, found, alive = number, [], True
        alive = alive and there and (some[0].key or not part.opens)
        if alive:
            found.append(_cut(some, part.end, closes=part.closes))
    return first, found


def _cut(units: Sequence[Unit], after: int, *, closes: bool) -> Part:
    """``after``: when the last of them has been shown."""
    starts = [unit.pts for unit in units]
    lengths = [later - start for start, later in zip(starts, [*starts[1:], after], strict=True)]
    samples = [
        Sample(unit.pts, length, unit.key, sample_data(unit.data))
        for unit, length in zip(units, lengths, strict=True)
    ]
    opens, duration = units[0].key, after - starts[0]
    return Part(starts[0], duration, opens, closes, fragment(samples), len(samples))


def group_parts(parts: Sequence[Part], ended: bool) -> list[Segment]:
    """The parts by segment; the last one is whole only when the clip has ``ended``."""
    opening = [place for place, part in enumerate(parts) if part.opens or place == 0]
    ends = [*opening, len(parts)][1:]
    return [
        Segment(tuple(parts[start:end]), ended or end < len(parts) or parts[-1].closes)
        for start, end in zip(opening, ends, strict=True)
    ]


def has_part(found: Sequence[Segment], number: int, part: int | None) -> bool:
    """Whether there is part ``part`` of segment ``number``, or for None the whole segment."""
    if number >= len(found):
        return False
    return found[number].whole or (part is not None and part < len(found[number].parts))


def whole_segments(samples: Sequence[Sample]) -> list[Segment]:
    """Segments of a finished clip, each of one part."""
    keys = [place for place, sample in enumerate(samples) if sample.key or place == 0]
    cuts = zip(keys, [*keys[1:], len(samples)], strict=True)
    return [Segment((_one_part(samples[start:end]),), True) for start, end in cuts]


def _one_part(samples: Sequence[Sample]) -> Part:
    duration = samples[-1].start + samples[-1].duration - samples[0].start
    return Part(samples[0].start, duration, True, True, fragment(samples))
