"""Which clips have which traits, so that those that a wish means are found without reading them."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from phosphene.feed.wishes.obeying import needed_traits
from phosphene.model import FeedWish, Polarity

Numbers = NDArray[np.int64]
NONE: Final = np.zeros(0, np.int64)


class WishedClips(Struct, frozen=True):
    """Numbers of the clips of which somebody wishes to see more, less and nothing."""

    more: Numbers = NONE
    less: Numbers = NONE
    none: Numbers = NONE


NOTHING_WISHED: Final = WishedClips()


class TraitIndex:
    """Clips, by number, of each trait."""

    def __init__(self) -> None:
        self._having = dict[str, set[int]]()
        self._traits = dict[int, Sequence[str]]()

    def set_traits(self, number: int, traits: Sequence[str]) -> None:
        """Note those of a clip, instead of those that it had."""
        for one in self._traits.get(number, ()):
            self._having[one].discard(number)
        self._traits[number] = traits
        for one in traits:
            self._having.setdefault(one, set()).add(number)

    def renumbered(self, numbers: Sequence[int]) -> "TraitIndex":
        """The same of clips that have other numbers: of each that it has here the other one."""
        other = TraitIndex()
        for number, traits in self._traits.items():
            other.set_traits(numbers[number], traits)
        return other

    def find_wished(self, wishes: Iterable[FeedWish]) -> WishedClips:
        """The clips that are meant by wishes; one that is meant by several is in several."""
        found: dict[Polarity, set[int]] = {"more": set(), "less": set(), "none": set()}
        for wish in wishes:
            having = (self._having.get(one, set()) for one in needed_traits(wish))
            found[wish.polarity] |= set[int].intersection(*sorted(having, key=len))
        return WishedClips(*(np.array(sorted(found[one]), np.int64) for one in found))
