"""Which clips go with which: counts of pairs, the strongest of each clip kept, and of how many
people each count is at least."""

from collections import deque
from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

WIDTH: Final = 256
"""Neighbours of a clip at most; 48 lose a quarter of the hits in a replay."""
NARROW: Final = 8
FIRST: Final = 1024
EVICTED: Final = WIDTH // 4
PAIRS: Final = 4_000_000
"""Pairs at most, of 16 bytes each: as many as 16,000 clips have whose rows are full."""
FEWEST: Final = 3
"""Nothing that is told or ranked by rests on fewer people: else it would say what one of them
did."""

Ids = NDArray[np.int32]
Floats = NDArray[np.float32]
Voices = NDArray[np.uint64]
Numbers = NDArray[np.int64]
Shares = NDArray[np.float64]
CountedPair = tuple[int, int, float, int]
"""Which clip was joined to which, by how much, and the bit of who did."""


class NeighbourRow(Struct, frozen=True):
    """Neighbours of a clip in no order, their counts, and the bits of the people behind each."""

    ids: Ids
    counts: Floats
    voices: Voices


_NOTHING: Final = NeighbourRow(
    np.zeros(0, np.int32), np.zeros(0, np.float32), np.zeros(0, np.uint64)
)


class Neighbours:
    """For each clip, other clips and how much of the reactions joined the two."""

    def __init__(self) -> None:
        self.ids: dict[int, Ids] = {}
        self.counts: dict[int, Floats] = {}
        self.voices: dict[int, Voices] = {}
        self.used: dict[int, int] = {}
        self.pairs = 0
        self._turns = deque[int]()
        self._totals = np.zeros(FIRST, np.float32)
        self.counted: list[CountedPair] | None = None
        """Pairs in the order in which they were counted, where somebody notes them."""

    def count_pair(self, clip: int, other: int, by: float, voice: int) -> None:
        """Join ``other`` to ``clip``, in one direction; ``voice`` is the bit of who does."""
        used = self.used.get(clip, 0)
        if used:
            ids = self.ids[clip]
            at = int((ids[:used] == other).argmax())
            if ids[at] == other:
                self._note(clip, other, by, voice)
                self.counts[clip][at] += by
                self.voices[clip][at] |= np.uint64(voice)
                return
        self._add_pair(clip, other, by, voice)

    def _add_pair(self, clip: int, other: int, by: float, voice: int) -> None:
        """Count a pair that the row of ``clip`` has not."""
        self._note(clip, other, by, voice)
        used = self.used.get(clip, 0)
        if used == WIDTH:
            used = self._keep_strongest(clip, WIDTH - EVICTED)
        elif not used or used == len(self.ids[clip]):
            self._widen(clip, used)
        self.ids[clip][used] = other
        self.counts[clip][used] = by
        self.voices[clip][used] = voice
        self.used[clip] = used + 1
        self.pairs += 1
        if self.pairs > PAIRS:
            self._thin_out()

    def _thin_out(self) -> None:
        """Forget the weaker half of the row whose turn it is."""
        for _ in range(len(self._turns)):
            clip = self._turns[0]
            self._turns.rotate(-1)
            if (used := self.used[clip]) > 1:
                kept = self._keep_strongest(clip, used // 2)
                self.ids[clip] = self.ids[clip][:kept].copy()
                self.counts[clip] = self.counts[clip][:kept].copy()
                self.voices[clip] = self.voices[clip][:kept].copy()
                return

    def _note(self, clip: int, other: int, by: float, voice: int) -> None:
        if self.counted is not None:
            self.counted.append((clip, other, by, voice))
        self.add_total(clip, by)

    def join_clips(self, clip: int, others: Sequence[tuple[int, float]], voice: int) -> None:
        """Join ``clip`` to each of ``others``, which are different and not itself, by so much, in
        both directions."""
        if not others:
            return
        # At once where the rows have them: one by one costs twice as much.
        numbers = np.array([other for other, _ in others], np.int32)
        by = np.array([one for _, one in others], np.float32)
        there = self._raise_row(clip, numbers, by, voice).tolist()
        back = self._raise_rows(numbers, clip, by, voice).tolist()
        for (other, one), is_there, is_back in zip(others, there, back, strict=True):
            if not is_there:
                self._add_pair(clip, other, one, voice)
            if not is_back:
                self._add_pair(other, clip, one, voice)

    def _raise_row(self, clip: int, others: Ids, by: Floats, voice: int) -> NDArray[np.bool_]:
        """Count the pairs of a clip that its row has; which these are."""
        same = self._ids_of(clip) == others[:, None]
        there: NDArray[np.bool_] = same.any(1)
        if there.any():
            at, some = same[there].argmax(1), by[there]
            self.counts[clip][at] += some
            self.voices[clip][at] |= np.uint64(voice)
            self.add_total(clip, float(some.sum()))
            if self.counted is not None:
                told = zip(others[there].tolist(), some.tolist(), strict=True)
                self.counted += [(clip, other, one, voice) for other, one in told]
        return there

    def _raise_rows(self, clips: Ids, other: int, by: Floats, voice: int) -> NDArray[np.bool_]:
        """Count the pairs of some clips with ``other`` where their rows have it; which these
        are."""
        rows = [self._ids_of(clip) for clip in clips.tolist()]
        ends = np.cumsum([len(row) for row in rows])
        found = np.flatnonzero(np.concatenate(rows) == other)
        at = np.searchsorted(ends, found, "right")
        bit, from_end = np.uint64(voice), (found - ends[at]).tolist()
        for clip, before, one in zip(clips[at].tolist(), from_end, by[at].tolist(), strict=True):
            slot = self.used[clip] + before
            self.counts[clip][slot] += one
            self.voices[clip][slot] |= bit
            self._note(clip, other, one, voice)
        there = np.zeros(len(clips), bool)
        there[at] = True
        return there

    def _ids_of(self, clip: int) -> Ids:
        ids = self.ids.get(clip)
        return _NOTHING.ids if ids is None else ids[: self.used[clip]]

    def add_total(self, clip: int, by: float) -> None:
        """So much more was counted of a clip."""
        while clip >= len(self._totals):
            self._totals = np.concatenate([self._totals, np.zeros_like(self._totals)])
        self._totals[clip] += by

    def totals_of(self, some: Numbers | list[int]) -> Floats:
        """All that was ever counted of each of some clips."""
        clips = np.asarray(some, np.int64)
        found = np.zeros(len(clips), np.float32)
        met = clips < len(self._totals)
        found[met] = self._totals[clips[met]]
        return found

    def _widen(self, clip: int, used: int) -> None:
        width = min(WIDTH, max(NARROW, 2 * used))
        ids, counts = np.zeros(width, np.int32), np.zeros(width, np.float32)
        voices = np.zeros(width, np.uint64)
        if not used:
            self._turns.append(clip)
        else:
            ids[:used], counts[:used] = self.ids[clip], self.counts[clip]
            voices[:used] = self.voices[clip]
        self.ids[clip], self.counts[clip], self.voices[clip] = ids, counts, voices

    def _keep_strongest(self, clip: int, kept: int) -> int:
        """Forget the others of its row; how many are left."""
        used = self.used[clip]
        stay = np.sort(np.argpartition(self.counts[clip][:used], used - kept)[used - kept :])
        for column in (self.ids, self.counts, self.voices):
            column[clip][:kept] = column[clip][stay]
        self.used[clip] = kept
        self.pairs -= used - kept
        return kept

    def list_clips(self) -> list[int]:
        """Those that have a row, in the order in which the rows are thinned out."""
        return list(self._turns)

    def set_row(self, clip: int, row: NeighbourRow, total: float) -> None:
        """What was counted of a clip that has no row yet."""
        self.ids[clip], self.counts[clip], self.voices[clip] = row.ids, row.counts, row.voices
        self.used[clip] = len(row.ids)
        self.pairs += len(row.ids)
        self._turns.append(clip)
        self.add_total(clip, total)

    def neighbours_of(self, clip: int) -> NeighbourRow:
        """The neighbours of a clip; some may rest on one person: see ``JoinedPairs``."""
        used = self.used.get(clip, 0)
        if not used:
            return _NOTHING
        ids, counts, voices = self.ids[clip], self.counts[clip], self.voices[clip]
        return NeighbourRow(ids[:used], counts[:used], voices[:used])


class JoinedPairs(Struct, frozen=True):
    """What joins some clips (rows) to places (columns): counts, and the bits of the people behind
    each, both 0 where nothing does; ``of``: which of the clips are meant."""

    counts: Floats
    voices: Voices
    of: NDArray[np.bool_] | None = None

    def only_of(self, some: NDArray[np.bool_]) -> "JoinedPairs":
        """Those of some of the clips."""
        return JoinedPairs(self.counts, self.voices, some)

    def sum_counts(self, shares: Shares) -> Floats:
        """For each row of ``shares``, which has one above 0 for each of the clips, and each place
        the counts that join it to them, each by its share; nothing where fewer than FEWEST people
        are behind it."""
        meant = shares if self.of is None else shares * self.of
        # One product: to add them up pair by pair costs three times as much.
        found: Floats = meant.astype(np.float32) @ self.counts
        found[:, self.count_people() < FEWEST] = 0
        return found

    def count_people(self) -> NDArray[np.uint8]:
        """Of at least how many people the counts of each place are; 64 stands for more, too."""
        voices = self.voices if self.of is None else self.voices[self.of]
        found: NDArray[np.uint8] = np.bitwise_count(np.bitwise_or.reduce(voices, axis=0))
        return found


def join_to_places(
    table: Neighbours, clips: list[int], place: NDArray[np.int32], count: int
) -> JoinedPairs:
    """What joins some clips to those that ``place`` gives a place, of which there are ``count``; a
    place of -1 is none."""
    found = np.zeros((len(clips), count), np.float32)
    voices = np.zeros((len(clips), count), np.uint64)
    rows = [(of, one, table.used[one]) for of, one in enumerate(clips) if one in table.used]
    if rows:
        at = place[np.concatenate([table.ids[one][:used] for _, one, used in rows])]
        here = (at >= 0).nonzero()[0]
        of = np.repeat([of * count for of, _, _ in rows], [used for _, _, used in rows])
        # A row has each clip once.
        to = of[here] + at[here]
        counts = np.concatenate([table.counts[one][:used] for _, one, used in rows])
        bits = np.concatenate([table.voices[one][:used] for _, one, used in rows])
        found.ravel()[to], voices.ravel()[to] = counts[here], bits[here]
    return JoinedPairs(found, voices)
