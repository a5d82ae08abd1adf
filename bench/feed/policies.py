"""Who chooses what people of the world are shown: the product and what it is compared with."""

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from bench.feed.world import World
from phosphene.feed.rank import CandidateSet, Visit, rank
from phosphene.feed.ranker.columns import feature_row
from phosphene.feed.ranker.learner import Learner
from phosphene.feed.ranker.outcomes import reaction_of, voice_of
from phosphene.feed.ranker.person import PersonState
from phosphene.feed.ranker.slate import rank_slate
from phosphene.model import Clip, Counts, Person, ReactionKind, Slot, StoredReaction
from phosphene.store.reactions import SKIPPED_MS, viewing_kind

Numbers = NDArray[np.int64]
LIVE: Final = 500
"""The newest clips, which every policy may show."""
SECONDS: Final = 5.0


class Moment(msgspec.Struct):
    """What a policy may know when it is asked: ``listed`` are the clips of this visit, seen and
    waiting; ``waiting`` how many of them wait; ``free`` those live that the person never saw."""

    person: int
    turn: int
    at: float
    live: Numbers
    free: Numbers
    listed: list[int]
    waiting: int


class Outcome(msgspec.Struct):
    """What a person made of a clip."""

    person: int
    clip: int
    liked: bool
    skipped: bool
    watched_s: float
    at: float


class Policy:
    """Shows any clip, as who knows nothing does; others know better. ``page`` clips are asked for
    when fewer than ``ahead`` wait."""

    page = 1
    ahead = 1

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.dice = np.random.default_rng(77 + seed)
        self.likes = np.zeros(len(world.born))
        self.views = np.zeros(len(world.born))

    def begin(self, person: int) -> None:
        """A visit begins."""

    def scores(self, moment: Moment, clips: Numbers) -> NDArray[np.float64]:
        """A number for each clip, the best is shown."""
        return self.dice.random(len(clips))

    def choose(self, moment: Moment) -> list[int]:
        """The next clips."""
        clips = moment.free if len(moment.free) else moment.live
        return list(map(int, clips[np.argsort(-self.scores(moment, clips))[: self.page]]))

    def react(self, outcome: Outcome) -> None:
        """What came of it."""


class Popular(Policy):
    """The most liked."""

    def scores(self, moment: Moment, clips: Numbers) -> NDArray[np.float64]:
        """See ``Policy``."""
        scores: NDArray[np.float64] = self.likes[clips] + 1e-3 * self.dice.random(len(clips))
        return scores


class Oracle(Policy):
    """Knows everybody's taste and what has tired them, but not the quality of clips."""

    def scores(self, moment: Moment, clips: Numbers) -> NDArray[np.float64]:
        """See ``Policy``."""
        subjects = self.world.slots[:, 0]
        last = np.array(moment.listed[-4:], np.int64)
        weary = (subjects[clips][:, None] == subjects[last][None]).sum(1)
        fit: NDArray[np.float64] = self.world.taste(moment.person, clips, moment.turn) - 0.5 * weary
        return fit


class HandWeighted(Policy):
    """A formula with weights by hand, of freshness, engagement and interests by author, subject and
    slots; a third of a page is random among what has two likes; interests are those of up to 30
    minutes ago."""

    page = 20
    ahead = 4
    CACHED_S: Final = 1800.0

    def __init__(self, world: World, seed: int) -> None:
        super().__init__(world, seed)
        self._interests = np.zeros((world.people, 3, len(world.values) + 200))
        self._cached = dict[int, tuple[float, NDArray[np.float64]]]()

    def react(self, outcome: Outcome) -> None:
        """See ``Policy``."""
        if not outcome.liked and not outcome.skipped:
            return
        slots = self.world.slots[outcome.clip]
        for kind, keys in enumerate(([self.world.author[outcome.clip]], [slots[0]], slots)):
            held = self._interests[outcome.person, kind]
            held[keys] = np.clip(held[keys] + (2.0 if outcome.liked else -2.5), 0, 100)

    def scores(self, moment: Moment, clips: Numbers) -> NDArray[np.float64]:
        """See ``Policy``."""
        interests = self._cached[moment.person][1]
        days = (moment.at - self.world.born[clips]) / 86400
        fresh = np.maximum(0, 1 - (days / 730) ** 2)
        acts = np.minimum(1, self.likes[clips] / 1000) * 0.3
        acts += np.minimum(1, self.views[clips] / 5000) * 0.1
        engaged = acts / np.log(np.maximum(1, days + 1) + 2)
        slots = interests[2][self.world.slots[clips]]
        met = slots.sum(1) / np.maximum(1, (slots > 0).sum(1))
        mine = 0.5 * interests[0][self.world.author[clips]] + 0.3 * met
        mine = (mine + 0.2 * interests[1][self.world.slots[clips, 0]]) / 100
        if not interests.any():
            mine = np.full(len(clips), 0.5)
        formula: NDArray[np.float64] = 0.25 * fresh + 0.35 * engaged + 0.3 * mine + 0.05
        return formula

    def choose(self, moment: Moment) -> list[int]:
        """See ``Policy``."""
        cached = self._cached.get(moment.person)
        if cached is None or moment.at - cached[0] > self.CACHED_S:
            cached = moment.at, self._interests[moment.person].copy()
            self._cached[moment.person] = cached
        clips = moment.free if len(moment.free) else moment.live
        newest = clips[::-1][:60]
        order = newest[np.argsort(-np.round(self.scores(moment, newest), 4), kind="stable")]
        if not cached[1].any():
            return list(map(int, order[: self.page]))
        mine = order[: self.page * 7 // 10].tolist()
        others = np.setdiff1d(clips[self.likes[clips] >= 2], mine)
        return _mixed(mine, self.dice.permutation(others)[: self.page * 3 // 10].tolist())


def _mixed(mine: list[int], others: list[int]) -> list[int]:
    """Two of the one, one of the other."""
    mixed = list[int]()
    while mine or others:
        mixed += [*mine[:2], *others[:1]]
        mine, others = mine[2:], others[1:]
    return mixed


class PureFunction(Policy):
    """What serves without a learner: ``phosphene.feed.rank`` with the lists that a page sends."""

    page = 8
    ahead = 4

    def __init__(self, world: World, seed: int) -> None:
        super().__init__(world, seed)
        self._clips = [_clip(world, number) for number in range(len(world.born))]
        self._lists = [_Lists() for _ in range(world.people)]
        self._live = np.zeros(0, np.int64)
        self._set = CandidateSet(())

    def begin(self, person: int) -> None:
        """See ``Policy``."""
        self._lists[person] = _Lists()

    def react(self, outcome: Outcome) -> None:
        """See ``Policy``."""
        lists, clip = self._lists[outcome.person], outcome.clip
        lists.seen.append(clip)
        if outcome.liked:
            lists.liked.append(clip)
        elif outcome.skipped:
            lists.skipped.append(clip)

    def choose(self, moment: Moment) -> list[int]:
        """See ``Policy``."""
        if not np.array_equal(moment.live, self._live):
            self._live = moment.live
            self._set = CandidateSet([self._clips[number] for number in moment.live])
            self._numbers = [int(clip.id) for clip in self._set.clips]
        self._set.clips = tuple(
            msgspec.structs.replace(
                self._clips[one],
                counts=Counts(likes=int(self.likes[one]), views=int(self.views[one])),
            )
            for one in self._numbers
        )
        lists = self._lists[moment.person]
        seen = dict.fromkeys([*lists.seen, *moment.listed])
        visit = Visit(
            seen=tuple(self._clips[one].id for one in seen),
            liked=tuple(self._clips[one] for one in lists.liked[-40:]),
            skipped=tuple(self._clips[one] for one in lists.skipped[-40:]),
            person=str(moment.person),
        )
        return [int(one.clip.id) for one in rank(self._set, visit, moment.at + 1e6, self.page)]


class _Lists:
    def __init__(self) -> None:
        self.seen, self.liked, self.skipped = list[int](), list[int](), list[int]()


def _clip(world: World, number: int) -> Clip:
    slots = [world.values[one] for one in world.slots[number]]
    return Clip(
        id=f"{number:06}",
        author=Person(f"a{world.author[number]}", "x"),
        text="a " + " ".join(value for _, value in slots),
        seconds=5,
        status="done",
        created_at=float(world.born[number]) + 1e6,
        understood=tuple(Slot(name, value, 0.9, (value,)) for name, value in slots),
    )


class Product(Policy):
    """The learner in the page's rhythm: after each swipe what is behind the next clip is ranked
    again."""

    def __init__(self, world: World, seed: int) -> None:
        super().__init__(world, seed)
        self.learner = Learner(seed)
        self._people = [PersonState() for _ in range(world.people)]
        self._rows = [
            feature_row(
                {world.values[one][0]: world.values[one][1] for one in slots}, f"a{author}", ()
            )
            for slots, author in zip(world.slots, world.author, strict=True)
        ]

    def begin(self, person: int) -> None:
        """See ``Policy``."""
        self._people[person].recent = []

    def choose(self, moment: Moment) -> list[int]:
        """See ``Policy``."""
        clips = self.learner.clips
        while len(clips) <= moment.live[-1]:
            number = len(clips)
            self.learner.add_clip(str(number), self._rows[number], float(self.world.born[number]))
        clips.live[: moment.live[0]] = False
        waiting = moment.listed[len(moment.listed) - moment.waiting :]
        places = rank_slate(
            self.learner, self._people[moment.person], moment.at, self.page, listed=waiting
        )
        # Any clip only where somebody has seen all that is live.
        return [one.clip for one in places] or super().choose(moment)

    def react(self, outcome: Outcome) -> None:
        """See ``Policy``."""
        # As the product's rows come: what somebody presses, then that they turned.
        person, clip = self._people[outcome.person], outcome.clip
        watched_ms = round(1000 * outcome.watched_s)
        rows: list[tuple[ReactionKind, int | None]] = [("like", None)] * outcome.liked
        kind = "skip" if outcome.skipped else viewing_kind(max(watched_ms, SKIPPED_MS), SECONDS)
        for did, timed in [*rows, (kind, watched_ms)]:
            row = StoredReaction(0, "", "", did, timed, True, outcome.at, True)
            voice = voice_of(str(outcome.person))
            self.learner.apply_reaction(person, reaction_of(row, clip, SECONDS, person, voice))


POLICIES: Final = {
    "product": Product,
    "pure": PureFunction,
    "hand": HandWeighted,
    "popularity": Popular,
    "random": Policy,
    "oracle": Oracle,
}
