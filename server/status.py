"""What an instance and its devices do at this moment, as its operators see it. Plain data."""

from collections.abc import Sequence

from msgspec import Struct


class Standing(Struct, frozen=True):
    """A clip on a device: ``stepping`` now or not, and the seconds until its next patch is due
    (negative when it is late, None when no moment is)."""

    clip: str
    stepping: bool
    slack_s: float | None = None


class Passes(Struct, frozen=True):
    """Forward passes so far that ``clips`` clips shared, and the seconds that they took."""

    clips: int
    count: int
    seconds: float


class Work(Struct, frozen=True):
    """What a worker says of itself each time that it is asked whether it lives."""

    standings: tuple[Standing, ...] = ()
    passes: tuple[Passes, ...] = ()


class OnDevice(Struct, frozen=True, kw_only=True):
    """A clip of this instance that a worker draws. ``text`` is shortened; ``viewers`` watch it by
    WebRTC from here."""

    clip: str
    text: str
    step: int = 0
    steps: int = 0
    chunk: int = 0
    chunks: int = 0
    percent: float = 0.0
    sigma: float = 1.0
    stepping: bool = False
    slack_s: float | None = None
    viewers: int = 0


class Device(Struct, frozen=True, kw_only=True):
    """A worker and its device: ``places`` clips at once are all that it can draw in time.
    ``draining``: it takes no more, and ends after those that it has."""

    worker: str
    model: str
    device: str
    hardware: str
    places: int
    clips: Sequence[OnDevice]
    passes: Sequence[Passes]
    draining: bool = False


class InLine(Struct, frozen=True):
    """A clip that waits: its ``place`` in the line of its ``model``, and seconds until it should
    begin."""

    clip: str
    text: str
    place: int
    wait_s: float
    model: str = ""


class Status(Struct, frozen=True, kw_only=True):
    """One instance. ``viewers`` are WebRTC viewers, ``sockets`` WebSockets."""

    instance: str
    version: str
    viewers: int
    sockets: int
    devices: Sequence[Device]
    line: Sequence[InLine]
