"""All topics of an instance, kept in step with the store and with the other instances.

The store is the log. What this instance records is delivered at once and hinted on the bus; a
hint that comes in order is delivered; whatever is missing is read from the store.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import TypeVar

import msgspec
from msgspec import Struct

from phosphene.bus.bus import Bus, Gap, Hint
from phosphene.errors import Busy
from phosphene.events import (
    ClipBallot,
    ClipFailed,
    ClipFinished,
    ClipProgress,
    ClipRemoved,
    ClipStarted,
    ClipWaiting,
    Event,
    Recorded,
    SpokenEvent,
    StoredEvent,
    ViewersChanged,
)
from phosphene.failure_boundary import keep_running
from phosphene.model import FEED_TOPIC, clip_topic
from phosphene.social.topic import Subscriber, Topic
from phosphene.store.store import Store

CHANNEL = "topics"
PAGE = 500
# How often the store is asked for what no hint told: with a bus that works, and without.
TICK_UP_S = 1.0
# Without Redis an event of another instance is seen after a tick: with ticks of 50 ms that was 33
# ms p50; these are seven reads a second.
TICK_DOWN_S = 0.15
PROGRESS_KEPT = 1024
REMOVED = b"clip_removed"
"""In every event of a clip that is gone: also who follows nobody has to end what it sends of it."""

T = TypeVar("T")

log = logging.getLogger("phosphene.topics")


class TopicHint(Struct, frozen=True, array_like=True):
    """A hint: an event of a topic; ``seq`` is None when it is not stored. ``lease`` is the number
    under which a clip is drawn, of which it tells; 0 of what anybody may say."""

    topic: str
    seq: int | None
    event: msgspec.Raw
    lease: int = 0


_encoder = msgspec.msgpack.Encoder()
_hints = msgspec.msgpack.Decoder(TopicHint)
_stored: msgspec.msgpack.Decoder[StoredEvent] = msgspec.msgpack.Decoder(StoredEvent)
_volatile: msgspec.msgpack.Decoder[SpokenEvent] = msgspec.msgpack.Decoder(SpokenEvent)


class Topics:
    """Needs ``run`` beside it. ``clock`` counts seconds; within ``open_topic`` ``epoch`` is
    known. ``at_recorded`` is called with each event that this instance recorded, ``at_removed``
    with each clip that is told to be gone, here or by another instance."""

    def __init__(
        self,
        store: Store,
        bus: Bus,
        clock: Callable[[], float] = time.monotonic,
        at_recorded: Callable[[StoredEvent], None] = lambda event: None,
        at_removed: Callable[[str], None] = lambda clip_id: None,
    ) -> None:
        self._at_removed = at_removed
        self._at_recorded = at_recorded
        self._store = store
        self._bus = bus
        self._clock = clock
        self._topics: dict[str, Topic] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._progress: dict[str, ClipProgress] = {}
        self._waiting: dict[str, ClipWaiting] = {}
        self._ballots: dict[str, ClipBallot] = {}
        self._leases: dict[str, int] = {}
        self._behind: set[str] = set()
        self._wake = asyncio.Event()
        self._started = asyncio.Event()
        self._at = 0
        self.epoch = ""

    def __len__(self) -> int:
        """How many topics have somebody who follows them here."""
        return len(self._topics)

    async def publish_events(self, recorded: Sequence[Recorded]) -> None:
        """Deliver what the store has just recorded, here and on the other instances."""
        for one in recorded:
            self._offer(one)
            if one.event is not None:
                self._at_recorded(one.event)
        if self._bus.is_shared:
            for one in recorded:
                if one.event is not None:
                    # No retry: the event is in the store, and the next tick of everybody else finds
                    # it there.
                    await self._hint(one.topic, one.seq, one.event)

    async def emit_volatile(self, event: SpokenEvent, lease: int = 0) -> None:
        """Tell everybody who is there now, on all instances; nothing is stored. What is said of a
        clip under an older ``lease`` than was heard of is not told."""
        self._emit_here(event, lease)
        if self._bus.is_shared:
            await self._hint(clip_topic(event.clip), None, event, lease)

    def progress_of(self, clip_id: str) -> ClipProgress | None:
        """Where the render of a clip was when last heard of."""
        return self._progress.get(clip_id)

    def waiting_of(self, clip_id: str) -> ClipWaiting | None:
        """The place in the queue that a clip was last said to have, while it has one."""
        return self._waiting.get(clip_id)

    def ballot_of(self, clip_id: str) -> ClipBallot | None:
        """What the audience of a clip was last said to propose, while it can be steered."""
        return self._ballots.get(clip_id)

    def viewers_of(self, clip_id: str) -> int | None:
        """How many viewers were last said to watch a clip that has a topic here, else None."""
        topic = self._topics.get(clip_topic(clip_id))
        said = topic.latest.get(ViewersChanged) if topic else None
        return said.event.viewers if said and isinstance(said.event, ViewersChanged) else None

    @asynccontextmanager
    async def open_topic(self, name: str) -> AsyncIterator[Topic]:
        """The topic, made when nobody had it. Read its place in the store only within: from now
        on no event is missed. Then ``start_topic`` it and let connections join."""
        await self._started.wait()
        topic = self._topics.setdefault(name, Topic(name))
        topic.openers += 1
        try:
            yield topic
        finally:
            topic.openers -= 1
            self._drop_idle((topic,))

    def start_topic(self, topic: Topic, seq: int) -> None:
        """Say where a topic that is being opened stands in the store."""
        self._checked(topic, topic.start_at(seq, self._clock()))

    def leave_topic(self, subscriber: Subscriber, name: str) -> None:
        """Take a connection out of one topic."""
        topic = subscriber.topics.get(name)
        if topic is not None:
            topic.remove_subscriber(subscriber)
            self._drop_idle((topic,))

    def leave_topics(self, subscriber: Subscriber) -> None:
        """Take a connection out of all its topics."""
        topics = tuple(subscriber.topics.values())
        for topic in topics:
            topic.remove_subscriber(subscriber)
        self._drop_idle(topics)

    async def run(self) -> None:
        """Hear the other instances and read what was missed, for ever."""
        async with asyncio.TaskGroup() as tasks:
            for part, work in (
                ("topics hear", self._receive_hints),
                ("topics read", self._follow_store),
                ("topics listen", self._receive_commits),
            ):
                tasks.create_task(keep_running(part, work), name=part)

    async def _receive_hints(self) -> None:
        async with aclosing(self._bus.receive_hints(CHANNEL)) as heard:
            async for word in heard:
                if isinstance(word, Gap):
                    self._wake.set()
                elif word.channel == CHANNEL:
                    self._handle_hint(word)

    async def _receive_commits(self) -> None:
        """Without Redis: it tells more, and sooner."""
        if self._bus.is_shared or not self._store.is_shared:
            return
        async with aclosing(self._store.receive_commits()) as told:
            async for _ in told:
                self._wake.set()

    def _handle_hint(self, hint: Hint) -> None:
        try:
            spoken = _hints.decode(hint.data)
            if spoken.seq is None:
                self._emit_here(_volatile.decode(spoken.event), spoken.lease)
            # Decoded only where somebody follows the topic: with many instances most hints are for
            # others.
            elif spoken.topic in self._topics or REMOVED in bytes(spoken.event):
                event = _stored.decode(spoken.event)
                self._offer(Recorded(spoken.topic, spoken.seq, event))
        except msgspec.DecodeError:
            log.warning("a hint from an instance of another version: read the store instead")
            self._wake.set()

    async def _follow_store(self) -> None:
        """Read what is missing whenever something is, and at every tick beside other instances."""
        # The store is the log and Redis a hint. Pub/sub lost 10 messages over five cut connections
        # at 570 a second, and a Redis that restarts forgets its streams without a word: what is not
        # asked for again is gone.
        tick: float | None = TICK_DOWN_S
        while True:
            try:
                await self._catch_up()
                tick = self._tick()
            except Busy as error:
                log.warning("cannot read events: %s", error)
                tick = TICK_DOWN_S
            try:
                async with asyncio.timeout(tick):
                    await self._wake.wait()
            except TimeoutError:
                continue
            self._wake.clear()

    def _tick(self) -> float | None:
        if not (self._bus.is_shared or self._store.is_shared):
            return None
        return TICK_UP_S if self._bus.is_up else TICK_DOWN_S

    async def _catch_up(self) -> None:
        if not self._started.is_set():
            self.epoch = (await self._store.topic_end(FEED_TOPIC)).epoch
            self._at = await self._store.last_event_id()
            self._started.set()
        while self._behind:
            topic = self._topics.get(self._behind.pop())
            if topic is not None:
                await self._read_missing(topic)
        while self._bus.is_shared or self._store.is_shared:
            found = await self._store.events_everywhere(after=self._at, limit=PAGE)
            for self._at, recorded in found:
                self._offer(recorded)
            if len(found) < PAGE:
                return

    async def _read_missing(self, topic: Topic) -> None:
        """Read one topic from where it stopped."""
        while topic.accepted is not None:
            at = topic.accepted
            found = await self._store.list_events(topic.name, after=at, limit=PAGE)
            # ``accepted`` is looked at again, since hints go on coming while the store is read.
            if found and found[0].seq > at + 1 and topic.accepted == at:
                # Asleep for longer than events are kept: its followers need a snapshot.
                topic.reset()
                self._drop_idle((topic,))
                return
            for recorded in found:
                self._offer(recorded)
            if len(found) < PAGE:
                return

    def _offer(self, recorded: Recorded) -> None:
        if isinstance(recorded.event, ClipRemoved):
            self._at_removed(recorded.event.clip)
        if isinstance(recorded.event, ClipFinished | ClipFailed):
            self._progress.pop(recorded.event.clip.id, None)
            self._ballots.pop(recorded.event.clip.id, None)
        if isinstance(recorded.event, ClipStarted | ClipFinished | ClipFailed):
            self._waiting.pop(recorded.event.clip.id, None)
        topic = self._topics.get(recorded.topic)
        if topic is not None:
            self._checked(topic, topic.offer_event(recorded, self._clock()))

    def _checked(self, topic: Topic, complete: bool) -> None:
        if not complete:
            self._behind.add(topic.name)
            self._wake.set()
        if topic.held is not None and topic.name not in self._timers:
            delay = max(0.0, topic.like_at - self._clock())
            loop = asyncio.get_running_loop()
            self._timers[topic.name] = loop.call_later(delay, self._release, topic)

    def _release(self, topic: Topic) -> None:
        """The time of a held count of likes has come."""
        del self._timers[topic.name]
        topic.release_likes(self._clock())
        self._checked(topic, True)

    def _emit_here(self, event: SpokenEvent, lease: int) -> None:
        if lease:
            if lease < self._leases.get(event.clip, 0):
                return
            _note(self._leases, event.clip, lease)
        if isinstance(event, ClipProgress):
            _note(self._progress, event.clip, event)
        elif isinstance(event, ClipWaiting):
            _note(self._waiting, event.clip, event)
        elif isinstance(event, ClipBallot):
            _note(self._ballots, event.clip, event)
        topic = self._topics.get(clip_topic(event.clip))
        if topic is not None:
            topic.emit_volatile(event)

    async def _hint(self, topic: str, seq: int | None, event: Event, lease: int = 0) -> None:
        spoken = TopicHint(topic, seq, msgspec.Raw(_encoder.encode(event)), lease)
        await self._bus.publish_hint(CHANNEL, _encoder.encode(spoken))

    def _drop_idle(self, topics: Iterable[Topic]) -> None:
        for topic in topics:
            if topic.is_idle and self._topics.get(topic.name) is topic:
                del self._topics[topic.name]
                if topic.name in self._timers:
                    self._timers.pop(topic.name).cancel()


def _note(latest: dict[str, T], clip_id: str, event: T) -> None:
    """Keep what was said last of the clips that were spoken of last."""
    # Taken out first: so the order is that in which clips were spoken of last, and the first one is
    # the one to forget.
    latest.pop(clip_id, None)
    latest[clip_id] = event
    if len(latest) > PROGRESS_KEPT:
        del latest[next(iter(latest))]
