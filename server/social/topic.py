"""One topic in memory: its recent events, its connections and the place of each of them.

No I/O and no clock of its own: bytes leave through each connection's ``write``.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence

from phosphene.events import (
    ClipBallot,
    ClipFailed,
    ClipFinished,
    ClipHidden,
    ClipProgress,
    ClipRemoved,
    ClipStarted,
    ClipWaiting,
    CommentChanged,
    CommentRemoved,
    Event,
    Liked,
    Recorded,
    SpokenEvent,
    StoredEvent,
)
from phosphene.model import clip_topic
from phosphene.social.light_primitives import LightEvent
from phosphene.social.protocol import Happened, MessageFormat, ServerMessage, encode
from phosphene.store.retelling import with_words, without_clip, without_comments

# For who fell behind a moment ago; who was away for longer is caught up from the store.
RING = 256
# At most five counts of likes a second.
LIKE_GAP_S = 0.2

Write = Callable[[bytes], None]
WriteTogether = Callable[[Sequence["Subscriber"]], Write]
"""Makes one write to all of them out of theirs."""


class EncodedEvent:
    """An event as its readers get it, encoded once for each form in use."""

    # There are up to 256 of these for each topic.
    __slots__ = ("_encoded", "event", "seq", "topic")

    def __init__(self, topic: str, seq: int, event: Event) -> None:
        self.topic = topic
        self.seq = seq
        self.event = event
        self._encoded: dict[MessageFormat, bytes] = {}

    def retell(self, event: Event) -> None:
        """Say something else in this place from now on."""
        self.event = event
        self._encoded.clear()

    def encoded_as(self, form: MessageFormat) -> bytes:
        # Encoded once however many read it; so nothing in an event may differ between them. Numbers
        # are counted by topic and not by connection for the same reason.
        data = self._encoded.get(form)
        if data is None:
            message = Happened(self.topic, self.seq or None, self.event)
            data = self._encoded[form] = encode(message, form)
        return data


def _heard_by_nobody() -> None:
    """Of a connection that nobody restores."""


class Subscriber:
    """The way out to one connection.

    ``write`` takes bytes at once and never blocks; when the peer does not read, whoever owns the
    connection calls ``pause_delivery`` (possibly from within ``write``) and later
    ``resume_delivery``. What it cannot be given any more is named in ``lost``, and ``on_lost`` is
    called.
    """

    __slots__ = ("flowing", "format", "lost", "on_lost", "together", "topics", "write")

    def __init__(
        self, form: MessageFormat, write: Write, together: WriteTogether | None = None
    ) -> None:
        self.format = form
        self.write = write
        self.together = together
        self.topics: dict[str, Topic] = {}
        self.lost: set[str] = set()
        self.on_lost: Callable[[], None] = _heard_by_nobody
        self.flowing = LightEvent(is_set=True)

    @property
    def is_paused(self) -> bool:
        return not self.flowing.is_set()

    def send_message(self, message: ServerMessage) -> None:
        """Say something to this connection only, in order with its events."""
        self.write(encode(message, self.format))

    def pause_delivery(self) -> None:
        """From now on only places are kept."""
        self.flowing.clear()
        for topic in self.topics.values():
            topic.pause_subscriber(self)

    def end(self) -> None:
        """The connection is over: nobody need wait for it any more."""
        self.flowing.set()

    def resume_delivery(self) -> None:
        """Catch up in every topic, as far as the peer takes it."""
        self.flowing.set()
        for name, topic in self.topics.items():
            if self.is_paused:
                return
            if not topic.resume_subscriber(self):
                self.lose_topic(name)

    def lose_topic(self, name: str) -> None:
        """It is to be given a topic anew."""
        self.lost.add(name)
        self.on_lost()


class Topic:
    """Events in the order of their seq, each given to every connection exactly once.

    ``accepted`` is the last event that came, ``sent`` the last that went out: a count of likes
    may be held for a moment in between, and a newer one takes its place.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.accepted: int | None = None
        self.sent = 0
        self.openers = 0
        self.held: Recorded | None = None
        self.like_at = 0.0
        self.latest: dict[type[Event], EncodedEvent] = {}
        self._early: list[Recorded] = []
        self._ring: deque[EncodedEvent] = deque()
        self._ring_from = 0
        # Three states instead of a queue for each connection: who keeps up costs a call of its
        # write, who lags is a number, and who is ahead (it subscribed while a count of likes was
        # held) waits.
        self._keeping_up: dict[Subscriber, None] = {}  # in the order in which they came
        # Bound methods in a tuple, by format: the loop over a crowd looks nothing up and tests
        # nothing.
        self._groups: tuple[tuple[MessageFormat, tuple[Write, ...]], ...] | None = ()
        self._ahead: dict[Subscriber, int] = {}
        self._lagging: dict[Subscriber, int] = {}

    @property
    def is_idle(self) -> bool:
        """Whether nobody needs this topic."""
        return not (self.openers or self._keeping_up or self._ahead or self._lagging)

    def start_at(self, seq: int, now: float) -> bool:
        """Say where the topic stands in the store, as read after the topic was made. False when
        events are missing, as ``offer_event``."""
        if self.accepted is not None:
            return True
        self.accepted = self.sent = self._ring_from = seq
        early = sorted(self._early, key=lambda recorded: recorded.seq)
        self._early.clear()
        return all(self.offer_event(recorded, now) for recorded in early)

    def offer_event(self, recorded: Recorded, now: float) -> bool:
        """Take an event if it is the next one; one seen before is ignored. False when events
        before it are missing: read them and offer them all in order."""
        if self.accepted is None:
            self._early.append(recorded)
            return True
        if recorded.seq > self.accepted + 1:
            return False
        if recorded.seq == self.accepted + 1:
            self.accepted = recorded.seq
            self._accept(recorded, now)
        return True

    def emit_volatile(self, event: SpokenEvent) -> None:
        """Tell everybody who keeps up something that is not stored."""
        said = EncodedEvent(self.name, 0, event)
        self.latest[type(event)] = said
        self._deliver(said)

    def release_likes(self, now: float) -> None:
        """Send the count of likes that is held, if its time has come."""
        if self.held is not None and now >= self.like_at:
            self._send_held(now)

    def covers_seq(self, at: int) -> bool:
        """Whether every event after ``at`` is still in memory."""
        return self.accepted is not None and self._ring_from <= at

    def events_after(self, at: int) -> Iterable[EncodedEvent]:
        """Events after ``at`` that have gone out."""
        return [said for said in self._ring if said.seq > at]

    def add_subscriber(self, subscriber: Subscriber, at: int) -> None:
        """Give a connection everything after ``at``, which the topic must cover."""
        subscriber.topics[self.name] = self
        if subscriber.is_paused:
            self._lagging[subscriber] = at
        elif at > self.sent:
            self._ahead[subscriber] = at
        else:
            self._start_delivery(subscriber)
            # A pause in between finds it here at ``sent``: all of this is in its buffer then.
            for said in self.events_after(at):
                subscriber.write(said.encoded_as(subscriber.format))

    def pause_subscriber(self, subscriber: Subscriber) -> None:
        """Keep only the connection's place."""
        if subscriber in self._keeping_up:
            del self._keeping_up[subscriber]
            self._groups = None
            self._lagging[subscriber] = self.sent
        elif subscriber in self._ahead:
            self._lagging[subscriber] = self._ahead.pop(subscriber)

    def resume_subscriber(self, subscriber: Subscriber) -> bool:
        """Catch a connection up from its place; False when that is out of reach."""
        if subscriber not in self._lagging:
            return True
        at = self._lagging[subscriber]
        if not self.covers_seq(at):
            return False
        del self._lagging[subscriber]
        self.add_subscriber(subscriber, at)
        # What is not stored cannot be caught up with: the last word of each kind is said again, or
        # who paused would keep an old progress and an old count of viewers.
        for said in self.latest.values():
            subscriber.write(said.encoded_as(subscriber.format))
        return True

    def reset(self) -> None:
        """What is missing cannot be read any more: every connection is told by a snapshot, and the
        topic starts again."""
        self._lose_all()
        self.accepted = self.held = None
        self._early.clear()
        self._ring.clear()

    def _lose_all(self) -> None:
        """Every connection is to be given the topic anew, if it may have it."""
        for subscriber in (*self._keeping_up, *self._ahead, *self._lagging):
            self.remove_subscriber(subscriber)
            subscriber.lose_topic(self.name)

    def remove_subscriber(self, subscriber: Subscriber) -> None:
        """Forget a connection."""
        subscriber.topics.pop(self.name, None)
        subscriber.lost.discard(self.name)
        self._ahead.pop(subscriber, None)
        self._lagging.pop(subscriber, None)
        if subscriber in self._keeping_up:
            del self._keeping_up[subscriber]
            self._groups = None

    def _accept(self, recorded: Recorded, now: float) -> None:
        if recorded.event is None:
            self._pass_over(recorded.seq, now)
            return
        if isinstance(recorded.event, Liked):
            self.held = recorded
            self.release_likes(now)
            return
        if self.held is not None:
            # Ahead of its time, but never out of order.
            self._send_held(now)
        event = recorded.event
        hides = isinstance(event, ClipHidden | ClipRemoved) and self.name == clip_topic(event.clip)
        if not (hides and isinstance(event, ClipHidden)):  # its author sees it as before
            self._retell(event)
        if isinstance(recorded.event, ClipFinished | ClipFailed):
            self.latest.pop(ClipProgress, None)
            self.latest.pop(ClipBallot, None)
        if isinstance(recorded.event, ClipStarted | ClipFinished | ClipFailed):
            self.latest.pop(ClipWaiting, None)
        self._send(recorded)
        if hides:
            # Whoever may not see it now hears nothing more of it.
            self._lose_all()

    def _retell(self, event: StoredEvent) -> None:
        """Who comes back a moment later is not told words that are gone, as in the store."""
        if isinstance(event, CommentRemoved | CommentChanged | ClipHidden | ClipRemoved):
            for said in self._ring:
                if (told := _without(said.event, event)) is not None:
                    said.retell(told)

    def _pass_over(self, seq: int, now: float) -> None:
        """Nothing is told of this place."""
        if self.held is not None:
            self._send_held(now)
        self._reach(seq)

    def _reach(self, seq: int) -> None:
        """From now on those who were ahead of the topic are told what comes."""
        for subscriber in [subscriber for subscriber, at in self._ahead.items() if at < seq]:
            del self._ahead[subscriber]
            self._start_delivery(subscriber)
        self.sent = seq

    def _send_held(self, now: float) -> None:
        assert self.held is not None
        held, self.held = self.held, None
        self.like_at = now + LIKE_GAP_S
        self._send(held)

    def _send(self, recorded: Recorded) -> None:
        assert recorded.event is not None
        said = EncodedEvent(self.name, recorded.seq, recorded.event)
        if len(self._ring) == RING:
            self._ring_from = self._ring.popleft().seq
        self._ring.append(said)
        self._reach(said.seq)
        self._deliver(said)

    def _deliver(self, said: EncodedEvent) -> None:
        if self._groups is None:
            self._groups = self._grouped()
        # Tuples: a write may pause its connection, which changes ``_groups`` meanwhile.
        for form, writes in self._groups:
            data = said.encoded_as(form)
            for write in writes:
                write(data)

    def _grouped(self) -> tuple[tuple[MessageFormat, tuple[Write, ...]], ...]:
        groups: dict[tuple[MessageFormat, WriteTogether | None], list[Subscriber]] = {}
        for subscriber in self._keeping_up:
            groups.setdefault((subscriber.format, subscriber.together), []).append(subscriber)
        return tuple(
            (form, (together(crowd),) if together else tuple(one.write for one in crowd))
            for (form, together), crowd in groups.items()
        )

    def _start_delivery(self, subscriber: Subscriber) -> None:
        self._keeping_up[subscriber] = None
        self._groups = None


def _without(
    said: Event, event: CommentRemoved | CommentChanged | ClipHidden | ClipRemoved
) -> StoredEvent | None:
    """What is said in the place of an event once another one came; None: the same."""
    match event:
        case CommentRemoved():
            return without_comments(said, {event.comment})
        case CommentChanged():
            return with_words(said, event.comment)
        case _:
            return without_clip(said, event.clip)
