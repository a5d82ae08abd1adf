"""What people make of the clips before them, and what the learner lets follow."""

from collections.abc import Sequence
from typing import Final

from starlette.websockets import WebSocket

from phosphene.api.hidden import HiddenFrom
from phosphene.api.newest_clips import fresh
from phosphene.errors import NotFound
from phosphene.feed.feed_learner import FeedLearner
from phosphene.model import Clip, Person
from phosphene.social.protocol import Turn
from phosphene.store.reaction_store import ReactionStore
from phosphene.store.store import Store

# The page asks for more when four are left: with five a swipe asks once and not twice.
WAITING: Final = 5
"""Clips that a page holds behind the one before its person, ranked again with every swipe."""


class FeedTurns:
    """Notes reactions and asks the learner; None or nothing where there is no learner."""

    def __init__(
        self,
        store: Store,
        reactions: ReactionStore,
        learner: FeedLearner,
        hidden_from: HiddenFrom,
    ) -> None:
        self._store = store
        self._reactions = reactions
        self._learner = learner
        self._hidden_from = hidden_from

    async def note_turn(
        self, websocket: WebSocket, person: Person, turn: Turn, watched_ms: int
    ) -> Sequence[Clip]:
        """Somebody had a clip before them for so long, at most; what follows what they still have
        listed."""
        # Who is nobody yet, or may only read, would leave rows that nobody owns.
        state = websocket.state
        if getattr(state, "only_reads", None) or getattr(state, "new", False):
            return ()
        await self._reactions.add_reaction(
            person.id, turn.clip, "watch", min(turn.watched_ms, watched_ms), turn.served
        )
        listed = (turn.clip, *turn.listed)
        return await self.next_clips(person, WAITING, listed, ()) or ()

    async def next_clips(
        self, person: Person, limit: int, listed: Sequence[str], besides: Sequence[str]
    ) -> Sequence[Clip] | None:
        """What the learner lets follow what is ``listed``; None where it does not answer."""
        hidden = await self._hidden_from(person.id)
        places = await self._learner.rank_clips(
            person.id, limit, listed=listed, besides=besides, authors=(person.id, *sorted(hidden))
        )
        if places is None:
            return None
        found = [clip for one in places if (clip := await self._find(one.clip)) is not None]
        shown = await fresh(self._store, found)
        there = {clip.id for clip in shown}
        self._learner.drop_clips([one.clip for one in places if one.clip not in there])
        return shown

    async def _find(self, clip_id: str) -> Clip | None:
        try:
            return await self._store.get_clip(clip_id)
        except NotFound:
            return None
