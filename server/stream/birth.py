"""How a clip came to be: what its viewers saw, as a small video of the units they were sent."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from phosphene.mux import OPUS_CLOCK, PACKET, mp4, sound_times
from phosphene.units import Unit

FORMING_S: Final = 10
"""The forming is told in so many seconds at most, however long it took."""

Part = list[tuple[int, Unit]]
"""Units from one keyframe to the next, each with how long it stands, in 1/fps."""


def birth(units: Sequence[Unit], fps: int) -> bytes:
    """The whole log of a clip as MP4, with what was heard where it has a sound.

    Raises ValueError when the log is empty.
    """
    starts, shown = shown_pictures(units, fps)
    # A remux of what went out, like the MP4 itself: a second encode would cost its CPU once more,
    # and show what nobody saw.
    sound = [*heard_packets(starts, shown, fps)]
    return mp4([unit.data for unit in shown], fps, sound, starts)


def heard_packets(
    starts: Sequence[int], shown: Sequence[Unit], fps: int
) -> Iterator[tuple[int, bytes]]:
    """The packets of the units that are shown, each with its time on the clock of Opus. Where some
    of a forming is left out, what reaches back before the cut is left out too. Pure."""
    heard_until = 0
    for start, unit in zip(starts, shown, strict=True):
        later = (start - unit.pts) * OPUS_CLOCK // fps
        for time, packet in sound_times(unit, fps):
            # A clock of whole ticks: at 30 fps a packet may seem to begin one tick early.
            if time + later >= heard_until - 1:
                begins = max(time + later, heard_until)
                yield begins, packet
                heard_until = begins + PACKET


def shown_pictures(units: Sequence[Unit], fps: int) -> tuple[list[int], list[Unit]]:
    """When each of the pictures begins that the birth shows, in 1/fps, and these pictures. Pure.

    A picture stands for a second at most. Of a long forming only some parts are shown, evenly
    spread; each begins with a keyframe. The final run is shown whole.
    """
    parts = list(_parts(_lasting(_without_repeats(units), fps)))
    run = [part for part in parts if part[0][1].final]
    forming = [part for part in parts if not part[0][1].final]
    # Parts and not single pictures are left out: each begins with a keyframe, so what is kept can
    # be decoded without the rest.
    choices = (_spread(forming, count) for count in range(len(forming), 0, -1))
    kept = next((some for some in choices if _length(some) <= FORMING_S * fps), forming[-1:])
    starts, shown, at = [], [], 0
    for lasts, unit in (one for part in (*kept, *run) for one in part):
        starts.append(at)
        shown.append(unit)
        at += lasts
    return starts, shown


def _without_repeats(units: Sequence[Unit]) -> list[Unit]:
    """Where the run stood still its last picture was sent again; no other needs those."""
    begun = next((at for at, unit in enumerate(units) if unit.final), len(units))
    return [*units[:begun], *(unit for unit in units[begun:] if unit.final)]


def _lasting(units: Sequence[Unit], fps: int) -> list[tuple[int, Unit]]:
    """How long each unit stands, in 1/fps."""
    following = [unit.pts for unit in units[1:]]
    ends = [*following, units[-1].pts + 1] if units else []
    return [(min(max(1, end - unit.pts), fps), unit) for unit, end in zip(units, ends, strict=True)]


def _parts(lasting: Sequence[tuple[int, Unit]]) -> Iterator[Part]:
    """Cut before each keyframe."""
    keys = [place for place, (_, unit) in enumerate(lasting) if unit.key]
    for begin, end in pairwise([*keys, len(lasting)]):
        yield list(lasting[begin:end])


def _length(parts: Sequence[Part]) -> int:
    """In 1/fps."""
    return sum(lasts for part in parts for lasts, _ in part)


def _spread(parts: Sequence[Part], count: int) -> Sequence[Part]:
    """At most ``count`` of the parts, with the first and the last."""
    if count >= len(parts):
        return parts
    if count == 1:
        return parts[-1:]
    # With the first, which is noise, and the last, which is nearly the clip: between them the eye
    # fills in.
    return [parts[at * (len(parts) - 1) // (count - 1)] for at in range(count)]
