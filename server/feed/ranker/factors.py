"""Vectors of clips such that what somebody liked points at what they will like: two towers, learned
by a softmax over a sample. A clip's vector is one of its own and what its content makes of it, so
that one that nobody has seen has one, too (Yi and others, RecSys 2019)."""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.feed.ranker.content_vectors import AXES, ContentVectors

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

SIZE: Final = 32
FADING: Final = 0.9
STEP: Final = 0.12
CONTENT_STEP: Final = 0.05
FIRST: Final = 1024
SPREAD: Final = 0.1
FIRST_SQUARE: Final = 0.02


class Factors:
    """Each clip has a vector as what is looked for (``out``), nothing at first, and one as what was
    liked (``into``); ``content_out`` and ``content_into`` make them of its content."""

    def __init__(self, content: ContentVectors) -> None:
        self._content = content
        self.dice = np.random.default_rng(11)
        self.out = np.zeros((FIRST, SIZE), np.float32)
        self.into = self._start(FIRST)
        self.out_square = np.full(FIRST, FIRST_SQUARE, np.float32)
        self.into_square = np.full(FIRST, 0.1, np.float32)
        self.content_out = np.zeros((AXES, SIZE), np.float32)
        self.content_into = self._start(AXES)
        self.content_out_square = np.full(AXES, FIRST_SQUARE, np.float32)
        self.content_into_square = np.full(AXES, 0.1, np.float32)
        self.moved_out: set[int] | None = None
        """Clips whose vector has moved, where somebody notes them."""
        self.moved_into: set[int] | None = None

    def _start(self, rows: int) -> Floats:
        start: Floats = self.dice.normal(size=(rows, SIZE)).astype(np.float32) * SPREAD
        return start

    def make_room(self, clips: int) -> None:
        """Have room for so many."""
        while clips > len(self.out):
            more = len(self.out)
            self.out = np.concatenate([self.out, np.zeros((more, SIZE), np.float32)])
            self.into = np.concatenate([self.into, self._start(more)])
            first = np.full(more, FIRST_SQUARE, np.float32)
            self.out_square = np.concatenate([self.out_square, first])
            square = np.full(more, 0.1, np.float32)
            self.into_square = np.concatenate([self.into_square, square])

    def taste_of(self, liked: list[int]) -> Floats:
        """The vector of somebody who liked these, newest last."""
        if not liked:
            return np.zeros(SIZE, np.float32)
        shares = _shares(len(liked))
        taste: Floats = shares @ self.into[liked]
        if self._content.used:
            taste += (shares @ self._content.rows[liked]) @ self.content_into
        return taste

    def content_taste(self, taste: Floats) -> Floats:
        """What the content of a clip is worth (AXES) to who has such a taste."""
        worth: Floats = self.content_out @ taste
        return worth

    def scores(self, some: Numbers, taste: Floats) -> Floats:
        """How far a taste points at each of some clips."""
        found: Floats = self.out[some] @ taste
        if self._content.used:
            found += self._content.rows[some] @ self.content_taste(taste)
        return found

    def score_clip(self, clip: int, taste: Floats) -> float:
        """How far a taste points at a clip."""
        found = float(self.out[clip] @ taste)
        if self._content.used:
            found += float(self._content.rows[clip] @ self.content_taste(taste))
        return found

    def move_vectors(self, liked: list[int], clips: Numbers, pull: Floats) -> None:
        """Move the vectors of ``clips``, each once, by ``pull``, the gradient of their scores."""
        if self.moved_out is not None and self.moved_into is not None:
            self.moved_out.update(clips.tolist())
            self.moved_into.update(liked)
        taste = self.taste_of(liked)
        back = pull @ self.out[clips]
        _climb(self.out, self.out_square, clips, pull, taste)
        if self._content.used:
            about = pull @ self._content.rows[clips]
            back = back + about @ self.content_out
            _climb_all(self.content_out, self.content_out_square, about, taste)
        if liked:
            shares = _shares(len(liked))
            _climb(self.into, self.into_square, np.array(liked), shares, back)
            if self._content.used:
                about = shares @ self._content.rows[liked]
                _climb_all(self.content_into, self.content_into_square, about, back)


def _climb(rows: Floats, square: Floats, some: Numbers, by: Floats, towards: Floats) -> None:
    """Move ``some`` rows along ``towards``, each by its own."""
    # The square of each move's mean, without the moves.
    grown = square[some] + by * by * (towards @ towards / SIZE)
    square[some] = grown
    rows[some] += (STEP * by / np.sqrt(grown))[:, None] * towards


def _climb_all(rows: Floats, square: Floats, by: Floats, towards: Floats) -> None:
    square += by * by * (towards @ towards / SIZE)
    rows += (CONTENT_STEP * by / np.sqrt(square))[:, None] * towards


@cache
def _shares(count: int) -> Floats:
    shares = FADING ** np.arange(count, dtype=np.float32)[::-1]
    scaled: Floats = shares / np.sqrt((shares * shares).sum() + 1)
    return scaled
