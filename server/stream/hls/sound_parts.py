"""A clip's sound cut into parts for HLS, one beside each part of pictures. Pure functions.

Where nothing is heard, as where the run stood still, there is silence: a player shows nothing for
which it has no sound. Times are in 1/48000 second.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import Final

from phosphene.mux import PACKET, PER_SECOND, first_packet, sound_times
from phosphene.stream.hls.fmp4 import OPUS_CLOCK, Sample, fragment
from phosphene.stream.hls.segments import Part, Segment
from phosphene.units import Unit

SILENCE: Final = b"\xf8\xff\xfe"
"""A packet of Opus of 20 ms in which nothing is heard, for any number of channels (RFC 6716: one
CELT frame of full band, flagged as silent)."""


def most_ticks(picture_ticks: int, fps: int) -> int:
    """How long a part of sound may be beside one of pictures of so many 1/fps: whole packets."""
    return -(-picture_ticks * PER_SECOND // fps) * PACKET


def sound_part(units: Sequence[Unit], at: int, end: int, fps: int) -> Part:
    """What is heard with the units from ``at`` to before ``end``. It ends where the part of the
    unit ``end`` begins, at the packet that is heard first with it."""
    begin = _begins(units[at], fps)
    come = chain.from_iterable(sound_times(unit, fps) for unit in units[at:end])
    heard = [(time, packet) for time, packet in come if time >= begin]
    last = heard[-1][0] + PACKET if heard else begin
    after = units[end].pts if end < len(units) else units[end - 1].pts + 1
    stop = _begins(units[end], fps) if end < len(units) else max(last, after * OPUS_CLOCK // fps)
    samples = [*_filled(heard, begin, stop)]
    closes = end < len(units) and units[end].key
    return Part(begin, stop - begin, units[at].key, closes, fragment(samples, 1))


def sound_segments(packets: Sequence[bytes], cuts: Sequence[int], fps: int) -> list[Segment]:
    """The sound of a finished clip in segments of one part, beside those of its pictures, which
    begin at the ``cuts``, in 1/fps."""
    firsts = [min(first_packet(cut, fps), len(packets)) for cut in cuts]
    pairs = zip(firsts, [*firsts[1:], len(packets)], strict=True)
    return [Segment((_whole(packets, first, stop),), True) for first, stop in pairs if first < stop]


def _whole(packets: Sequence[bytes], first: int, stop: int) -> Part:
    samples = [Sample(at * PACKET, PACKET, True, packets[at]) for at in range(first, stop)]
    length = (stop - first) * PACKET
    return Part(first * PACKET, length, True, True, fragment(samples, 1))


def _begins(unit: Unit, fps: int) -> int:
    """When the first is heard of what comes with a unit: while the run goes on the packets before
    it last until then. While the clip forms a unit brings what came since the one before, and of
    that a part that begins with it takes no more than one packet of the time before: parts of sound
    must be as long as those of pictures."""
    at = unit.pts * OPUS_CLOCK // fps
    times = (time for time, _ in sound_times(unit, fps) if time > at - PACKET)
    return next(times, at)


def _filled(heard: Sequence[tuple[int, bytes]], begin: int, stop: int) -> Iterator[Sample]:
    """The packets, and silence wherever there is none."""
    yield from _silence(begin, heard[0][0] if heard else stop)
    for (start, packet), (following, _) in pairwise([*heard, (stop, b"")]):
        length = min(PACKET, following - start)
        yield Sample(start, length, True, packet)
        yield from _silence(start + length, following)


def _silence(start: int, stop: int) -> Iterator[Sample]:
    """Silent packets, the last of which is not whole or lasts longer."""
    if stop <= start:
        return
    # The last packet stands shorter or longer than its 20 ms: one more would overlap what follows.
    count = max(1, (stop - start) // PACKET)
    for number in range(count - 1):
        yield Sample(start + number * PACKET, PACKET, True, SILENCE)
    last = start + (count - 1) * PACKET
    yield Sample(last, stop - last, True, SILENCE)
