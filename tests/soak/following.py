"""What one socket of the soak follows and was told. Pure: messages in, messages out."""

import itertools
from collections.abc import Iterator
from typing import Any, Final

from tests.soak.verdict import Segment

TOPICS: Final = 12

Message = dict[str, Any]


class Following:
    """The feed and the newest clips, over any number of connections.

    ``segments`` is all that was told; ``open_segments`` those that still go on. An answer counts
    only while it is the one to the last question about its topic: a topic may be left, for a newer
    one, before its own answer has come, and what then comes of it was asked for by nobody.
    """

    def __init__(self, *topics: str) -> None:
        self._topics: dict[str, Message | None] = dict.fromkeys(("feed", *topics))
        self._asked: dict[str, int] = {}
        self._ids = itertools.count(1)
        self.segments: list[Segment] = []
        self.open_segments: dict[str, Segment] = {}
        self.replays = self.snapshots = 0

    def ask_for_all(self) -> list[Message]:
        """What a connection says first: every topic, from its place."""
        self._asked.clear()
        return [self._ask(topic) for topic in self._topics]

    def take(self, message: Message) -> list[Message]:
        """Note what came; what there is to say to it."""
        if message["type"] == "subscribed":
            self._begin(message)
        elif message["type"] == "event" and message["seq"] is not None:
            return list(self._note(message))
        return []

    def _begin(self, answer: Message) -> None:
        topic, at = answer["topic"], answer["at"]
        if topic not in self._topics or answer["id"] not in {None, self._asked[topic]}:
            return  # without an id nobody asked: this connection had been too slow
        asked = self._topics[topic]
        if answer["recovered"] and topic in self.open_segments:
            self.replays += 1
            self.open_segments[topic].began += f"; replay after {asked and asked['seq']} at {at}"
            return
        self.snapshots += 1
        self._topics[topic] = at
        began = f"asked {asked}, answered {at}, recovered {answer['recovered']}"
        self.open_segments[topic] = Segment(topic, at["seq"], [], began)
        self.segments.append(self.open_segments[topic])

    def _note(self, message: Message) -> Iterator[Message]:
        topic, seq, event = message["topic"], message["seq"], message["event"]
        if topic not in self.open_segments:  # it was left, and this was on its way
            return
        self.open_segments[topic].events.append((seq, event))
        self._topics[topic] = {**(self._topics[topic] or {}), "seq": seq}
        if event["type"] == "clip_queued":
            yield from self._follow(f"clip:{event['clip']['id']}")

    def _follow(self, topic: str) -> Iterator[Message]:
        """One more topic; the oldest is left."""
        if topic in self._topics:
            return
        self._topics[topic] = None
        yield self._ask(topic)
        if len(self._topics) > TOPICS:
            oldest = next(name for name in self._topics if name != "feed")
            del self._topics[oldest], self._asked[oldest]
            self.open_segments.pop(oldest, None)
            yield {"type": "unsubscribe", "topic": oldest}

    def _ask(self, topic: str) -> Message:
        at = self._topics[topic]
        self._asked[topic] = next(self._ids)
        asked = {"type": "subscribe", "id": self._asked[topic], "topic": topic}
        return asked | ({"at": at} if at else {})
