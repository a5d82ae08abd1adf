"""What people do to clips: checked, stored, then told to everybody."""

import re
import unicodedata
from collections.abc import Awaitable, Callable

from phosphene.errors import Unusable
from phosphene.events import Commented
from phosphene.ids import new_id
from phosphene.model import COMMENT_TYPED, Comment, Counts, Person
from phosphene.social.topics import Topics
from phosphene.store.store import Store
from phosphene.text import piles_marks, shows_something

COMMENT_LIMIT = 500
# The client names its comment, so that one sent again after a lost answer is the same comment.
COMMENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
# Controls, surrogates, and the marks that turn the direction of the text after them.
FORBIDDEN = frozenset({"Cc", "Cs"})
DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


Review = Callable[[str, str], Awaitable[str]]
"""Why a comment has to wait for an operator; empty: it need not. Raises Refused."""


class Actions:
    """Used by HTTP routes and sockets alike. ``clock`` gives seconds since the Unix epoch."""

    def __init__(
        self, store: Store, topics: Topics, review: Review, clock: Callable[[], float]
    ) -> None:
        self._store = store
        self._topics = topics
        self._review = review
        self._clock = clock

    async def like_clip(self, clip_id: str, person: Person, on: bool) -> Counts:
        """Like a clip, or take the like back. Idempotent. Raises NotFound."""
        counts, recorded = await self._store.set_like(clip_id, person, on)
        await self._topics.publish_events(recorded)
        return counts

    async def add_comment(
        self,
        clip_id: str,
        person: Person,
        text: str,
        id_: str | None = None,
        parent: str | None = None,
    ) -> Comment:
        """Comment on a clip, or answer the comment ``parent``; the same id again gives the comment
        that is there. One that is ``held`` waits for an operator.

        Raises:
            NotFound: no such clip or comment. Unusable: the text or the id cannot be used. Refused:
            by the policy. Forbidden: one of two people blocks the other.
        """
        text = clean_comment(text)
        if id_ is not None and not COMMENT_ID.fullmatch(id_):
            raise Unusable("a comment's id is 8 to 64 letters, digits, - and _")
        held = await self._review(text, person.id)
        now = self._clock()
        comment = Comment(
            id=id_ or new_id(now),
            clip=clip_id,
            author=person,
            text=text,
            created_at=now,
            parent=parent,
        )
        recorded = await self._store.add_comment(comment, held)
        await self._topics.publish_events(recorded)
        told = (one.event.comment for one in recorded if isinstance(one.event, Commented))
        return next(told, None) or await self._store.get_comment(comment.id)


def clean_comment(text: str) -> str:
    """The text in NFC, without space around it and without control characters.

    Raises:
        Unusable: nothing to see is left, or more than 500 characters, or marks pile up.
    """
    # Before NFC, which takes time by the square of a run of combining marks.
    if len(text) > COMMENT_TYPED:
        raise Unusable(f"a comment may hold {COMMENT_LIMIT} characters at most")
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\n", " "))
    text = text.replace("\t", " ")
    kept = "".join(
        character
        for character in text
        if unicodedata.category(character) not in FORBIDDEN and character not in DIRECTION_MARKS
    ).strip()
    # Hangul fillers, Braille blanks and joiners pass for text in every category but draw nothing
    # (U+3164, U+2800, U+115F, U+034F).
    if not shows_something(kept):
        raise Unusable("a comment needs at least one character that can be seen")
    # A hundred combining marks on a letter draw over the comments of others.
    if piles_marks(kept):
        raise Unusable("a comment may not pile marks on a letter")
    if len(kept) > COMMENT_LIMIT:
        raise Unusable(f"a comment may hold {COMMENT_LIMIT} characters at most")
    return kept
