"""One topic in memory: its recent events, its connections and the place of each of them.

No I/O and no clock of its own: bytes leave through each connection's ``write``.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

from server.model import (
    ClipBallot,
    ClipFailed,
    ClipFinished,
    ClipProgress,
    ClipStarted,
    ClipWaiting,
    Event,
    Liked,
    Recorded,
    SpokenEvent,
)
from server.social.protocol import Form, Happened, ServerMessage, encode

RING = 256
# At most five counts of likes a second.
LIKE_GAP_S = 0.2

Write = Callable[[bytes], None]


class Said:
    """An event as its readers get it, encoded once for each form in use."""

    __slots__ = ("_encoded", "event", "seq", "topic")

    def __init__(self, topic: str, seq: int, event: Event) -> None:
        self.topic = topic
        self.seq = seq
        self.event = event
        self._encoded: dict[Form, bytes] = {}

    def encoded(self, form: Form) -> bytes:
        data = self._encoded.get(form)
        if data is None:
            message = Happened(self.topic, self.seq or None, self.event)
            data = self._encoded[form] = encode(message, form)
        return data


class Outlet:
    """The way out to one connection.

    ``write`` takes bytes at once and never blocks; when the peer does not read, whoever owns the
    connection calls ``pause`` (possibly from within ``write``) and later ``resume``. What it
    cannot be given any more is named in ``lost``, and ``changed`` is set.
    """

    def __init__(self, form: Form, write: Write) -> None:
        self.form = form
        self.write = write
        self.topics: dict[str, Topic] = {}
        self.lost: set[str] = set()
        self.changed = asyncio.Event()
        self.flowing = asyncio.Event()
        self.flowing.set()

    @property
    def paused(self) -> bool:
        return not self.flowing.is_set()

    def tell(self, message: ServerMessage) -> None:
        """Say something to this connection only, in order with its events."""
        self.write(encode(message, self.form))

    def pause(self) -> None:
        """From now on only places are kept."""
        self.flowing.clear()
        for topic in self.topics.values():
            topic.pause(self)

    def end(self) -> None:
        """The connection is over: nobody need wait for it any more."""
        self.flowing.set()

    def resume(self) -> None:
        """Catch up in every topic, as far as the peer takes it."""
        self.flowing.set()
        for name, topic in self.topics.items():
            if self.paused:
                return
            if not topic.resume(self):
                self.lost.add(name)
                self.changed.set()


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
        self.latest: dict[type[Event], Said] = {}
        self._early: list[Recorded] = []
        self._ring: deque[Said] = deque()
        self._ring_from = 0
        self._hot: dict[Outlet, Write] = {}
        self._groups: tuple[tuple[Form, tuple[Write, ...]], ...] | None = ()
        self._ahead: dict[Outlet, int] = {}
        self._lagging: dict[Outlet, int] = {}

    @property
    def idle(self) -> bool:
        """Whether nobody needs this topic."""
        return not (self.openers or self._hot or self._ahead or self._lagging)

    def start(self, seq: int, now: float) -> bool:
        """Say where the topic stands in the store, as read after the topic was made. False when
        events are missing, as ``offer``."""
        if self.accepted is not None:
            return True
        self.accepted = self.sent = self._ring_from = seq
        early = sorted(self._early, key=lambda recorded: recorded.seq)
        self._early.clear()
        return all(self.offer(recorded, now) for recorded in early)

    def offer(self, recorded: Recorded, now: float) -> bool:
        """Take an event if it is the next one; one seen before is ignored. False when events
        before it are missing: read them and offer them all in order."""
        if self.accepted is None:
            self._early.append(recorded)
            return True
        if recorded.seq > self.accepted + 1:
            return False
        if recorded.seq == self.accepted + 1:
            self.accepted = recorded.seq
            self._take(recorded, now)
        return True

    def say(self, event: SpokenEvent) -> None:
        """Tell everybody who keeps up something that is not stored."""
        said = Said(self.name, 0, event)
        self.latest[type(event)] = said
        self._deliver(said)

    def release(self, now: float) -> None:
        """Send the count of likes that is held, if its time has come."""
        if self.held is not None and now >= self.like_at:
            self._let_go(now)

    def covers(self, at: int) -> bool:
        """Whether every event after ``at`` is still in memory."""
        return self.accepted is not None and self._ring_from <= at

    def missed(self, at: int) -> Iterable[Said]:
        """Events after ``at`` that have gone out."""
        return [said for said in self._ring if said.seq > at]

    def join(self, outlet: Outlet, at: int) -> None:
        """Give a connection everything after ``at``, which the topic must cover."""
        outlet.topics[self.name] = self
        if outlet.paused:
            self._lagging[outlet] = at
        elif at > self.sent:
            self._ahead[outlet] = at
        else:
            self._heat(outlet)
            # A pause in between finds it here at ``sent``: all of this is in its buffer then.
            for said in self.missed(at):
                outlet.write(said.encoded(outlet.form))

    def pause(self, outlet: Outlet) -> None:
        """Keep only the connection's place."""
        if outlet in self._hot:
            del self._hot[outlet]
            self._groups = None
            self._lagging[outlet] = self.sent
        elif outlet in self._ahead:
            self._lagging[outlet] = self._ahead.pop(outlet)

    def resume(self, outlet: Outlet) -> bool:
        """Catch a connection up from its place; False when that is out of reach."""
        if outlet not in self._lagging:
            return True
        at = self._lagging[outlet]
        if not self.covers(at):
            return False
        del self._lagging[outlet]
        self.join(outlet, at)
        for said in self.latest.values():
            outlet.write(said.encoded(outlet.form))
        return True

    def reset(self) -> None:
        """What is missing cannot be read any more: every connection is told by a snapshot, and the
        topic starts again."""
        for outlet in (*self._hot, *self._ahead, *self._lagging):
            self.leave(outlet)
            outlet.lost.add(self.name)
            outlet.changed.set()
        self.accepted = self.held = None
        self._early.clear()
        self._ring.clear()

    def leave(self, outlet: Outlet) -> None:
        """Forget a connection."""
        outlet.topics.pop(self.name, None)
        outlet.lost.discard(self.name)
        self._ahead.pop(outlet, None)
        self._lagging.pop(outlet, None)
        if self._hot.pop(outlet, None) is not None:
            self._groups = None

    def _take(self, recorded: Recorded, now: float) -> None:
        if recorded.event is None:
            self._pass_over(recorded.seq, now)
            return
        if isinstance(recorded.event, Liked):
            self.held = recorded
            self.release(now)
            return
        if self.held is not None:
            # Ahead of its time, but never out of order.
            self._let_go(now)
        if isinstance(recorded.event, ClipFinished | ClipFailed):
            self.latest.pop(ClipProgress, None)
            self.latest.pop(ClipBallot, None)
        if isinstance(recorded.event, ClipStarted | ClipFinished | ClipFailed):
            self.latest.pop(ClipWaiting, None)
        self._send(recorded)

    def _pass_over(self, seq: int, now: float) -> None:
        """Nothing is told of this place."""
        if self.held is not None:
            self._let_go(now)
        self._reach(seq)

    def _reach(self, seq: int) -> None:
        """From now on those who were ahead of the topic are told what comes."""
        for outlet in [outlet for outlet, at in self._ahead.items() if at < seq]:
            del self._ahead[outlet]
            self._heat(outlet)
        self.sent = seq

    def _let_go(self, now: float) -> None:
        assert self.held is not None
        held, self.held = self.held, None
        self.like_at = now + LIKE_GAP_S
        self._send(held)

    def _send(self, recorded: Recorded) -> None:
        assert recorded.event is not None
        said = Said(self.name, recorded.seq, recorded.event)
        if len(self._ring) == RING:
            self._ring_from = self._ring.popleft().seq
        self._ring.append(said)
        self._reach(said.seq)
        self._deliver(said)

    def _deliver(self, said: Said) -> None:
        if self._groups is None:
            self._groups = self._grouped()
        # Tuples: a write may pause its connection, which changes ``_hot`` meanwhile.
        for form, writes in self._groups:
            data = said.encoded(form)
            for write in writes:
                write(data)

    def _grouped(self) -> tuple[tuple[Form, tuple[Write, ...]], ...]:
        groups: dict[Form, list[Write]] = {}
        for outlet, write in self._hot.items():
            groups.setdefault(outlet.form, []).append(write)
        return tuple((form, tuple(writes)) for form, writes in groups.items())

    def _heat(self, outlet: Outlet) -> None:
        self._hot[outlet] = outlet.write
        self._groups = None
