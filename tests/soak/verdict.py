"""What clients were told and promised, held against the database. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

GONE: Final = "clip_removed"
LIKED: Final = "liked"


class Segment(Struct):
    """What one client was told of one topic without a break: events after the place ``start``."""

    topic: str
    start: int
    events: list[tuple[int, dict[str, Any]]] = []
    began: str = ""
    """What was asked and answered when it began and at every replay, for a fault's line."""

    @property
    def end(self) -> int:
        return self.events[-1][0] if self.events else self.start


Log = Mapping[str, Mapping[int, Mapping[str, Any]]]
"""The events of the database: topic, place, event."""


def faults_of_segment(segment: Segment, log: Log) -> Iterator[str]:
    """Lost, doubled, reordered or different events. A count of likes may be told in place of those
    before it: five a second at most are sent, and a replay has the last one only."""
    places, told = log.get(segment.topic, {}), segment.start
    last_like = max((seq for seq, event in segment.events if event["type"] == LIKED), default=0)
    for seq, event in segment.events:
        passed = [
            places.get(place, {}).get("type")
            for place in range(told + 1, seq)
            if place > last_like or places.get(place, {}).get("type") != LIKED
        ]
        if seq <= told or passed:
            between = f"{event['type']} told, {passed} passed over" if passed else "again"
            between += f"; {segment.began}"
            yield f"{segment.topic}: {seq} came where {told + 1} was due ({between})"
        told, kept = seq, places.get(seq)
        if kept is None:
            yield f"{segment.topic}: {seq} is not in the database"
        elif kept["type"] != GONE and not _is_same(event, kept):
            yield f"{segment.topic}: {seq} is {kept['type']} in the database, told: {event}"


def faults_of_tails(segments: Sequence[Segment], log: Log) -> Iterator[str]:
    """Clients that are still connected and have not heard the last event of a topic."""
    for segment in segments:
        top = max(log.get(segment.topic, {}), default=0)
        if segment.end < top:
            yield f"{segment.topic}: heard up to {segment.end} of {top}"


def faults_of_promises(promised: set[Any], kept: Sequence[Any], what: str) -> Iterator[str]:
    """Acknowledged writes that are missing, or there more than once."""
    for one in sorted(promised.difference(kept)):
        yield f"{what} {one} was acknowledged and is not there"
    doubled = {one for one in kept if one in promised and kept.count(one) > 1} if kept else set()
    for one in sorted(doubled):
        yield f"{what} {one} is there more than once"


def faults_of_clips(promised: set[str], status: Mapping[str, str]) -> Iterator[str]:
    """Clips that were acknowledged and have no end."""
    for clip in sorted(promised):
        if status.get(clip) not in {"done", "failed", "cancelled"}:
            yield f"clip {clip} was acknowledged and is {status.get(clip, 'not there')}"


def _is_same(told: Mapping[str, Any], kept: Mapping[str, Any]) -> bool:
    """What was told is what is kept: type, and every plain value that both have (a clip in an
    event is told with the counts and the author's handle of the moment)."""
    plain = (str, int, float, bool, type(None))
    return told["type"] == kept["type"] and all(
        kept[name] == value
        for name, value in told.items()
        if isinstance(value, plain) and name in kept
    )
