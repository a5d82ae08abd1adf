"""Who is on a scene's stage, if the nouns' network draws them: all that their plates do not say.

A scene without such actors is one of the older drawings only. The cast travels with the latents, so
that a clip can be shown, remixed and gone on with by whoever has them.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Final

from msgspec import Meta, Struct
from msgspec.structs import replace

from phosphene.render.worker.embedded.nouns.gait_warps import GAITS
from phosphene.render.worker.embedded.nouns.person_shape import CARD
from phosphene.render.worker.embedded.nouns.plate import INKS

# Whole numbers: the cast travels with the latents, of which recipes hold the digest.
_Byte = Annotated[int, Meta(ge=0, le=255)]
_Radii = Annotated[float, Meta(ge=-1.5, le=1.5)]
Ink = tuple[_Byte, _Byte, _Byte]
Point = tuple[_Radii, _Radii]
"""A place on a plate: radii to the right of its middle, and below it."""
# No network draws a relation: the score has every channel of the second already, and these are
# places of it.
ANCHORED: Final = (
    *("riding", "holding", "wearing", "eating", "blowing", "behind", "above", "on", "inside"),
)
"""Relations in which the second subject goes where the first does."""
BEFORE: Final = ("riding", "holding", "wearing", "eating", "blowing", "behind", "inside")
"""Relations in which the second is nearer than the first."""
SEATS: Final = frozenset(("chair", "seat", "sofa", "bed", "bathtub", "toilet"))
"""What one sits on, and not on top of."""
LOUNGES: Final = frozenset(("sofa", "bed"))
"""Of those on which one lies."""
RELATIONS: Final = ("", *ANCHORED, "watching", "chasing", "beside")
MOST: Final = 5
"""So many of one kind can be in a scene."""


class Actor(Struct, frozen=True):
    """One plate of the nouns' network. `concept`: what it is; `drawing`: which of its drawings;
    `card`: of a person, the row of card.CARD, and empty of anything else. `inks`: its colours
    in the order of plate.INKS, 0..255. `gait`: how it moves. `size`: log2 of its radius beside
    that of a person; `spins`: it turns as it rolls. `head`, `back`: where a hat
    and a rider sit; `low`: where its feet are.

    Raises ValueError for a gait, a card or inks that there are not.
    """

    concept: Annotated[str, Meta(min_length=1, max_length=40)]
    inks: tuple[Ink, ...]
    gait: str
    drawing: Annotated[int, Meta(ge=0, le=9999)] = 0
    card: tuple[Annotated[int, Meta(ge=0)], ...] = ()
    size: Annotated[float, Meta(ge=-3, le=3)] = 0.0
    spins: bool = False
    head: Point = (0.0, -1.1)
    back: Point = (0.0, -0.5)
    low: _Radii = 1.18

    def __post_init__(self) -> None:
        if self.gait not in GAITS or len(self.inks) != len(INKS):
            raise ValueError(f"{self.concept} has no gait {self.gait}, or not {len(INKS)} inks")
        if self.card and not _is_card(self.card):
            raise ValueError(f"{self.card} is no person's card")

    @property
    def shape(self) -> tuple[str, int, tuple[int, ...]]:
        """What its plate depends on: those who agree in it have the same drawing."""
        return (self.concept, self.drawing, self.card)


class Cast(Struct, frozen=True):
    """`subject`, `other`: who these plates of a scene are, None where the older network draws
    them or nobody is there. `relation`: what the first is to the second, "" for what the scene's
    slots say. `count`: how many of the first there are, 0 for what the slots say. `place`,
    `weather`: those of `backdrops` that are round them, "" for what the slots say. `crowd`: the
    inks of those who are of the first's kind beside it, the nearest first; where there are too few,
    they look as the first does.

    Raises ValueError for a relation that there is not, or inks.
    """

    subject: Actor | None = None
    other: Actor | None = None
    relation: str = ""
    count: Annotated[int, Meta(ge=0, le=MOST)] = 0
    place: Annotated[str, Meta(max_length=40)] = ""
    weather: Annotated[str, Meta(max_length=40)] = ""
    crowd: Annotated[tuple[tuple[Ink, ...], ...], Meta(max_length=MOST - 1)] = ()

    def __post_init__(self) -> None:
        if any(len(inks) != len(INKS) for inks in self.crowd):
            raise ValueError(f"somebody of the crowd has not {len(INKS)} inks")
        if self.relation not in RELATIONS:
            raise ValueError(f"nobody can be {self.relation!r} somebody")

    def __iter__(self) -> Iterator[tuple[str, Actor]]:
        """The plates that are of nouns, with who they are."""
        named = {"subject": self.subject, "other": self.other}
        yield from ((name, actor) for name, actor in named.items() if actor is not None)

    @property
    def actors(self) -> Mapping[str, Actor]:
        """The same as a mapping."""
        return dict(iter(self))

    def actor_in_crowd(self, place: int) -> Actor | None:
        """Who is drawn as the one that is so many places behind the first, counted from 1."""
        if self.subject is None or place > len(self.crowd):
            return self.subject
        return replace(self.subject, inks=self.crowd[place - 1])

    @property
    def anchored(self) -> bool:
        """Whether the second goes where the first does, and not where the score says."""
        return self.relation in ANCHORED


ALONE: Final = Cast()
"""Nobody that the nouns' network draws."""


def _is_card(row: tuple[int, ...]) -> bool:
    counts = tuple(CARD.values())
    return len(row) == len(counts) and all(v <= n for v, n in zip(row, counts, strict=True))
