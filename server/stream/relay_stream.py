"""The stream that carries a clip's units from the instance that draws it to others.

Entries carry a unit and its place in the log where it was drawn; the bus keeps the last of them.
"""

import logging

import msgspec
from msgspec import Struct

from phosphene.bus.bus import StreamEntry
from phosphene.units import RenditionName, Unit

log = logging.getLogger("phosphene.stream")


class RelayedUnit(Struct, frozen=True, tag="unit"):
    """One unit; the entry's number is its place in the log, ``lease`` that of who drew it."""

    unit: Unit
    lease: int = 0


class RelayedEnd(Struct, frozen=True, tag="end"):
    """The log is closed; the entry's number is its length."""

    lease: int = 0


# An encoded unit crosses Redis in 1 to 3 ms: the pictures of 5 kB p50 1.06, p99 2.67 to four
# readers.
_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[RelayedUnit | RelayedEnd] = msgspec.msgpack.Decoder(
    RelayedUnit | RelayedEnd
)


def stream_of(clip: str, name: RenditionName = "full") -> str:
    """Name of the stream that carries the clip's units in a rendition."""
    return f"units:{clip}" if name == "full" else f"units:{clip}:{name}"


def make_entry(number: int, piece: RelayedUnit | RelayedEnd) -> StreamEntry:
    """The entry for what is at that place in the log."""
    return StreamEntry(number, _encode(piece))


def read_entry(entry: StreamEntry) -> RelayedUnit | RelayedEnd | None:
    """What an entry holds; None of what anybody else put there."""
    # One entry of another release, or of somebody with redis-cli, may cost a picture and never the
    # instance.
    try:
        return _decoder.decode(entry.data)
    except msgspec.DecodeError:
        log.warning("an entry of a relayed stream cannot be read")
        return None
