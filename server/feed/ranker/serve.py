"""The feed process's work: learns what it is told, ranks what it is asked; one thing at a time."""

import time
from collections.abc import Sequence
from copy import copy
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from phosphene.children.child import read_frames, write_frame
from phosphene.feed.feed_weights import AS_THEY_ARE, TERMS, FeedWeights, read_feed_weights
from phosphene.feed.learner_messages import (
    FOLDED_S,
    AddClips,
    AdoptSnapshot,
    ApplyDelta,
    ClipsAdded,
    ClipsRanked,
    CountWanting,
    DeltaTold,
    DropClips,
    ExplainScore,
    FoldPerson,
    FollowReactions,
    ForgetPerson,
    Layer,
    LearnerAnswer,
    LearnerOrder,
    LearnerPing,
    LearnerPlace,
    LearnerPong,
    LearnerReady,
    LearningFollowed,
    LearnReactions,
    PassReactions,
    RankClips,
    ScoreExplained,
    ScoreReason,
    SnapshotTaken,
    TakeSnapshot,
    TellDelta,
    TermWeight,
    WantingCounted,
    decode_order,
    encode_message,
)
from phosphene.feed.ranker.columns import columns_of
from phosphene.feed.ranker.delta import ChangeLog, DeltaReader
from phosphene.feed.ranker.known_people import KnownPeople
from phosphene.feed.ranker.learner import Learner
from phosphene.feed.ranker.one_clip_terms import terms_of_one
from phosphene.feed.ranker.outcomes import reaction_of, voice_of
from phosphene.feed.ranker.person import PersonState
from phosphene.feed.ranker.reasons import find_reasons
from phosphene.feed.ranker.slate import rank_slate
from phosphene.feed.ranker.snapshot import SnapshotError, restore_snapshot, take_snapshot
from phosphene.feed.ranker.trait_index import TraitIndex
from phosphene.feed.ranker.wanting import count_wanting
from phosphene.meaning.load_encoder import EncodeTexts, load_encoder
from phosphene.model import Clip, StoredReaction
from phosphene.scratch import replace_file

Floats = NDArray[np.float32]
Question = (
    RankClips
    | ExplainScore
    | CountWanting
    | TellDelta
    | TakeSnapshot
    | AdoptSnapshot
    | ApplyDelta
    | LearnerPing
)

ASKED: Final = 40
"""People of whom it is asked what they want: 1.5 ms each among 20,000 clips."""
SNAPSHOT_S: Final = 60.0


class FeedWork:
    """A learner, and whom it knows. ``encode`` tells what clips mean, where that can be
    told; ``path``: where a snapshot is kept."""

    def __init__(
        self, learner: Learner, encode: EncodeTexts | None = None, path: Path | None = None
    ) -> None:
        self.learner = learner
        self._encode = encode
        self._path = path
        self._changes: ChangeLog | None = None
        self._reader = DeltaReader(learner)
        self._people = KnownPeople(learner)
        self._seconds = dict[int, float]()
        self._traits = TraitIndex()

    @property
    def layer(self) -> Layer:
        """What stands for what a clip is about."""
        return "words" if self._encode is None else "meaning"

    @property
    def learned_until(self) -> int:
        """The id of the last reaction."""
        return self.learner.learned_until

    def carry_out(self, order: LearnerOrder) -> LearnerAnswer | None:
        """Do what is asked; the answer, where there is one."""
        match order:
            case AddClips():
                self._add_clips(order)
                return ClipsAdded(order.number) if order.number >= 0 else None
            case DropClips():
                for clip_id in order.clips:
                    gone = self.learner.clips.numbers.get(clip_id)
                    if gone is not None:
                        self.learner.clips.live[gone] = False
            case FoldPerson():
                self._react(order.person, order.reactions, PersonState())
            case ForgetPerson():
                self._people.forget_person(order.person)
            case LearnReactions():
                for one in order.reactions:
                    self._react(one.person, (one,), learn=True)
                    self.learner.learned_until = one.id
            case FollowReactions():
                for one in order.reactions:
                    self._react(one.person, (one,))
            case PassReactions():
                self.learner.learned_until = order.until
            case _:
                return self._answer(order)
        return None

    def _answer(self, question: Question) -> LearnerAnswer:
        match question:
            case RankClips():
                return ClipsRanked(question.number, self._ranked(question))
            case ExplainScore():
                place, reasons = self._explained(question)
                told = question.number, self._weights(), place, reasons
                return ScoreExplained(*told, self.layer)
            case CountWanting():
                return WantingCounted(question.number, self._wanting(question.clips))
            case LearnerPing():
                return LearnerPong(question.number)
            case _:
                return self._shared(question)

    def _shared(
        self, order: TellDelta | TakeSnapshot | AdoptSnapshot | ApplyDelta
    ) -> LearnerAnswer:
        """Between the process that learns and those that follow it."""
        match order:
            case TellDelta():
                changes = self._changes.take_delta() if self._changes is not None else b""
                return DeltaTold(order.number, changes)
            case TakeSnapshot():
                if self._path is not None:
                    keep_snapshot(self._path, self)
                if self._changes is None:
                    self._changes = ChangeLog(self.learner)
                return SnapshotTaken(order.number, self.learned_until)
            case AdoptSnapshot() | ApplyDelta():
                return LearningFollowed(order.number, self._follow(order))

    def _follow(self, order: AdoptSnapshot | ApplyDelta) -> str:
        """Rank by what another process has learned; why that cannot be, empty where it can."""
        try:
            if isinstance(order, AdoptSnapshot):
                self._adopt(Path(order.path).read_bytes())
            else:
                self._reader.apply_delta(order.body)
        except (OSError, ValueError, IndexError, msgspec.MsgspecError) as error:
            return f"{type(error).__name__}: {error}"
        return ""

    def _adopt(self, body: bytes) -> None:
        """Rank by a snapshot from now on; the clips that can be shown stay those."""
        before, learner = self.learner, restore_snapshot(body, self.learner.set_by, meaning=None)
        learner.clips.live[:] = False
        self._reader = DeltaReader(learner)
        numbers = [_add_known(learner, before, number) for number in range(len(before.clips))]
        for flag in ("live", "on_air"):
            getattr(learner.clips, flag)[numbers] = getattr(before.clips, flag)[: len(numbers)]
        self._seconds = {numbers[one]: seconds for one, seconds in self._seconds.items()}
        self._traits = self._traits.renumbered(numbers)
        self._people = KnownPeople(learner)
        self.learner = learner

    def _wanting(self, clips: Sequence[Clip]) -> tuple[int, ...]:
        features = np.array([columns_of(clip) for clip in clips], np.int32).T
        return tuple(count_wanting(self.learner, self._people.list_last(ASKED), features))

    def _add_clips(self, order: AddClips) -> None:
        known = self.learner.clips.numbers
        unknown = [one for one in order.clips if one.id not in known]
        content = dict[str, Floats]()
        if self._encode is not None:
            vectors = self._encode([one.text for one in unknown])
            content = {one.id: vectors[at] for at, one in enumerate(unknown)}
        for at, clip in enumerate(order.clips):
            number = self._add(clip, content.get(clip.id))
            self._traits.set_traits(number, order.traits[at] if order.traits else ())

    def _add(self, clip: Clip, content: Floats | None) -> int:
        clips, about = self.learner.clips, columns_of(clip)
        number = self.learner.add_clip(clip.id, about, clip.created_at, clip.root, content)
        clips.live[number] = True
        clips.on_air[number] = clip.status == "live"
        self._seconds[number] = float(clip.seconds)
        return number

    def _react(
        self,
        person_id: str,
        reactions: tuple[StoredReaction, ...],
        person: PersonState | None = None,
        *,
        learn: bool = False,
    ) -> None:
        person = self._people.find_person(person_id) if person is None else person
        voice, worth = voice_of(person_id), self.learner.set_by.outcomes
        for one in reactions:
            number = self.learner.clips.numbers.get(one.clip)
            if number is None:
                continue
            person.begin_visit(one.at)
            told = reaction_of(one, number, self._seconds.get(number), person, voice, worth)
            self.learner.apply_reaction(person, told, learn)
            if learn and self._changes is not None:
                self._changes.note_reaction(number)
        self._people.keep_person(person_id, person)

    def _weights(self) -> tuple[TermWeight, ...]:
        enjoyed, chosen = self.learner.enjoyed.values, self.learner.chosen.values
        return tuple(
            TermWeight(name, float(enjoyed[at]), float(chosen[at])) for at, name in enumerate(TERMS)
        )

    def _explained(
        self, order: ExplainScore
    ) -> tuple[LearnerPlace | None, tuple[ScoreReason, ...]]:
        number = self.learner.clips.numbers.get(order.clip)
        if number is None:
            return None, ()
        person = self._people.find_person(order.person)
        terms = terms_of_one(self.learner, person, number, order.now)
        values = self.learner.weights * terms
        told = {name: float(value) for name, value in zip(TERMS, values, strict=True) if value}
        wished = self._traits.find_wished(order.wishes)
        besides = self.learner.clips.list_by_authors((order.person, *order.authors))
        reasons = find_reasons(self.learner, person, number, order.now, wished, besides)
        return LearnerPlace(order.clip, sum(told.values()), told), tuple(reasons)

    def _ranked(self, order: RankClips) -> tuple[LearnerPlace, ...]:
        clips = self.learner.clips
        # Of who is only asked for nothing changes.
        person = copy(self._people.find_person(order.person))
        person.begin_visit(order.now)
        known, listed = (
            [clips.numbers[one] for one in ids if one in clips.numbers]
            for ids in (order.besides, order.listed)
        )
        known += clips.list_by_authors((order.person, *order.authors)).tolist()
        wished = self._traits.find_wished(order.wishes)
        known += wished.none.tolist()
        places = rank_slate(self.learner, person, order.now, order.limit, known, listed, wished)
        return tuple(LearnerPlace(clips.ids[one.clip], one.score, one.terms) for one in places)


def _add_known(learner: Learner, before: Learner, number: int) -> int:
    """Make a learner know a clip that another one knew; its number there."""
    clips, content = before.clips, before.content
    about = clips.ids[number], clips.features[:, number].tolist(), float(clips.born[number])
    root = clips.ids[int(clips.root[number])]
    return learner.add_clip(*about, root, content.rows[number] if content.used else None)


def serve(
    orders: BinaryIO,
    answers: BinaryIO,
    path: Path,
    weights: str = "",
    layer: str = "words",
    role: str = "alone",
) -> None:
    """Carry out orders until their end, from the snapshot at ``path`` on if there is one.
    ``weights``: the file of what an operator sets; ``layer``: "meaning" where prompts are to be
    compared by it; ``role``: see ``Role``."""
    # Before the first answer: until then the pure function ranks.
    encode = load_encoder() if layer == "meaning" else None
    set_by = read_feed_weights(weights)
    if role == "follower":
        work = FeedWork(Learner(set_by=set_by), encode)
    else:
        work = begin_work(path, time.time(), set_by, encode)
    _answer(answers, LearnerReady(work.learned_until, work.learner.begun, work.layer))
    kept, kept_at = work.learned_until, time.monotonic()
    for body in read_frames(orders):
        answer = work.carry_out(decode_order(body))
        if answer is not None:
            _answer(answers, answer)
        # Who learns for others is told when.
        due = role == "alone" and time.monotonic() - kept_at > SNAPSHOT_S
        if due and work.learned_until > kept:
            keep_snapshot(path, work)
            kept, kept_at = work.learned_until, time.monotonic()


def begin_work(
    path: Path,
    now: float,
    set_by: FeedWeights = AS_THEY_ARE,
    encode: EncodeTexts | None = None,
) -> FeedWork:
    """From a snapshot on, if there is one that can be read, is not a day old and was learned from
    outcomes of the same worth, with or without an encoder as now: else all is learned anew from the
    rows that are left, so that nothing stays of who has gone."""
    learner = _kept(path, set_by, meaning=encode is not None)
    if learner is None or now - learner.begun >= FOLDED_S:
        learner = Learner(set_by=set_by)
        learner.begun = now
    # What can be shown now is told anew.
    learner.clips.live[:] = False
    learner.content.used = encode is not None
    return FeedWork(learner, encode, path)


def _kept(path: Path, set_by: FeedWeights, *, meaning: bool) -> Learner | None:
    try:
        return restore_snapshot(path.read_bytes(), set_by, meaning=meaning)
    except (OSError, SnapshotError):
        return None


def keep_snapshot(path: Path, work: FeedWork) -> None:
    """Write down what was learned, whole or not at all."""
    replace_file(path, take_snapshot(work.learner))


def _answer(answers: BinaryIO, answer: LearnerAnswer) -> None:
    write_frame(answers, encode_message(answer))
