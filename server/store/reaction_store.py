"""What the store knows of reactions: what people made of the clips before them."""

from collections.abc import Callable, Sequence

from phosphene.model import Clip, ClipShown, ReactionKind, StoredReaction
from phosphene.store import deeds, reactions, reads
from phosphene.store.connection import SqlConnection
from phosphene.store.transactions import TransactionRunner


class ReactionStore:
    """A part of the store; raises Busy when the database cannot be used. ``clock`` gives seconds
    since the epoch."""

    def __init__(
        self, write: TransactionRunner, read: TransactionRunner, clock: Callable[[], float]
    ) -> None:
        self._write = write
        self._read = read
        self._clock = clock

    async def add_reaction(
        self,
        person_id: str,
        clip_id: str,
        kind: ReactionKind,
        watched_ms: int | None = None,
        served: bool = True,
    ) -> None:
        """Note what a person made of a clip; nothing of one that is gone."""
        await self._write(
            reactions.add_reaction, person_id, clip_id, kind, watched_ms, served, self._clock()
        )

    async def take_back(self, person_id: str, clip_id: str, kind: ReactionKind) -> None:
        """Forget that a person did this with a clip."""
        await self._write(reactions.take_back, person_id, clip_id, kind)

    async def note_deed(self, person_id: str, clip_id: str, kind: ReactionKind) -> None:
        """Note what a person did with a clip that they may see, once for each kind. Raises
        NotFound."""
        await self._write(_note_seen_deed, person_id, clip_id, kind, self._clock())

    async def count_shown(self, clip: Clip, until: float) -> ClipShown:
        """What became of a clip, and who was here from when it was public ``until`` then."""
        born = clip.created_at
        return await self._read(reactions.count_shown, clip.id, clip.author.id, born, until)

    async def count_others(self, clip_id: str, person_id: str, most: int) -> int:
        """How many people beside one enjoyed a clip, up to so many."""
        return await self._read(reactions.count_others, clip_id, person_id, most)

    async def count_joining(self, clip_id: str, other_id: str, person_id: str, most: int) -> int:
        """How many people beside one enjoyed both clips, up to so many."""
        return await self._read(reactions.count_joining, clip_id, other_id, person_id, most)

    async def count_going_on(self, clip_id: str, other_id: str, person_id: str, most: int) -> int:
        """How many people beside one watched ``clip_id`` after the other, up to so many."""
        return await self._read(reactions.count_going_on, clip_id, other_id, person_id, most)

    async def list_after(self, after: int, limit: int) -> Sequence[StoredReaction]:
        """What anybody did after an id, in order."""
        return await self._read(reactions.reactions_after, after, limit)

    async def list_of(self, person_id: str, until: int = 2**62) -> Sequence[StoredReaction]:
        """What a person did up to an id, in order: at most the newest that are kept."""
        return await self._read(reactions.reactions_of, person_id, until)

    async def list_since(self, person_id: str, after: int) -> Sequence[StoredReaction]:
        """What a person did after an id, in order; that they cleared what was before, too."""
        return await self._read(reactions.reactions_since, person_id, after)


def _note_seen_deed(
    cx: SqlConnection, person_id: str, clip_id: str, kind: ReactionKind, now: float
) -> None:
    reads.check_seen(cx, clip_id, person_id)
    deeds.note_deed(cx, person_id, clip_id, kind, now)
