"""Finding: clips, people and words, by words."""

from collections.abc import Callable, Collection, Sequence
from typing import Final

from msgspec import Struct

from phosphene.model import Page, Person
from phosphene.store import reads, relations, search
from phosphene.store.connection import SqlConnection
from phosphene.store.documents import WORDS, question_of_clips, question_of_people
from phosphene.store.matches import SearchMatch, order_matches
from phosphene.store.rows import make_cursor, read_cursor
from phosphene.store.search import Suggestion
from phosphene.store.transactions import TransactionRunner
from phosphene.text import keywords

# All that fit one word are too many to be ordered by worth at a million clips (40,000 of each
# subject of the embedded model): the newest of them are, then the next.
WINDOW: Final = 200
"""So many clips are ordered by their worth at once."""
ENDINGS: Final = 24
"""So many words that an unfinished one may be."""
FIRST: Final = 2.0**52
"""A place after all others, in microseconds since 1970."""


class Wanted(Struct, frozen=True):
    """What somebody looks for: clips with all of the words and ``tags``, by their worth or the
    ``newest`` first."""

    text: str = ""
    tags: tuple[str, ...] = ()
    newest: bool = False


class SearchStore:
    """A part of the store; raises Busy when the database cannot be used. ``hidden``: ids of people
    whom the asker is not shown; ``clock`` gives seconds since the epoch."""

    def __init__(self, read: TransactionRunner, epoch: str, clock: Callable[[], float]) -> None:
        self._read = read
        self._epoch = epoch
        self._clock = clock

    async def find_clips(
        self, wanted: Wanted, hidden: Collection[str], *, limit: int, cursor: str | None
    ) -> Page:
        """Public clips that fit; nothing fits nothing. Raises Unusable: the cursor."""
        return await self._read(
            _find_clips, self._epoch, wanted, sorted(hidden), limit, cursor, self._clock()
        )

    async def find_people(
        self, text: str, hidden: Collection[str], *, asker: str, limit: int
    ) -> Sequence[Person]:
        """People who have chosen a handle, by its parts and what they say of themselves: who is
        called so first, then by how many follow them. Minors are found by whom they follow only."""
        return await self._read(_find_people, text, sorted(hidden), asker, limit)

    async def suggest_words(self, beginning: str, *, limit: int) -> Sequence[Suggestion]:
        """Words of public clips that begin so, and the tags that they say; a word of fewer than
        three clips only where it names a tag."""
        words = keywords(beginning)
        return await self._read(search.suggest, words[-1], limit) if words else []


def _find_clips(
    cx: SqlConnection,
    epoch: str,
    wanted: Wanted,
    hidden: Sequence[str],
    limit: int,
    cursor: str | None,
    now: float,
) -> Page:
    words = keywords(wanted.text)[:WORDS]
    # Somebody looked for something: words that tell nothing must not find everything.
    if not words and (wanted.text or not wanted.tags):
        return Page((), None)
    endings = search.endings(cx, words[-1], ENDINGS) if words else []
    question = question_of_clips(words, wanted.tags, search.meanings(cx, words), endings)
    listing = f"found {wanted.newest}"
    top, skipped = (FIRST, "0") if cursor is None else read_cursor(epoch, listing, cursor)
    window = search.find_clips(
        cx, question, hidden, int(top), limit + 1 if wanted.newest else WINDOW
    )
    ordered = window if wanted.newest else order_matches(window, words, now)
    shown, at = ordered[int(skipped) : int(skipped) + limit], int(skipped) + limit
    clips = tuple(reads.clip(cx, match.clip) for match in shown)
    after = _after(window, at, top, wanted.newest)
    return Page(clips, None if after is None else make_cursor(epoch, listing, *after))


def _after(
    window: Sequence[SearchMatch], at: int, top: float, newest: bool
) -> tuple[float, str] | None:
    """Where the next page begins: a place, and how many clips of the window below it are shown."""
    if newest:
        return (float(window[at - 1].place), "0") if len(window) > at else None
    if len(window) > at:
        return top, str(at)
    return (float(window[-1].place), "0") if len(window) == WINDOW else None


def _find_people(
    cx: SqlConnection, text: str, hidden: Sequence[str], asker: str, limit: int
) -> Sequence[Person]:
    name = text.strip().removeprefix("@").casefold()
    words = keywords(name)[:WORDS]
    if not words:
        return []
    found = [
        person
        for person in search.find_people(cx, question_of_people(words), hidden)
        if relations.may_contact(
            cx, person.id, asker, relations.get_relationship(cx, person.id, asker)
        )
    ]

    def worth(person: Person) -> tuple[bool, bool, int]:
        followers, _ = relations.count(cx, person.id)
        return person.handle == name, person.handle.startswith(name), followers

    return sorted(found, key=worth, reverse=True)[:limit]
