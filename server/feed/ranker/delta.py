"""What learning changed since it was told last, so that processes that learn nothing rank by it.

Clips have the numbers that the learner gave them; whoever hears it maps them to its own. Rows are
told as they are by now and pairs as they were counted, so deltas are applied once each, in order.
"""

from typing import Final

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from phosphene.feed.feed_weights import TERMS
from phosphene.feed.ranker.columns import AUTHOR
from phosphene.feed.ranker.content_vectors import AXES
from phosphene.feed.ranker.factors import SIZE
from phosphene.feed.ranker.kinds import KNOWN
from phosphene.feed.ranker.learner import Learner
from phosphene.feed.ranker.neighbours import CountedPair
from phosphene.feed.ranker.person import KINDS

Numbers = NDArray[np.int64]
Floats = NDArray[np.float32]

MOVING: Final = ("shown", "watched", "likes", "rising", "rising_at", "gain", "weight")
"""Columns of the table of clips that a reaction changes."""


class NewClip(Struct, frozen=True, array_like=True):
    """A clip that the learner came to know; ``root``: the id of what it goes back to, ``content``:
    what it means (AXES, float16), of which nothing may be known."""

    id: str
    features: tuple[int, ...]
    born: float
    root: str
    content: bytes


class ChangedRows(Struct, frozen=True, array_like=True):
    """Numbers (int32) of rows, and what these hold now."""

    numbers: bytes
    rows: bytes


class LearnedDelta(Struct, frozen=True):
    """``first`` is the number of the first of the new ``clips``, ``terms`` the weights of what is
    chosen and enjoyed. Vectors are told as float16; ``kinds`` and ``content``, whole tables, are
    empty where they are as they were."""

    first: int
    clips: tuple[NewClip, ...]
    events: int
    terms: bytes
    moved: ChangedRows
    authors: ChangedRows
    out: ChangedRows
    into: ChangedRows
    together: tuple[CountedPair, ...]
    following: tuple[CountedPair, ...]
    covisited: tuple[CountedPair, ...]
    kinds: tuple[bytes, ...]
    content: tuple[bytes, ...]


class ChangeLog:
    """Notes what changes in a learner from now on."""

    def __init__(self, learner: Learner) -> None:
        self._learner = learner
        self._clips = len(learner.clips)
        self._reacted = set[int]()
        self._kinds = _kinds_of(learner)
        self._content = _content_of(learner)
        self._note_parts()

    def note_reaction(self, clip: int) -> None:
        """Somebody reacted to a clip."""
        self._reacted.add(clip)

    def take_delta(self) -> bytes:
        """What changed since this was asked last; empty where nothing did."""
        kinds, content = _kinds_of(self._learner), _content_of(self._learner)
        if not self._reacted and kinds == self._kinds and self._clips == len(self._learner.clips):
            return b""
        told = () if kinds == self._kinds else kinds, () if content == self._content else content
        delta = msgspec.msgpack.encode(self._delta(*told))
        self._clips, self._kinds, self._content = len(self._learner.clips), kinds, content
        self._reacted.clear()
        self._note_parts()
        return delta

    def _note_parts(self) -> None:
        learner = self._learner
        learner.factors.moved_out, learner.factors.moved_into = set(), set()
        for table in (learner.together, learner.following, learner.covisited):
            table.counted = []

    def _delta(self, kinds: tuple[bytes, ...], content: tuple[bytes, ...]) -> LearnedDelta:
        learner, clips = self._learner, self._learner.clips
        factors, fresh = learner.factors, range(self._clips, len(clips))
        reacted = np.array(sorted(self._reacted), np.int64)
        authors = np.unique(clips.features[AUTHOR, reacted]).astype(np.int64)
        made = np.stack([clips.author_gain[authors], clips.author_weight[authors]])
        return LearnedDelta(
            first=self._clips,
            clips=tuple(_new_clip(learner, one) for one in fresh),
            events=learner.events,
            terms=np.stack([learner.chosen.values, learner.enjoyed.values]).tobytes(),
            moved=_rows(reacted, np.stack([getattr(clips, name)[reacted] for name in MOVING])),
            authors=_rows(authors, made),
            out=_vectors(factors.moved_out or set(), factors.out),
            # Where a new one begins is drawn by chance, and not the same elsewhere.
            into=_vectors({*(factors.moved_into or ()), *fresh}, factors.into),
            together=tuple(learner.together.counted or ()),
            following=tuple(learner.following.counted or ()),
            covisited=tuple(learner.covisited.counted or ()),
            kinds=kinds,
            content=content,
        )


class DeltaReader:
    """Applies what another process learned to ``learner``, which began with a snapshot of it."""

    def __init__(self, learner: Learner) -> None:
        self._learner = learner
        self._own = list(range(len(learner.clips)))

    def apply_delta(self, body: bytes) -> None:
        """Change what is ranked by. Raises msgspec.MsgspecError, ValueError where it does not go on
        from what was applied before."""
        delta = msgspec.msgpack.decode(body, type=LearnedDelta)
        if delta.first != len(self._own):
            raise ValueError(f"clips from {delta.first} on, of which {len(self._own)} are known")
        self._add_clips(delta)
        self._set_rows(delta)
        self._set_tables(delta)
        for pairs, table in (
            (delta.together, self._learner.together),
            (delta.following, self._learner.following),
            (delta.covisited, self._learner.covisited),
        ):
            for clip, other, by, voice in pairs:
                table.count_pair(self._own[clip], self._own[other], by, voice)

    def _add_clips(self, delta: LearnedDelta) -> None:
        clips = self._learner.clips
        for one in delta.clips:
            unknown = one.id not in clips.numbers
            content = np.frombuffer(one.content, np.float16).astype(np.float32)
            number = self._learner.add_clip(
                one.id, list(one.features), one.born, one.root, content if len(content) else None
            )
            if unknown:  # nor whether it can be shown here
                clips.live[number] = False
            self._own.append(number)

    def _set_rows(self, delta: LearnedDelta) -> None:
        learner, clips = self._learner, self._learner.clips
        learner.events = delta.events
        moved = self._numbers(delta.moved)
        columns = _floats(delta.moved.rows, np.float32, (len(MOVING), len(moved)))
        for name, column in zip(MOVING, columns, strict=True):
            getattr(clips, name)[moved] = column
        authors = np.frombuffer(delta.authors.numbers, np.int32)
        gain, weight = _floats(delta.authors.rows, np.float32, (2, len(authors)))
        clips.author_gain[authors], clips.author_weight[authors] = gain, weight
        for table, changed in (
            (learner.factors.out, delta.out),
            (learner.factors.into, delta.into),
        ):
            numbers = self._numbers(changed)
            table[numbers] = _floats(changed.rows, np.float16, (len(numbers), SIZE))

    def _set_tables(self, delta: LearnedDelta) -> None:
        learner = self._learner
        terms = _floats(delta.terms, np.float32, (2, len(TERMS)))
        learner.chosen.values, learner.enjoyed.values = terms[0], terms[1]
        if delta.kinds:
            worth, share, known = delta.kinds
            learner.kinds.worth = _floats(worth, np.float32, (KINDS, KNOWN))
            learner.kinds.share = _floats(share, np.float32, (KINDS,))
            learner.kinds.known = np.frombuffer(known, np.int16).copy()
            learner.kinds.fits += 1
        if delta.content:
            out, into = (_floats(one, np.float32, (AXES, SIZE)) for one in delta.content)
            learner.factors.content_out, learner.factors.content_into = out, into

    def _numbers(self, changed: ChangedRows) -> Numbers:
        theirs = np.frombuffer(changed.numbers, np.int32).tolist()
        return np.array([self._own[one] for one in theirs], np.int64)


def _new_clip(learner: Learner, number: int) -> NewClip:
    clips = learner.clips
    content = learner.content.rows[number].astype(np.float16).tobytes()
    return NewClip(
        id=clips.ids[number],
        features=tuple(clips.features[:, number].tolist()),
        born=float(clips.born[number]),
        root=clips.ids[int(clips.root[number])],
        content=content if learner.content.used else b"",
    )


def _kinds_of(learner: Learner) -> tuple[bytes, ...]:
    kinds = learner.kinds
    return kinds.worth.tobytes(), kinds.share.tobytes(), kinds.known.tobytes()


def _content_of(learner: Learner) -> tuple[bytes, ...]:
    return learner.factors.content_out.tobytes(), learner.factors.content_into.tobytes()


def _rows(numbers: Numbers, rows: Floats) -> ChangedRows:
    return ChangedRows(numbers.astype(np.int32).tobytes(), rows.astype(np.float32).tobytes())


def _vectors(numbers: set[int], table: Floats) -> ChangedRows:
    some = np.array(sorted(numbers), np.int32)
    return ChangedRows(some.tobytes(), table[some].astype(np.float16).tobytes())


def _floats(body: bytes, kind: type[np.floating], shape: tuple[int, ...]) -> Floats:
    return np.frombuffer(body, kind).reshape(shape).astype(np.float32)
