"""What people make of the clips before them, and what the learner lets follow."""

from collections.abc import Callable, Collection, Sequence
from typing import Final

from starlette.websockets import WebSocket

from phosphene.api.feed_rules import FeedRuleReader, FeedRules
from phosphene.api.hidden import HiddenFrom
from phosphene.api.newest_clips import fresh
from phosphene.api.visitors import address_of
from phosphene.errors import NotFound
from phosphene.feed.feed_learner import FeedLearner
from phosphene.model import Clip, Person
from phosphene.social.protocol import Turn
from phosphene.store.reaction_store import ReactionStore
from phosphene.store.store import Store
from phosphene.trust.rate_limits import RateLimits

# The page asks for more when four are left: with five a swipe asks once and not twice.
WAITING: Final = 5
"""Clips that a page holds behind the one before its person, ranked again with every swipe."""


class FeedTurns:
    """Notes reactions and asks the learner; None or nothing where there is no learner.
    ``note_watching`` hears that somebody watches."""

    def __init__(
        self,
        store: Store,
        reactions: ReactionStore,
        learner: FeedLearner,
        hidden_from: HiddenFrom,
        rules: FeedRuleReader,
        limits: RateLimits,
        note_watching: Callable[[], None],
    ) -> None:
        self._limits = limits
        self._store = store
        self._reactions = reactions
        self._learner = learner
        self._hidden_from = hidden_from
        self._rules = rules
        self._note_watching = note_watching

    async def note_turn(
        self, websocket: WebSocket, person: Person, turn: Turn, watched_ms: int
    ) -> Sequence[Clip]:
        """Somebody had a clip before them for so long, at most; what follows what they still have
        listed. Raises TooMany."""
        # Who is nobody yet, or may only read, would leave rows that nobody owns.
        state = websocket.state
        if getattr(state, "only_reads", None) or getattr(state, "new", False):
            return ()
        # Each is a row and a ranking: sockets alone would let one person have 20 a second on each.
        await self._limits.count_act("turn", person.id, address_of(websocket))
        rules = await self._rules.read_rules(person)
        if not rules.choices.personal:
            return ()
        await self._reactions.add_reaction(
            person.id, turn.clip, "watch", min(turn.watched_ms, watched_ms), turn.served
        )
        self._note_watching()
        listed = (turn.clip, *turn.listed)
        hidden = await self._hidden_from(person.id)
        return await self.next_clips(person, rules, WAITING, hidden, (), listed) or ()

    async def next_clips(
        self,
        person: Person,
        rules: FeedRules,
        limit: int,
        hidden: Collection[str],
        besides: Sequence[str],
        listed: Sequence[str] = (),
    ) -> Sequence[Clip] | None:
        """What the learner lets follow what is ``listed``, without clips of ``hidden`` people,
        those of ``besides`` and those that one wants none of; None where it does not answer."""
        places = await self._learner.rank_clips(
            person.id,
            limit,
            listed=listed,
            besides=besides,
            authors=sorted(hidden),
            wishes=rules.obeyed.wishes,
        )
        if places is None:
            return None
        found = [clip for one in places if (clip := await self._find(one.clip)) is not None]
        shown = await fresh(self._store, found)
        there = {clip.id for clip in shown}
        self._learner.drop_clips([one.clip for one in places if one.clip not in there])
        # What a clip is may be known better here than where it was ranked.
        return tuple(filter(rules.may_show, shown))

    async def _find(self, clip_id: str) -> Clip | None:
        try:
            return await self._store.get_clip(clip_id)
        except NotFound:
            return None
