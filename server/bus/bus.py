"""The bus seam: how instances hear of each other at once. Losing it loses nothing acknowledged.

Two implementations: ``local`` (one instance alone) and ``redis``.
"""

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from msgspec import Struct


class Hint(Struct, frozen=True):
    """Something that another instance said on a channel."""

    channel: str
    data: bytes


class Gap(Struct, frozen=True):
    """Hints may have been missed (the connection came back): read the store."""


class Entry(Struct, frozen=True):
    """One entry of a relayed stream; ``number`` is its place in the writer's log."""

    number: int
    data: bytes


class Bus(Protocol):
    """No method raises when the bus is away: writes are dropped, reads wait and go on."""

    @property
    def shared(self) -> bool:
        """Whether other instances can be reached at all."""
        ...

    @property
    def up(self) -> bool:
        """Whether the bus answers now."""
        ...

    async def publish(self, channel: str, data: bytes) -> None:
        """Say something to the other instances; dropped when the bus is down."""
        ...

    def listen(self) -> AsyncGenerator[Hint | Gap, None]:
        """Everything that other instances publish (never what this one did), for ever."""
        ...

    async def append(self, stream: str, entry: Entry) -> bool:
        """Append to a relayed stream (expires by itself); False when it could not be written."""
        ...

    async def entries(self, stream: str) -> Sequence[Entry]:
        """All entries of a relayed stream that are there now; none when the bus is down."""
        ...

    def follow(self, stream: str) -> AsyncGenerator[Entry, None]:
        """All entries of a relayed stream from its beginning, then new ones, for ever. After an
        outage entries may repeat; numbers tell."""
        ...

    async def beat(self, key: str, value: int, ttl_s: float) -> None:
        """Say this instance's share of a number (viewers of a clip); forgotten after ``ttl_s``."""
        ...

    async def total(self, key: str) -> int:
        """The sum of all instances' shares of a number, this one's included."""
        ...

    async def take(self, key: str, *, limit: int, window_s: float) -> float:
        """Take one from a sliding allowance shared by all instances; 0 when granted, else the
        seconds to wait. Falls back to this instance's own count when the bus is down."""
        ...
