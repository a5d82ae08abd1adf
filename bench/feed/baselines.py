"""What a replay is compared with: popularity, item-kNN, and kNN with sequences; and by words alone,
where items have some. All learn online, from likes, on dense tables of all items."""

from collections import Counter
from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
RECENT: Final = 0.9
"""What an earlier like counts for each later one, in the kNN with sequences."""
SHRINK: Final = 2.0


class Baseline(Protocol):
    """Scores every item for somebody whose likes are known, newest last; learns one like."""

    def scores(self, likes: list[int]) -> Scores:
        """One number for each item, higher is better."""
        ...

    def learn(self, likes: list[int], item: int) -> None:
        """Somebody with these ``likes`` liked this, too."""
        ...


class Popularity:
    """The most liked first."""

    def __init__(self, items: int) -> None:
        self._counts = np.zeros(items, np.float32)

    def scores(self, likes: list[int]) -> Scores:
        """See ``Baseline``."""
        return self._counts

    def learn(self, likes: list[int], item: int) -> None:
        """See ``Baseline``."""
        self._counts[item] += 1


class ItemKnn:
    """Cosine of co-likes, summed over all that somebody liked (Sarwar and others, WWW 2001)."""

    def __init__(self, items: int) -> None:
        self._pairs = np.zeros((items, items), np.float32)
        self._norm = np.zeros(items, np.float32)

    def scores(self, likes: list[int]) -> Scores:
        """See ``Baseline``."""
        return self.weighed(likes, np.ones(len(likes), np.float32))

    def weighed(self, likes: list[int], shares: Scores) -> Scores:
        """The same, each like with a share of its own."""
        if not likes:
            return np.zeros(len(self._norm), np.float32)
        scale = 1 / np.sqrt(self._norm + SHRINK)
        summed: Scores = (shares * scale[likes]) @ self._pairs[likes]
        summed *= scale
        return summed

    def learn(self, likes: list[int], item: int) -> None:
        """See ``Baseline``."""
        self._pairs[item, likes] += 1
        self._pairs[likes, item] += 1
        self._norm[item] += 1


class SequenceKnn:
    """kNN in which newer likes count more, and what was liked soon after what was liked last."""

    STEPS: Final = 5

    def __init__(self, items: int) -> None:
        self._knn = ItemKnn(items)
        self._next = np.zeros((items, items), np.float32)
        self._left = np.zeros(items, np.float32)

    def scores(self, likes: list[int]) -> Scores:
        """See ``Baseline``."""
        last = likes[-100:]
        shares = RECENT ** np.arange(len(last), dtype=np.float32)[::-1]
        near = self._knn.weighed(last, shares)
        near /= near.max() + 1e-9
        near += self._following(likes)
        return near

    def _following(self, likes: list[int]) -> Scores:
        last = likes[-self.STEPS :]
        if not last:
            return np.zeros(len(self._left), np.float32)
        shares: Scores = (0.7 ** np.arange(len(last))[::-1]).astype(np.float32)
        shares /= self._left[last] + 5
        after: Scores = shares @ self._next[last]
        after /= after.max() + 1e-9
        return after

    def learn(self, likes: list[int], item: int) -> None:
        """See ``Baseline``."""
        self._knn.learn(likes, item)
        for age, before in enumerate(reversed(likes[-self.STEPS :])):
            self._next[before, item] += 0.7**age
            self._left[before] += 0.7**age


class WordContent:
    """Words of what somebody liked, newer likes more, rarer words more (tf-idf, cosine)."""

    FADING: Final = 0.95

    def __init__(self, words: Sequence[Sequence[str]]) -> None:
        often = Counter(word for one in words for word in one)
        places = {word: place for place, word in enumerate(often)}
        self._rows = np.zeros((len(words), max(1, len(places))), np.float32)
        for item, said in enumerate(words):
            for word in said:
                self._rows[item, places[word]] = np.log(len(words) / often[word])
        length: Scores = np.linalg.norm(self._rows, axis=1, keepdims=True).astype(np.float32)
        self._rows /= length + np.float32(1e-9)

    def scores(self, likes: list[int]) -> Scores:
        """See ``Baseline``."""
        shares: Scores = self.FADING ** np.arange(len(likes), dtype=np.float32)[::-1]
        found: Scores = self._rows @ (shares @ self._rows[likes])
        return found

    def learn(self, likes: list[int], item: int) -> None:
        """See ``Baseline``: words say the same before and after."""
