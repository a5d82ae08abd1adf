"""The route that says why a clip is in somebody's feed, and of what a score is made."""

import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Annotated, Final

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.feed_rules import FeedRuleReader, FeedRules
from phosphene.api.hidden import HiddenFrom
from phosphene.api.paging import PRIVATE
from phosphene.api.visitors import Visitors
from phosphene.errors import NotFound, Unauthorized
from phosphene.feed.candidates import Candidates
from phosphene.feed.learner_messages import (
    Layer,
    LearnerPlace,
    ReasonKind,
    ScoreExplained,
    ScoreReason,
    TermWeight,
)
from phosphene.feed.plain_reasons import find_plain_reasons
from phosphene.feed.ranker.columns import AUTHOR, SLOTS, values_of, words_of
from phosphene.language import name_drawn, name_thing, say
from phosphene.model import Clip, FeedWish, Person
from phosphene.operation import Operation
from phosphene.store.reaction_store import ReactionStore
from phosphene.store.store import Store
from phosphene.web import answer, read_query

FEWEST: Final = 3
"""Nothing is told that rests on fewer people beside oneself: it would tell what one of them did."""
LONGEST: Final = 60
"""Letters of a clip's words in a sentence."""
WORDS: Final[Layer] = "words"
OTHERS_TERMS: Final = frozenset(
    (
        *("quality", "known", "met", "rising", "novel", "known_newcomer", "factor"),
        *("factor_novel", "next_novel", "together_novel", "taste_novel"),
        *("content_novel", "content_near_novel"),
        *("covisited_novel", "covisited_now_novel", "covisited_last_novel"),
    )
)
"""Terms that tell what others made of the clip itself, be it one of them."""

ExplainScore = Callable[
    [str, str, Sequence[FeedWish], Sequence[str]], Awaitable[ScoreExplained | None]
]
"""What is learned of a clip's score for a person whose wishes hold now, and who is not shown clips
of some; None where nothing is."""


class ExplainQuery(Struct, frozen=True):
    clip: Annotated[str, Meta(max_length=64)] = ""


class ReasonView(Struct, frozen=True):
    """A reason in words; without it the clip would have a place so much later (``places``)."""

    kind: ReasonKind
    words: str
    places: int


class FeedExplained(Struct, frozen=True):
    """``weights``: what each term counts now, none where nothing is learned; ``terms``: what a clip
    has of them for this person, each by its weight, and ``score`` their sum; nothing of a clip that
    they would not be shown, and where fewer than three others enjoyed it neither ``score`` nor the
    terms that others make. ``reasons``: what, taken away, would give the clip a later place, those
    that count most first; ``sentence`` says them in the language of the request. ``layer``: whether
    the meaning of prompts is compared, or their words are."""

    weights: tuple[TermWeight, ...]
    score: float | None = None
    terms: dict[str, float] = {}
    reasons: Sequence[ReasonView] = ()
    sentence: str = ""
    layer: Layer = "words"


class FeedReasons:
    """Only what was checked is told: by the learner, or where nothing may be personal, or nothing
    is learned, by the pure ranking."""

    def __init__(
        self,
        store: Store,
        reactions: ReactionStore,
        explain_score: ExplainScore,
        candidates: Candidates,
        rules: FeedRuleReader,
        visitors: Visitors,
        hidden_from: HiddenFrom,
    ) -> None:
        self._store = store
        self._reactions = reactions
        self._explain_score = explain_score
        self._candidates = candidates
        self._rules = rules
        self._visitors = visitors
        self._hidden_from = hidden_from

    async def read_explanation(self, request: Request) -> Response:
        """``GET /v1/feed/explain``."""
        query = read_query(request, ExplainQuery)
        person = await self._visitors.known_person(request)
        if person is None:
            raise Unauthorized("what a clip is worth to nobody cannot be said: send your token")
        return answer(await self.explain_clip(query.clip, person), headers=PRIVATE)

    async def explain_clip(self, clip_id: str, person: Person) -> FeedExplained:
        """Why a clip is there for somebody, in the language of the request. Raises Busy."""
        rules = await self._rules.read_rules(person)
        hidden = await self._hidden_from(person.id)
        found: ScoreExplained | None = None
        if rules.choices.personal:
            asked = person.id, clip_id, rules.obeyed.wishes, sorted(hidden)
            found = await self._explain_score(*asked)
        weights, layer = (found.weights, found.layer) if found is not None else ((), WORDS)
        clip = await self._find(clip_id, hidden)
        if clip is None:
            return FeedExplained(weights, layer=layer)
        others = await self._reactions.count_others(clip.id, person.id, FEWEST)
        score, terms = _tell_score(found.place if found is not None else None, others)
        reasons = found.reasons if found is not None else await self._plain(clip, rules, hidden)
        views = list[ReasonView]()
        for one in reasons:
            if one.kind == "others" and others < FEWEST:
                continue
            words = await self._words(one, clip, person, rules, hidden)
            if words:
                views.append(ReasonView(one.kind, words, one.lost))
        return FeedExplained(weights, score, terms, views, _sentence(views, rules), layer)

    async def _plain(
        self, clip: Clip, rules: FeedRules, hidden: Collection[str]
    ) -> Sequence[ScoreReason]:
        shown = await rules.list_shown((await self._candidates.current_set()).clips, hidden)
        more, _ = rules.find_wished(shown)
        return find_plain_reasons(shown, clip.id, time.time(), more)

    async def _words(
        self,
        reason: ScoreReason,
        clip: Clip,
        person: Person,
        rules: FeedRules,
        hidden: Collection[str],
    ) -> str:
        """A reason in words; none where it rests on too few people."""
        if reason.kind == "feature":
            return _lingered(reason.column, clip)
        if reason.kind in ("together", "next"):
            return await self._of_another(reason, clip, person, hidden)
        if reason.kind == "wish":
            said = rules.wish_of(clip)
            return say("you wished for more: {0}", said) if said else ""
        return say(PLAIN[reason.kind])

    async def _of_another(
        self, reason: ScoreReason, clip: Clip, person: Person, hidden: Collection[str]
    ) -> str:
        joined = reason.kind == "together"
        count = self._reactions.count_joining if joined else self._reactions.count_going_on
        if await count(clip.id, reason.clip, person.id, FEWEST) < FEWEST:
            return ""
        other = await self._find(reason.clip, hidden)
        if other is None:
            return ""
        said = other.text if len(other.text) <= LONGEST else f"{other.text[:LONGEST]}…"
        if joined:
            return say("who enjoyed “{0}”, as you did, enjoyed this one", said)
        return say("who watched “{0}” went on to this one", said)

    async def _find(self, clip_id: str, hidden: Collection[str]) -> Clip | None:
        """A clip that everybody may see, by nobody of ``hidden``."""
        try:
            clip = await self._store.get_clip(clip_id)
        except NotFound:
            return None
        if clip.author.id in hidden:
            return None
        return clip if await self._store.get_counts([clip_id], public=True) else None

    def operations(self) -> list[Operation]:
        """What the feed is made of."""
        return [
            Operation(
                method="GET",
                path="/v1/feed/explain",
                summary="Why a clip is in one's feed; what each term counts, and of each it has",
                endpoint=self.read_explanation,
                caller="person",
                query=ExplainQuery,
                answer=FeedExplained,
                errors=(400, 401, 422),
            )
        ]


PLAIN: Final[dict[ReasonKind, str]] = {
    "live": "it is being drawn now",
    "fresh": "it was drawn not long ago",
    "others": "others enjoyed it",
    "new": "it is new, and shown to ten people first",
}
NOTHING: Final = "No single thing puts it here: it is one of many that would fit."
NOT_PERSONAL: Final = "Your feed is not personal: everybody has this order."


def _tell_score(place: LearnerPlace | None, others: int) -> tuple[float | None, dict[str, float]]:
    """The score and the terms that may be told where so many others enjoyed a clip."""
    if place is None:
        return None, {}
    if others >= FEWEST:
        return place.score, place.terms
    return None, {name: told for name, told in place.terms.items() if name not in OTHERS_TERMS}


def _lingered(column: int, clip: Clip) -> str:
    """That somebody lingered on clips that have this of it."""
    if column == AUTHOR:
        return say("you lingered on clips by @{0}", clip.author.handle)
    if column > AUTHOR:
        words = words_of(clip)
        at = column - AUTHOR - 1
        return say("you lingered on clips that say “{0}”", words[at]) if at < len(words) else ""
    name = SLOTS[column]
    value = values_of(clip).get(name)
    if value is None:
        return ""
    if name == "subject":
        return say("you lingered on clips with {0}", name_thing(value))
    return say("you lingered on clips like it: {0}", name_drawn(value))


def _sentence(reasons: Sequence[ReasonView], rules: FeedRules) -> str:
    told = [one.words for one in reasons]
    parts = [say("Here because {0}.", say("; ").join(told))] if told else [say(NOTHING)]
    if not rules.choices.personal:
        parts.append(say(NOT_PERSONAL))
    return " ".join(parts)
