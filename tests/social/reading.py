"""A connection to topics that only keeps what it is given."""

import asyncio
from typing import Any

import msgspec

from phosphene.social.protocol import MessageFormat
from phosphene.social.topic import Subscriber
from phosphene.social.topics import Topics
from phosphene.store.store import Store

SOON_S = 20.0


class Follower:
    """Follows one topic from where the store says it is."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.seqs: list[int] = []
        """Places of the stored events."""
        self.subscriber = Subscriber(MessageFormat.JSON, self._write)
        self.at = 0
        self._grown = asyncio.Event()

    async def follow(self, topics: Topics, store: Store, name: str) -> "Follower":
        async with topics.open_topic(name) as topic:
            self.at = (await store.topic_end(name)).seq
            topics.start_topic(topic, self.at)
            topic.add_subscriber(self.subscriber, self.at)
        return self

    @property
    def said(self) -> list[dict[str, Any]]:
        """Events that are not stored."""
        return [message["event"] for message in self.messages if message["seq"] is None]

    async def reached(self, seq: int) -> None:
        """Wait until the event at ``seq`` has come."""
        async with asyncio.timeout(SOON_S):
            while not self.seqs or self.seqs[-1] < seq:
                await self.next()

    async def next(self) -> None:
        """Wait for one more message."""
        self._grown.clear()
        async with asyncio.timeout(SOON_S):
            await self._grown.wait()

    def _write(self, data: bytes) -> None:
        message = msgspec.json.decode(data)
        self.messages.append(message)
        if message.get("seq") is not None:
            self.seqs.append(message["seq"])
        self._grown.set()
