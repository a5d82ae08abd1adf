"""What people did, told to a feed process: everything in the order of the ids to one that learns,
and only of those who are here to one that follows."""

import zlib
from collections.abc import Sequence
from typing import Final

from phosphene.feed.learner_messages import (
    FoldPerson,
    FollowReactions,
    ForgetPerson,
    LearnReactions,
    PassReactions,
)
from phosphene.feed.learner_process import PART, LearnerProcess
from phosphene.feed.learner_sources import LearnerSources
from phosphene.model import StoredReaction

PEOPLE: Final = 5000
"""Whom a process knows at once, at most 4 kB each; who asked longest ago is forgotten."""
PARTS: Final = 1024
"""People are learned from by so many parts, where not all can be."""


class LearnedRows:
    """Of a process that learns; one coroutine at a time. ``share``: of so many of all people it is
    learned, always the same ones."""

    def __init__(self, process: LearnerProcess, sources: LearnerSources, people: int) -> None:
        self._process = process
        self._sources = sources
        self._most = people
        self._people = dict[str, None]()
        self.learned = process.first.learned
        self.share = 1.0

    async def catch_up(self, person_id: str | None) -> None:
        """Tell it all that was done since it was told last, and who somebody is."""
        while len(await self.tell_part()) == PART:
            pass
        if person_id is not None:
            await self._know(person_id)

    async def tell_part(self) -> Sequence[StoredReaction]:
        """Tell it the next PART of what people did; that part."""
        rows = await self._sources.list_after(self.learned, PART)
        for one in rows:
            if one.kind == "cleared":
                self.forget_person(one.person)
        heard = [one for one in rows if is_heard(one.person, self.share)]
        for person_id in {one.person for one in heard}:
            await self._know(person_id)
        if heard:
            self._process.send_order(LearnReactions(tuple(heard)))
        if rows:
            self.learned = rows[-1].id
        if rows and (not heard or heard[-1].id < self.learned):
            self._process.send_order(PassReactions(self.learned))
        return rows

    def forget_person(self, person_id: str) -> None:
        """What is known of a person is gone, or has changed: it is read again when they ask."""
        if self._people.pop(person_id, 0) is None:
            self._process.send_order(ForgetPerson(person_id))

    async def _know(self, person_id: str) -> None:
        """See to it that the process knows somebody as of what it has learned."""
        if person_id not in self._people:
            rows = await self._sources.list_of(person_id, self.learned)
            self._process.send_order(FoldPerson(person_id, tuple(rows)))
        else:
            del self._people[person_id]
        self._people[person_id] = None
        if len(self._people) > self._most:
            self.forget_person(next(iter(self._people)))


class FollowedRows:
    """Of a process that learns nothing: what those did who ask; one coroutine at a time."""

    def __init__(self, process: LearnerProcess, sources: LearnerSources) -> None:
        self._process = process
        self._sources = sources
        self._until = dict[str, int]()

    async def catch_up(self, person_id: str | None) -> None:
        """Tell it what somebody did since they asked last, or all that they did."""
        if person_id is None:
            return
        until = self._until.pop(person_id, -1)
        more = await self._sources.list_since(person_id, until) if until >= 0 else ()
        if until < 0 or any(one.kind == "cleared" for one in more):
            rows = await self._sources.list_of(person_id, 2**62)
            self._process.send_order(FoldPerson(person_id, tuple(rows)))
            more = (*more, *rows)
        elif more:
            self._process.send_order(FollowReactions(tuple(more)))
        self._until[person_id] = max((one.id for one in more), default=max(until, 0))
        if len(self._until) > PEOPLE:
            self.forget_person(next(iter(self._until)))

    def forget_person(self, person_id: str) -> None:
        """What is known of a person is gone, or has changed: it is read again when they ask."""
        if self._until.pop(person_id, None) is not None:
            self._process.send_order(ForgetPerson(person_id))

    def forget_all(self) -> None:
        """The process knows nobody any more."""
        self._until.clear()


def is_heard(person_id: str, share: float) -> bool:
    """Whether it is learned from a person, where it is from so large a share of all."""
    return zlib.crc32(b"heard" + person_id.encode()) % PARTS < share * PARTS


def next_share(share: float, behind_s: float) -> float:
    """Of how many people it is to be learned, when what was learned last is so old: of half as many
    where the process falls behind, of more again where it keeps up."""
    if behind_s > 30:
        return max(1 / PARTS, share / 2)
    return min(1.0, share * 1.1) if behind_s < 5 else share
