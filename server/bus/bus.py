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


class StreamEntry(Struct, frozen=True):
    """One entry of a relayed stream; ``number`` is its place in the writer's log."""

    number: int
    data: bytes


class Bus(Protocol):
    """No method raises when the bus is away: writes are dropped, reads wait and go on."""

    @property
    def is_shared(self) -> bool:
        """Whether other instances can be reached at all."""
        ...

    @property
    def is_up(self) -> bool:
        """Whether the bus answers now."""
        ...

    async def publish_hint(self, channel: str, data: bytes) -> None:
        """Say something to the other instances; dropped when the bus is down."""
        ...

    def receive_hints(self, *channels: str) -> AsyncGenerator[Hint | Gap, None]:
        """What other instances publish on these channels (never what this one did), for ever."""
        ...

    async def append_entries(self, stream: str, *entries: StreamEntry) -> bool:
        """Append to a relayed stream (expires by itself), in one round trip; False when they may
        not all be there."""
        ...

    async def read_entries(self, stream: str) -> Sequence[StreamEntry]:
        """All entries of a relayed stream that are there now; none when the bus is down."""
        ...

    def follow_stream(self, stream: str) -> AsyncGenerator[StreamEntry, None]:
        """All entries of a relayed stream from its beginning, then new ones, for ever. After an
        outage entries may repeat; numbers tell."""
        ...
