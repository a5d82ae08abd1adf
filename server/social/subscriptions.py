"""How a connection comes into a topic: by replay from its place, or by a snapshot."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from phosphene.errors import BadInput, Forbidden, NotFound, Unauthorized, Withheld
from phosphene.events import Liked, Recorded
from phosphene.model import Person, Position
from phosphene.social.protocol import (
    TOPICS_PER_SOCKET,
    Happened,
    Snapshot,
    Subscribe,
    Subscribed,
    Unsubscribe,
)
from phosphene.social.topic import Subscriber, Topic
from phosphene.social.topics import Topics
from phosphene.store.store import Store

# More than that costs more than a snapshot, which is what a page needs after a long absence.
REPLAY = 256
SNAPSHOT_COMMENTS = 30


async def _to_all(topic: str) -> None:
    """Whoever followed a topic may follow it."""


class Subscriptions:
    """The topics of one connection. ``count_viewers`` says how many have a clip before them."""

    __slots__ = ("_count_viewers", "_person", "_store", "_subscriber", "_topics", "_turn")

    def __init__(
        self,
        store: Store,
        topics: Topics,
        count_viewers: Callable[[str], Awaitable[int]],
        person: Person,
        subscriber: Subscriber,
    ) -> None:
        self._store = store
        self._topics = topics
        self._count_viewers = count_viewers
        self._person = person
        self._subscriber = subscriber
        # Two subscriptions of one connection at once could answer in one order and join in another.
        self._turn = asyncio.Lock()

    async def subscribe(self, message: Subscribe) -> None:
        """Answer with ``subscribed`` and let the events follow, without a hole or a repetition.

        Raises:
            NotFound: no such topic. BadInput: too many topics. Busy: the store is.
        """
        topics = self._subscriber.topics
        if message.topic not in topics and len(topics) >= TOPICS_PER_SOCKET:
            raise BadInput(f"a socket may have {TOPICS_PER_SOCKET} topics at most")
        # First the topic, then its place in the store: what happens between the two is held, and
        # neither lost nor told twice. The other way round every subscription has a hole for some of
        # them.
        async with self._turn, self._topics.open_topic(message.topic) as topic:
            if message.at is None or not await self._recover(topic, message.at, message.id):
                await self._send_snapshot(topic, message.id)

    async def unsubscribe(self, message: Unsubscribe) -> None:
        """Nothing more of this topic, which may be one that was never subscribed."""
        async with self._turn:
            self._topics.leave_topic(self._subscriber, message.topic)

    async def restore_lost(self, readmit: Callable[[str], Awaitable[None]] = _to_all) -> None:
        """Give a snapshot of every topic that the connection was too slow for, or that is not for
        everybody any more. ``readmit`` raises NotFound, Unauthorized, Forbidden or Withheld where
        the person may not follow a topic now: that one is left."""
        while self._subscriber.lost:
            await self._subscriber.flowing.wait()
            async with self._turn:
                for name in tuple(self._subscriber.lost)[:1]:
                    try:
                        await readmit(name)
                    except (NotFound, Unauthorized, Forbidden, Withheld):
                        self._subscriber.lost.discard(name)
                        continue
                    async with self._topics.open_topic(name) as topic:
                        await self._send_snapshot(topic, None)

    def leave_all(self) -> None:
        """Leave everything."""
        self._topics.leave_topics(self._subscriber)

    async def _recover(self, topic: Topic, at: Position, id_: int | None) -> bool:
        """Replay from the client's place, if it is one of ours and not too far back."""
        # The epoch is the database's: after a backup was brought back, numbers begin again and mean
        # other events.
        if at.epoch != self._topics.epoch or at.seq < 1:
            return False
        missed: Sequence[Recorded] = ()
        if not topic.covers_seq(at.seq):
            top = (await self._store.topic_end(topic.name)).seq
            if not top - REPLAY <= at.seq <= top:
                return False
            missed = await self._store.list_events(topic.name, after=at.seq, limit=2 * REPLAY)
            if at.seq < top and (not missed or missed[0].seq != at.seq + 1):
                return False  # what came after that place is not kept any more
        reached = missed[-1].seq if missed else at.seq
        self._topics.start_topic(topic, reached)
        if not topic.covers_seq(reached) or (topic.accepted or 0) < at.seq:
            return False
        self._answer_and_join(topic, reached, id_, missed=missed)
        return True

    async def _send_snapshot(self, topic: Topic, id_: int | None) -> None:
        """Give a snapshot and what happens after it."""
        while True:
            state = await self._store.topic_state(
                topic.name, self._person.id, comments=SNAPSHOT_COMMENTS
            )
            viewers, progress, waiting, ballot = 0, None, None, None
            if state.clip is not None:
                viewers = await self._count_viewers(state.clip.id)
                if state.clip.status in {"queued", "live"}:
                    progress = self._topics.progress_of(state.clip.id)
                    waiting = self._topics.waiting_of(state.clip.id)
                    ballot = self._topics.ballot_of(state.clip.id)
            snapshot = Snapshot(
                clip=state.clip,
                liked=state.liked,
                comments=state.comments,
                pinned=state.pinned,
                liked_comments=state.liked_comments,
                viewers=viewers,
                progress=progress,
                waiting=waiting,
                ballot=ballot,
            )
            self._topics.start_topic(topic, state.at.seq)
            if topic.covers_seq(state.at.seq):
                break
        self._answer_and_join(topic, state.at.seq, id_, snapshot=snapshot)

    def _answer_and_join(
        self,
        topic: Topic,
        at: int,
        id_: int | None,
        *,
        missed: Sequence[Recorded] = (),
        snapshot: Snapshot | None = None,
    ) -> None:
        """Answer and join; nothing else can happen in between."""
        # A second subscription to the same topic begins anew: one connection has one place.
        topic.remove_subscriber(self._subscriber)
        self._subscriber.send_message(
            Subscribed(
                id=id_,
                topic=topic.name,
                at=Position(self._topics.epoch, at),
                recovered=snapshot is None,
                snapshot=snapshot,
            )
        )
        for one in fold(missed):
            if one.event is not None:
                self._subscriber.send_message(Happened(topic.name, one.seq, one.event))
        topic.add_subscriber(self._subscriber, at)


def fold(events: Sequence[Recorded]) -> list[Recorded]:
    """Without the counts of likes that a later one makes stale."""
    # A count says all that earlier counts said, and a clip that is liked a thousand times would
    # replay a thousand of them.
    last = max((one.seq for one in events if isinstance(one.event, Liked)), default=0)
    return [one for one in events if one.seq == last or not isinstance(one.event, Liked)]
