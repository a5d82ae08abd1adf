"""What may be done with comments that are there, and with those that wait for an operator."""

from collections.abc import Awaitable, Callable, Sequence

from phosphene.events import Recorded
from phosphene.model import Comment, Person
from phosphene.store import comments, reads
from phosphene.store.transactions import TransactionRunner

LISTED = 200
"""Comments in one list of those that wait."""


class CommentStore:
    """A part of the store; raises Busy when the database cannot be used, NotFound where there is no
    such comment for this person. ``empty_log`` lets nothing that was overwritten stay in the
    write-ahead log; ``clock`` gives seconds since the epoch."""

    def __init__(
        self,
        write: TransactionRunner,
        read: TransactionRunner,
        empty_log: Callable[[], Awaitable[bool]],
        clock: Callable[[], float],
    ) -> None:
        self._write = write
        self._read = read
        self._empty_log = empty_log
        self._clock = clock

    async def edit(
        self, clip_id: str, comment_id: str, person: Person, text: str
    ) -> Sequence[Recorded]:
        """Give a comment of one's own other words."""
        return await self._write(
            comments.edit_comment, clip_id, comment_id, person, text, self._clock()
        )

    async def get(self, comment_id: str) -> Comment:
        """A comment as it is now."""
        return await self._read(reads.comment, comment_id)

    async def remove(
        self, clip_id: str, comment_id: str, person_id: str | None
    ) -> Sequence[Recorded]:
        """Forget a comment, of one's own or below one's clip, with its answers; also in the events
        and notices that told of it. None: an operator."""
        recorded: Sequence[Recorded] = await self._write(
            comments.remove_comment, clip_id, comment_id, person_id, self._clock()
        )
        # Overwritten pages stay readable in the write-ahead log until it is cut.
        await self._empty_log()
        return recorded

    async def like(
        self, clip_id: str, comment_id: str, person: Person, on: bool
    ) -> tuple[int, Sequence[Recorded]]:
        """Like a comment, or no more; its exact likes. Idempotent."""
        return await self._write(comments.like_comment, clip_id, comment_id, person, on)

    async def pin(
        self, clip_id: str, comment_id: str, person_id: str, on: bool
    ) -> Sequence[Recorded]:
        """Let one comment of one's clip be read first, or no more. Raises BadInput: an answer."""
        return await self._write(comments.pin_comment, clip_id, comment_id, person_id, on)

    async def list_held(self) -> Sequence[tuple[Comment, str]]:
        """The oldest 200 comments that wait for an operator, each with why."""
        return await self._read(reads.held_comments, LISTED)

    async def decide_held(self, comment_id: str, publish: bool) -> Sequence[Recorded]:
        """Let everybody read what waited, or forget it."""
        recorded: Sequence[Recorded] = await self._write(
            comments.decide_held, comment_id, publish, self._clock()
        )
        await self._empty_log()
        return recorded
