"""What tests wait for in topics, through the client."""

import asyncio
from typing import TypeVar

from phosphene.client import Following
from phosphene.events import Event
from phosphene.social.protocol import Happened, Subscribed

SOON_S = 60
E = TypeVar("E", bound=Event)


async def until_subscribed(events: Following) -> None:
    """Before what is to be told happens: else it can be in the snapshot, and no event tells it."""
    async with asyncio.timeout(SOON_S):
        async for told in events:
            if isinstance(told, Subscribed):
                return
    raise AssertionError("the events ended")


async def events_until(events: Following, last: type[E]) -> tuple[list[Event], E]:
    """The events before the first of the type ``last``, and that one."""
    before = list[Event]()
    async with asyncio.timeout(SOON_S):
        async for told in events:
            if isinstance(told, Happened):
                if isinstance(told.event, last):
                    return before, told.event
                before.append(told.event)
    raise AssertionError("the events ended")
