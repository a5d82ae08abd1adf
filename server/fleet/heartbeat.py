"""Signs of life of a worker: who it is, what it can, how many clips it would take."""

import msgspec
from msgspec import Struct

from phosphene.render import messages
from phosphene.render.schedule import Cost


class Heartbeat(Struct, frozen=True, kw_only=True):
    """``worker`` is new with every process, ``name`` is for people. ``model`` is what its operator
    asked for; ``store`` names the blob store where it keeps what is large. ``room``: how many
    more clips it would take; ``clips``: how many it has; ``on_device``: those that were in its
    last forward pass. ``gone``: why this is the last one, empty while it lives."""

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


encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Heartbeat).decode


def stream_entry(beat: Heartbeat) -> dict[str, bytes | str]:
    """The fields of its stream entry; the first three can be read whatever the version."""
    return {"v": messages.VERSION, "w": beat.worker, "name": beat.name, "d": encode(beat)}
