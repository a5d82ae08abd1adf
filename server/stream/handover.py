"""What viewers were sent of a clip, for the instance that goes on with it: read from the bus."""

from collections.abc import Iterable, Sequence

from phosphene.bus.bus import Bus, StreamEntry
from phosphene.stream.relay_stream import RelayedUnit, read_entry, stream_of
from phosphene.units import Unit


async def units_so_far(bus: Bus, clip: str) -> Sequence[Unit]:
    """The log of a clip from its beginning; nothing when a part of it is missing."""
    return whole_log(await bus.read_entries(stream_of(clip)))


def whole_log(entries: Iterable[StreamEntry]) -> Sequence[Unit]:
    """The log that the entries of a stream hold. Entries under an older lease than one before them
    came too late; one that is another unit at the same place begins another log."""
    log: dict[int, Unit] = {}
    lease = 0
    for entry in entries:
        piece = read_entry(entry)
        # Who was stopped for longer than its lease may still write: a number that only grows tells
        # its words from those of who took over, which no clock of two machines can.
        if not isinstance(piece, RelayedUnit) or piece.lease < lease:
            continue
        lease = piece.lease
        if log.get(entry.number, piece.unit).pts != piece.unit.pts:
            log.clear()
        log[entry.number] = piece.unit
    # A hole would show as broken pictures until the next keyframe: then it is better to begin with
    # one.
    complete = all(place in log for place in range(len(log)))
    return [log[place] for place in range(len(log))] if complete else []
