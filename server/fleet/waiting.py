"""Waiting for an event, but not for ever."""

import asyncio
import contextlib


async def within(seconds: float, event: asyncio.Event) -> bool:
    """Wait until the event is set, at most so long; whether it is."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
