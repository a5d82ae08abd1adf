"""What the store knows of people: relations, profiles, inboxes."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from phosphene.events import Recorded
from phosphene.model import Page, Person
from phosphene.store import deeds, inbox, people, profiles, relations
from phosphene.store.connection import SqlConnection
from phosphene.store.hidden_people import hidden_from
from phosphene.store.inbox import InboxPage
from phosphene.store.profiles import ProfileWords, Tally
from phosphene.store.relations import Relation, Relationship
from phosphene.store.transactions import IndexPerson, TransactionRunner

LISTED = 200
"""People in one list."""


class PeopleStore:
    """A part of the store; raises Busy when the database cannot be used. ``index_person`` lets a
    person be found by their words, ``clock`` gives seconds since the epoch."""

    def __init__(
        self,
        write: TransactionRunner,
        read: TransactionRunner,
        index_person: IndexPerson,
        epoch: str,
        clock: Callable[[], float],
    ) -> None:
        self._write = write
        self._read = read
        self._index_person = index_person
        self._epoch = epoch
        self._clock = clock

    async def find_person(self, handle: str) -> Person:
        """Who has a handle. Raises NotFound."""
        return await self._read(relations.find_person, handle)

    async def find_by_any_handle(self, handle: str) -> Person:
        """Who has a handle, else the last who had it. Raises NotFound."""
        return await self._read(people.find_by_any_handle, handle)

    async def find_by_name(self, name: str) -> Person:
        """The same, also by ``~`` and an id. Raises NotFound."""
        return await self._read(people.find_by_name, name)

    async def set_relation(
        self, person: Person, kind: Relation, other: Person, on: bool
    ) -> Sequence[Recorded]:
        """Follow, mute or block somebody, or no more; the followed is told. Raises Forbidden."""
        return await self._write(_set_relation, person, kind, other, on, self._clock())

    async def get_relationship(self, person_id: str, other_id: str) -> Relationship:
        """What two people are to each other."""
        return await self._read(relations.get_relationship, person_id, other_id)

    async def hidden_from(self, person_id: str) -> frozenset[str]:
        """Whose clips and words a person is not shown; of nobody in particular, everybody's are."""
        if not person_id:
            return frozenset()
        return await self._read(hidden_from, person_id)

    async def list_related(self, person_id: str, kind: Relation) -> Sequence[Person]:
        """Whom a person follows, mutes or blocks, the newest 200."""
        return await self._read(relations.following, person_id, kind, LISTED)

    async def list_followers(self, person_id: str) -> Sequence[Person]:
        """Who follows a person, the newest 200."""
        return await self._read(relations.followers, person_id, LISTED)

    async def count_relations(self, person_id: str) -> tuple[int, int]:
        """How many follow a person, and how many that person follows."""
        return await self._read(relations.count, person_id)

    async def get_words(self, person_id: str) -> ProfileWords:
        """What a person says of themselves."""
        return await self._read(profiles.words_of, person_id)

    async def get_about(self, person_id: str) -> str:
        """Their words alone."""
        return (await self._read(profiles.words_of, person_id)).about

    async def set_about(self, person_id: str, about: str) -> None:
        """The same; all else that they say stays."""
        await self._write(_set_about, self._index_person, person_id, about)

    async def set_words(self, person_id: str, words: ProfileWords) -> None:
        """Raises NotFound: the portrait is none."""
        await self._write(_set_words, self._index_person, person_id, words)

    async def get_tally(self, person_id: str) -> Tally:
        """Of a person's public clips."""
        return await self._read(profiles.tally, person_id)

    async def list_clips_by(
        self, person_id: str, *, limit: int, cursor: str | None, remixes: bool
    ) -> Page:
        """A person's public clips, or remixes, newest first."""
        return await self._read(profiles.clips_by, self._epoch, person_id, limit, cursor, remixes)

    async def list_liked(self, person_id: str, *, limit: int, cursor: str | None) -> Page:
        """Public clips that a person likes, newest first."""
        return await self._read(profiles.liked_by, self._epoch, person_id, limit, cursor)

    async def list_followed(self, person_id: str, *, limit: int, cursor: str | None) -> Page:
        """Public clips of those whom a person follows, newest first."""
        return await self._read(profiles.clips_of_followed, self._epoch, person_id, limit, cursor)

    async def read_inbox(self, person_id: str, *, limit: int, cursor: str | None) -> InboxPage:
        """Notices, newest first."""
        return await self._read(inbox.page, self._epoch, person_id, limit, cursor)

    async def mark_seen(self, person_id: str, until: float) -> Sequence[Recorded]:
        """The person looked at all up to a time."""
        return await self._write(inbox.mark_seen, person_id, until)

    async def list_kinds_off(self, person_id: str) -> Sequence[str]:
        """Kinds of notice that a person does not want."""
        return await self._read(inbox.kinds_off, person_id)

    async def set_kinds_off(self, person_id: str, off: Sequence[str]) -> None:
        """Kinds of notice that a person does not want from now on."""
        await self._write(inbox.set_kinds_off, person_id, off)


def _set_about(cx: SqlConnection, index_person: IndexPerson, person_id: str, about: str) -> None:
    words = profiles.words_of(cx, person_id)
    _set_words(cx, index_person, person_id, replace(words, about=about))


def _set_words(
    cx: SqlConnection, index_person: IndexPerson, person_id: str, words: ProfileWords
) -> None:
    profiles.set_words(cx, person_id, words)
    index_person(cx, person_id)


def _set_relation(
    cx: SqlConnection, person: Person, kind: Relation, other: Person, on: bool, now: float
) -> Sequence[Recorded]:
    changed = relations.set_relation(cx, person.id, kind, other.id, on, now)
    if kind == "follow" and on:
        deeds.note_follow(cx, person.id, other.id, now)
    elif kind == "follow" or (kind == "block" and on):
        deeds.drop_follow(cx, person.id, other.id)
    if kind == "block" and on:
        deeds.drop_follow(cx, other.id, person.id)
    if not changed or kind != "follow":
        return []
    between = relations.get_relationship(cx, other.id, person.id)
    tell = inbox.notify if on else inbox.withdraw
    return tell(cx, other.id, "followed", person, now, between)
