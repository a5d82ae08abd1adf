"""A socket of the soak writes down what it was told, and nothing that it was not."""

from typing import Any

from tests.soak.following import TOPICS, Following, Message
from tests.soak.verdict import faults_of_segment

EPOCH = "e"
LOG: dict[str, dict[int, dict[str, Any]]] = {
    "clip:0": {place: {"type": "commented"} for place in range(1, 9)}
}


def answer(asked: Message, seq: int, *, recovered: bool) -> Message:
    at = {"epoch": EPOCH, "seq": seq}
    return {**asked, "type": "subscribed", "at": at, "recovered": recovered}


def event(topic: str, seq: int, **event: Any) -> Message:
    return {"type": "event", "topic": topic, "seq": seq, "event": {"type": "commented"} | event}


def queued(following: Following, number: int) -> list[Message]:
    """The feed tells of a clip."""
    told = event("feed", number + 1, type="clip_queued", clip={"id": str(number)})
    return following.take(told)


def following_clips(count: int) -> Following:
    """A socket that was told of the first clips and of three comments on the oldest of them."""
    following = Following()
    (feed,) = following.ask_for_all()
    following.take(answer(feed, 0, recovered=False))
    for number in range(count):
        (asked,) = queued(following, number)
        following.take(answer(asked, 0, recovered=False))
    for place in (1, 2, 3):
        following.take(event("clip:0", place))
    return following


def faults(following: Following) -> list[str]:
    return [
        fault
        for segment in following.segments
        if segment.topic in LOG
        for fault in faults_of_segment(segment, LOG)
    ]


def test_it_comes_back_with_its_places() -> None:
    following = following_clips(1)
    feed, clip = following.ask_for_all()
    assert (feed["at"], clip["at"]) == ({"epoch": EPOCH, "seq": 1}, {"epoch": EPOCH, "seq": 3})
    following.take(answer(clip, 5, recovered=True))
    for place in (4, 5, 6):
        following.take(event("clip:0", place))
    assert not faults(following)
    assert [place for place, _ in following.segments[1].events] == [1, 2, 3, 4, 5, 6]


def test_what_is_told_twice_is_found_and_says_how_it_began() -> None:
    following = following_clips(1)
    _, clip = following.ask_for_all()
    following.take(answer(clip, 5, recovered=True))
    following.take(event("clip:0", 3))
    (fault,) = faults(following)
    assert "3 came where 4 was due (again; asked None" in fault
    assert "replay after 3 at" in fault


def test_a_topic_that_is_left_before_its_answer_comes_stays_left() -> None:
    """Seed 102: back after a fault, the replay of the feed tells of a clip for which the oldest is
    left, whose own answer, with what was missed of it, is still on its way."""
    following = following_clips(TOPICS - 1)
    asked = {one["topic"]: one for one in following.ask_for_all()}
    following.take(answer(asked["feed"], TOPICS, recovered=True))
    asks, leaves = queued(following, TOPICS - 1)
    assert (asks["topic"], leaves) == (
        f"clip:{TOPICS - 1}",
        {"type": "unsubscribe", "topic": "clip:0"},
    )
    following.take(answer(asked["clip:0"], 4, recovered=True))
    following.take(event("clip:0", 4))
    assert not faults(following)
    assert "clip:0" not in following.open_segments
    assert "clip:0" not in {one["topic"] for one in following.ask_for_all()}


def test_a_snapshot_that_nobody_asked_for_begins_anew() -> None:
    following = following_clips(1)
    following.take(answer({"topic": "clip:0", "id": None}, 7, recovered=False))
    following.take(event("clip:0", 8))
    assert not faults(following)
    assert following.open_segments["clip:0"].start == 7
