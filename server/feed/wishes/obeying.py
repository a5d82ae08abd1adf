"""Which clips somebody's wishes mean. Pure."""

from collections.abc import Sequence

from phosphene.feed.wishes.traits import Traits
from phosphene.model import FeedWish


def needed_traits(wish: FeedWish) -> tuple[str, ...]:
    """What a clip has to have, all of it, to be meant. Of what is not wanted it is enough that a
    feeling is possible: to be spared one too many is better than one too few."""
    if wish.polarity == "more":
        return wish.traits
    return tuple(one.replace("feeling:", "possible:") for one in wish.traits)


class Obeyed:
    """The wishes of one person that hold now."""

    def __init__(self, wishes: Sequence[FeedWish], now: float) -> None:
        self.wishes = tuple(one for one in wishes if one.until is None or one.until > now)
        self._needed = [(one, frozenset(needed_traits(one))) for one in self.wishes]

    @property
    def ask_for_more(self) -> bool:
        """Whether there is anything that they want more of."""
        return any(one.polarity == "more" for one in self.wishes)

    def wants_none_of(self, traits: Traits) -> bool:
        """Whether such a clip is none that they want to see."""
        return self._mean("none", traits)

    def wants_more_of(self, traits: Traits) -> bool:
        """Whether they want more of such clips."""
        return self._mean("more", traits)

    def find_asking(self, traits: Traits) -> FeedWish | None:
        """The first wish of which such clips are more."""
        pairs = (one for one, needed in self._needed if needed <= traits)
        return next((one for one in pairs if one.polarity == "more"), None)

    def wants_less_of(self, traits: Traits) -> bool:
        """Whether they want fewer of such clips."""
        return self._mean("less", traits)

    def _mean(self, polarity: str, traits: Traits) -> bool:
        return any(one.polarity == polarity and needed <= traits for one, needed in self._needed)


NOTHING_WISHED = Obeyed((), 0.0)
