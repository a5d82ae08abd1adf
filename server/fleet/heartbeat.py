"""Signs of life of a worker: who it is, what it can, how many clips it would take."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from phosphene.render import messages
from phosphene.render.schedule import Cost


class Heartbeat(Struct, frozen=True, kw_only=True):
    """``worker`` is new with every process, ``name`` is for people. ``model`` is what its operator
    asked for; ``store`` names the blob store where it keeps what is large. ``room``: how many
    more clips it would take; ``clips``: how many it has; ``on_device``: those that were in its
    last forward pass. ``draining``: it was told to stop, and does so after its last clip.
    ``gone``: why this is the last one, empty while it lives."""

    worker: str
    name: str
    model: str
    store: str
    ready: messages.Ready
    cost: Cost
    room: int
    clips: int = 0
    on_device: tuple[str, ...] = ()
    gone: str = ""
    draining: bool = False


encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Heartbeat).decode


def stream_entry(beat: Heartbeat) -> dict[str, bytes | str]:
    """The fields of its stream entry; the first four can be read whatever the version."""
    spoken: dict[str, bytes | str] = {"v": str(messages.WIRE), "o": str(messages.OLDEST)}
    return spoken | {"w": beat.worker, "name": beat.name, "d": encode(beat)}


def spoken_by(fields: Mapping[bytes, bytes]) -> tuple[int, int]:
    """What a worker speaks, and the oldest that it understands, by its stream entry; 0: it is older
    than these numbers."""
    wire = fields[b"v"]
    oldest = fields.get(b"o", wire)
    return (int(wire), int(oldest)) if wire.isdigit() and oldest.isdigit() else (0, 0)
