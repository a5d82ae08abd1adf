"""The bus of one instance alone: nobody else to tell, nothing to hear."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from phosphene.bus.bus import Gap, Hint, StreamEntry


class LocalBus:
    """Implements ``Bus`` within this process."""

    @property
    def is_shared(self) -> bool:
        return False

    @property
    def is_up(self) -> bool:
        return True

    async def publish_hint(self, channel: str, data: bytes) -> None:
        """Nobody else hears."""

    async def receive_hints(self, *channels: str) -> AsyncGenerator[Hint | Gap, None]:
        await asyncio.Event().wait()
        yield Gap()

    async def append_entries(self, stream: str, *entries: StreamEntry) -> bool:
        return False

    async def read_entries(self, stream: str) -> Sequence[StreamEntry]:
        return ()

    async def follow_stream(self, stream: str) -> AsyncGenerator[StreamEntry, None]:
        await asyncio.Event().wait()
        yield StreamEntry(0, b"")
