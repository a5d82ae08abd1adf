import random
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from phosphene.events import (
    ClipFinished,
    ClipHidden,
    ClipProgress,
    ClipQueued,
    ClipRemoved,
    Commented,
    Liked,
    Recorded,
    StoredEvent,
    ViewersChanged,
)
from phosphene.model import Clip, Comment, Person
from phosphene.social.protocol import MessageFormat, Ok
from phosphene.social.topic import LIKE_GAP_S, RING, Subscriber, Topic
from tests.social.serving import a_clip

BEN = Person("ben-id", "ben")


class Reader:
    """A connection that keeps what it was given; it pauses itself after ``room`` messages."""

    def __init__(self, form: MessageFormat = MessageFormat.JSON) -> None:
        self.data: list[bytes] = []
        self.room = 10**9
        self.subscriber = Subscriber(form, self._write)

    def _write(self, data: bytes) -> None:
        self.data.append(data)
        if len(self.data) >= self.room and not self.subscriber.is_paused:
            self.subscriber.pause_delivery()

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [msgspec.json.decode(data) for data in self.data]

    @property
    def seqs(self) -> list[int]:
        return [message["seq"] for message in self.messages]


def comment(seq: int) -> Recorded:
    said = Comment(id=f"k{seq}", clip="a", author=BEN, text="oh", created_at=0.0)
    return Recorded("clip:a", seq, Commented(said, seq))


def like(seq: int) -> Recorded:
    return Recorded("clip:a", seq, Liked("a", BEN, True, seq))


def finished(seq: int, clip: Clip) -> Recorded:
    event: StoredEvent = ClipFinished(clip)
    return Recorded("clip:a", seq, event)


def progress(step: int) -> ClipProgress:
    return ClipProgress("a", step, 8, 0, 5, 10.0, 0.5, 1.0)


@pytest.fixture
def topic() -> Topic:
    topic = Topic("clip:a")
    assert topic.start_at(10, 0.0)
    return topic


@pytest.fixture
def reader(topic: Topic) -> Reader:
    reader = Reader()
    topic.add_subscriber(reader.subscriber, 10)
    return reader


def test_events_come_in_order_and_once(topic: Topic, reader: Reader) -> None:
    assert topic.offer_event(comment(11), 0.0)
    assert topic.offer_event(comment(11), 0.0)
    assert topic.offer_event(comment(3), 0.0)
    assert topic.offer_event(comment(12), 0.0)
    assert reader.seqs == [11, 12]
    assert reader.messages[0] == {
        "type": "event",
        "topic": "clip:a",
        "seq": 11,
        "event": msgspec.to_builtins(comment(11).event),
    }


def test_a_hole_is_told_and_nothing_is_delivered_until_it_is_filled(
    topic: Topic, reader: Reader
) -> None:
    assert not topic.offer_event(comment(13), 0.0)
    assert reader.data == []
    for seq in (11, 12, 13):
        assert topic.offer_event(comment(seq), 0.0)
    assert reader.seqs == [11, 12, 13]


def test_what_came_before_the_start_is_sorted_in(reader: Reader) -> None:
    topic = Topic("clip:a")
    for seq in (6, 4, 5, 7):
        assert topic.offer_event(comment(seq), 0.0)
    assert not topic.covers_seq(5)
    assert topic.start_at(5, 0.0)
    topic.add_subscriber(reader.subscriber, 5)
    assert reader.seqs == [6, 7]
    assert topic.start_at(99, 0.0)
    assert topic.accepted == 7


def test_a_hole_before_the_start_is_told() -> None:
    topic = Topic("clip:a")
    assert topic.offer_event(comment(8), 0.0)
    assert not topic.start_at(5, 0.0)
    assert topic.accepted == 5


def test_likes_are_folded_into_five_a_second(topic: Topic, reader: Reader) -> None:
    for number in range(1000):
        now = number / 1000
        topic.release_likes(now)
        assert topic.offer_event(like(11 + number), now)
    topic.release_likes(2.0)
    assert topic.held is None
    likes = [message["event"]["likes"] for message in reader.messages]
    assert 5 <= len(likes) <= 6
    assert likes[0] == 11
    assert likes == sorted(likes) == reader.seqs
    assert likes[-1] == 1010


def test_a_single_like_is_immediate_and_the_next_waits(topic: Topic, reader: Reader) -> None:
    topic.offer_event(like(11), 5.0)
    assert reader.seqs == [11]
    topic.offer_event(like(12), 5.0 + LIKE_GAP_S / 2)
    topic.release_likes(5.0 + LIKE_GAP_S / 2)
    assert reader.seqs == [11]
    topic.release_likes(topic.like_at)
    assert reader.seqs == [11, 12]


def test_a_held_like_goes_ahead_of_another_event(topic: Topic, reader: Reader) -> None:
    for recorded in (like(11), like(12), like(13), comment(14)):
        topic.offer_event(recorded, 0.0)
    assert reader.seqs == [11, 13, 14]


def test_who_joins_while_a_like_is_held_gets_it_unless_known(topic: Topic, reader: Reader) -> None:
    topic.offer_event(like(11), 0.0)
    topic.offer_event(like(12), 0.0)
    knows_11, knows_12 = Reader(), Reader()
    topic.add_subscriber(knows_11.subscriber, 11)
    topic.add_subscriber(knows_12.subscriber, 12)
    topic.release_likes(1.0)
    topic.offer_event(comment(13), 1.0)
    assert (reader.seqs, knows_11.seqs, knows_12.seqs) == ([11, 12, 13], [12, 13], [13])


def test_who_is_ahead_of_the_topic_waits_for_it(topic: Topic, reader: Reader) -> None:
    ahead = Reader()
    topic.add_subscriber(ahead.subscriber, 12)
    for seq in (11, 12, 13):
        topic.offer_event(comment(seq), 0.0)
    assert ahead.seqs == [13]
    assert reader.seqs == [11, 12, 13]


def test_a_like_folded_over_the_place_of_who_is_ahead_is_given(topic: Topic) -> None:
    ahead = Reader()
    topic.add_subscriber(ahead.subscriber, 12)
    for seq in (11, 12, 13):
        topic.offer_event(like(seq), 0.0)
    topic.release_likes(1.0)
    assert ahead.seqs == [13]


def test_a_slow_connection_is_a_place_and_catches_up(topic: Topic, reader: Reader) -> None:
    reader.room = 2
    for seq in range(11, 31):
        topic.offer_event(comment(seq), 0.0)
    assert reader.seqs == [11, 12]
    reader.room = 5
    reader.subscriber.resume_delivery()
    # It paused again while it was caught up, but what was begun is in its buffer.
    assert reader.seqs == list(range(11, 31))
    assert reader.subscriber.is_paused
    topic.offer_event(comment(31), 0.0)
    reader.room = 10**9
    reader.subscriber.resume_delivery()
    topic.offer_event(comment(32), 0.0)
    assert reader.seqs == list(range(11, 33))


def test_a_connection_too_far_behind_is_lost_not_holed(topic: Topic, reader: Reader) -> None:
    told: list[set[str]] = []
    reader.subscriber.on_lost = lambda: told.append(set(reader.subscriber.lost))
    reader.subscriber.pause_delivery()
    for seq in range(11, 11 + RING + 1):
        topic.offer_event(comment(seq), 0.0)
    reader.subscriber.resume_delivery()
    assert reader.data == []
    assert told == [{"clip:a"}]
    topic.offer_event(comment(11 + RING + 1), 0.0)
    assert reader.data == []
    topic.remove_subscriber(reader.subscriber)
    assert reader.subscriber.lost == set()
    assert topic.is_idle


def test_the_ring_reaches_back_exactly_so_far(topic: Topic, reader: Reader) -> None:
    reader.subscriber.pause_delivery()
    for seq in range(11, 11 + RING):
        topic.offer_event(comment(seq), 0.0)
    assert topic.covers_seq(10)
    assert not topic.covers_seq(9)
    reader.subscriber.resume_delivery()
    assert reader.seqs == list(range(11, 11 + RING))


def test_who_joins_while_paused_keeps_its_place(topic: Topic) -> None:
    paused = Reader()
    paused.subscriber.pause_delivery()
    topic.add_subscriber(paused.subscriber, 10)
    topic.offer_event(comment(11), 0.0)
    assert paused.data == []
    paused.subscriber.resume_delivery()
    assert paused.seqs == [11]


def test_a_pause_of_who_is_ahead_keeps_its_place(topic: Topic) -> None:
    ahead = Reader()
    topic.add_subscriber(ahead.subscriber, 12)
    ahead.subscriber.pause_delivery()
    for seq in (11, 12, 13):
        topic.offer_event(comment(seq), 0.0)
    ahead.subscriber.resume_delivery()
    assert ahead.seqs == [13]


def test_what_is_not_stored_goes_to_who_keeps_up(topic: Topic, reader: Reader) -> None:
    slow = Reader()
    topic.add_subscriber(slow.subscriber, 10)
    slow.subscriber.pause_delivery()
    for step in range(3):
        topic.emit_volatile(progress(step))
    topic.emit_volatile(ViewersChanged("a", 7))
    assert [message["seq"] for message in reader.messages] == [None] * 4
    slow.subscriber.resume_delivery()
    # Only where things stand now.
    assert [message["event"].get("step") for message in slow.messages] == [2, None]


def test_progress_ends_with_the_clip(topic: Topic) -> None:
    topic.emit_volatile(progress(7))
    slow = Reader()
    topic.add_subscriber(slow.subscriber, 10)
    slow.subscriber.pause_delivery()
    topic.offer_event(finished(11, a_clip("a", status="done")), 0.0)
    slow.subscriber.resume_delivery()
    assert [message["event"]["type"] for message in slow.messages] == ["clip_finished"]


def test_each_form_is_encoded_once_for_all(topic: Topic) -> None:
    readers = [Reader(form) for form in MessageFormat for _ in range(3)]
    for reader in readers:
        topic.add_subscriber(reader.subscriber, 10)
    topic.offer_event(comment(11), 0.0)
    given = {id(reader.data[0]) for reader in readers}
    assert len(given) == len(MessageFormat)
    for reader in readers:
        same = [one.data[0] for one in readers if one.subscriber.format is reader.subscriber.format]
        assert all(data is same[0] for data in same)


def test_a_connection_may_leave_while_it_is_written_to(topic: Topic, reader: Reader) -> None:
    def leave(data: bytes) -> None:
        topic.remove_subscriber(leaving)

    leaving = Subscriber(MessageFormat.JSON, leave)
    topic.add_subscriber(leaving, 10)
    last = Reader()
    topic.add_subscriber(last.subscriber, 10)
    topic.offer_event(comment(11), 0.0)
    topic.offer_event(comment(12), 0.0)
    assert reader.seqs == last.seqs == [11, 12]


def test_what_is_told_to_one_goes_to_nobody_else(topic: Topic, reader: Reader) -> None:
    other = Reader()
    topic.add_subscriber(other.subscriber, 10)
    reader.subscriber.send_message(Ok(3))
    assert reader.messages == [{"type": "ok", "id": 3}]
    assert other.data == []


def test_idle_when_nobody_needs_it(topic: Topic) -> None:
    assert topic.is_idle
    moves: list[Callable[[Reader], None]] = [
        lambda reader: None,
        lambda reader: reader.subscriber.pause_delivery(),
    ]
    for at in (10, 12):
        for move in moves:
            reader = Reader()
            topic.add_subscriber(reader.subscriber, at)
            move(reader)
            assert not topic.is_idle
            topic.remove_subscriber(reader.subscriber)
            assert topic.is_idle


@pytest.mark.parametrize("seed", range(30))
def test_whatever_happens_no_connection_sees_a_hole_or_a_repetition(seed: int) -> None:
    """Random arrivals, pauses and joins: all comments, in order, once; of the likes the last."""
    chance = random.Random(seed)
    topic = Topic("clip:a")
    topic.start_at(0, 0.0)
    log = [like(seq) if chance.random() < 0.6 else comment(seq) for seq in range(1, 301)]
    readers: list[tuple[Reader, int]] = []
    known, now = 0, 0.0
    while known < len(log):
        now += chance.random() / 10
        topic.release_likes(now)
        known = min(known + chance.randrange(4), len(log))
        # Hints come late, double and in any order; then the store is read.
        for seq in chance.sample(range(1, known + 1), min(known, 5)):
            topic.offer_event(log[seq - 1], now)
        assert topic.accepted is not None
        for seq in range(topic.accepted + 1, known + 1 if chance.random() < 0.7 else 0):
            assert topic.offer_event(log[seq - 1], now)
        if chance.random() < 0.1 and topic.covers_seq(known):
            readers.append((Reader(), known))
            topic.add_subscriber(readers[-1][0].subscriber, known)
        for reader, _ in readers:
            if chance.random() < 0.1:
                (
                    reader.subscriber.resume_delivery
                    if reader.subscriber.is_paused
                    else reader.subscriber.pause_delivery
                )()
    for recorded in log:
        topic.offer_event(recorded, now)
    topic.release_likes(now + 1)
    for reader, at in readers:
        reader.subscriber.resume_delivery()
        if reader.subscriber.lost:
            continue
        assert reader.seqs == sorted(set(reader.seqs))
        expected = {one.seq for one in log if one.seq > at and isinstance(one.event, Commented)}
        assert expected <= set(reader.seqs)
        assert all(seq > at for seq in reader.seqs)
        if at < len(log):
            assert reader.seqs[-1] == len(log)


@pytest.mark.parametrize("gone", [ClipHidden("b"), ClipRemoved("b")])
def test_who_comes_back_is_not_told_of_a_clip_that_is_hidden_by_now(gone: StoredEvent) -> None:
    feed, reader = Topic("feed"), Reader()
    feed.start_at(0, 0.0)
    told = (ClipQueued(a_clip("b")), ClipQueued(a_clip("c")), ClipFinished(a_clip("b")), gone)
    for seq, event in enumerate(told, 1):
        feed.offer_event(Recorded("feed", seq, event), 0.0)
    feed.add_subscriber(reader.subscriber, 0)
    assert [message["event"]["type"] for message in reader.messages] == [
        *("clip_removed", "clip_queued", "clip_removed"),
        msgspec.to_builtins(gone)["type"],
    ]


def test_who_follows_a_clip_that_is_hidden_is_given_it_anew_if_at_all() -> None:
    topic, reader = Topic("clip:b"), Reader()
    topic.start_at(0, 0.0)
    topic.add_subscriber(reader.subscriber, 0)
    topic.offer_event(Recorded("clip:b", 1, ClipHidden("b")), 0.0)
    topic.offer_event(Recorded("clip:b", 2, ClipFinished(a_clip("b"))), 0.0)
    assert [message["event"]["type"] for message in reader.messages] == ["clip_hidden"]
    assert reader.subscriber.lost == {"clip:b"}
