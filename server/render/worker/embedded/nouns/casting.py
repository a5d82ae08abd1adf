"""From what is wished for to a cast: the individuals, each with its drawing and its colours."""

from collections.abc import Collection, Mapping
from typing import Final

from msgspec.structs import replace

from phosphene.render.worker.embedded.nouns.cast import ALONE, LOUNGES, SEATS, Actor, Cast, Ink
from phosphene.render.worker.embedded.nouns.inks import (
    COLOURS,
    GLOW,
    HAIR,
    OLD_HAIR,
    SKIN,
    USUAL_HAIR,
    chance,
    own_colour,
    tone,
    varied,
)
from phosphene.render.worker.embedded.nouns.looks import (
    FIGURES,
    VALUES,
    card_row,
    complete_card,
)
from phosphene.render.worker.embedded.nouns.model import Concept
from phosphene.render.worker.embedded.nouns.person_shape import CARD
from phosphene.render.worker.embedded.nouns.wishes import DOES, Wish

STAND_INS: Final[Mapping[str, str]] = {
    "walk": "penguin",
    "step": "dog",
    "run": "fox",
    "hop": "rabbit",
    "roll": "horse",
    "sail": "sailboat",
    "fly": "bird",
    "swim": "fish",
    "crawl": "snail",
    "float": "balloon",
    "stand": "elephant",
    "sway": "elephant",
    "rock": "bear",
    "dance": "penguin",
    "sleep": "snail",
    "rest": "snail",
}
"""Whose score somebody with that gait has: the score's net knows the older subjects only."""
NATURAL: Final = frozenset(("elephant", "horse", "bear", "deer", "owl", "penguin"))
"""Whose own colour the older network has not."""
MOTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "hop": ("hop", "hop", "right", "left"),
    "fly": ("right", "left", "circle"),
    "float": ("float",),
    "stand": ("float",),
    "sway": ("float",),
    "rock": ("float",),
    "dance": ("sway",),
    "sleep": ("float",),
    "rest": ("float",),
}
"""How somebody with that gait moves where nobody says it; all others go somewhere."""
GOING: Final = ("right", "left")
CARD_SIZES: Final[Mapping[str, float]] = {"child": -0.25, "adult": 0.12, "old": 0.08}
POSED: Final[Mapping[str, str]] = {"walk": "walk", "run": "run", "jump": "hop", "stand": "walk",
                                   "dance": "dance", "wave": "rock", "sit": "rock"}  # fmt: skip
"""The gaits of somebody in that posture."""
SLEEPER: Final = "sleeper"
"""Who is drawn in bed."""
INK_OF: Final = ("colour", "skin", "hair", "accent", "glow")
"""What each of somebody's inks is told by."""
SPINS: Final = frozenset(("ball", "basketball", "american-football", "rugby-ball", "baseball",
                          "volleyball", "billiard-ball", "wheel"))  # fmt: skip


class Casting:
    """Casts scenes, given what there is; for any thread."""

    def __init__(
        self,
        concepts: Mapping[str, Concept],
        older: Mapping[str, str],
        palette: Collection[str] = COLOURS,
    ) -> None:
        """`older`: the concepts that the older network draws, to its subjects; `palette`: the
        colours that it has."""
        self._concepts = concepts
        self._older = older
        self._palette = palette

    def choose_cast(
        self,
        wish: Wish,
        seed: int,
        before: Cast = ALONE,
        kept: Collection[str] = (),
        dropped: Collection[str] = (),
    ) -> Cast:
        """Who is on the stage. Who is there already keeps drawing and colours, but for what is
        said of them anew. `kept`: those of before whom the older network drew; `dropped`: slots
        and fields of the card that nobody tells any more."""
        if wish.subject is None:
            return self._recoloured(before, wish)
        relation = wish.relation
        known = [] if wish.subject in kept else NATURAL
        subject = self._actor("subject", wish.subject, wish, seed, before.subject, known, dropped)
        known = [] if wish.other in kept else NATURAL
        gone = ("colour",) if "other_colour" in dropped else ()
        other = wish.other and self._actor(
            "other", wish.other, wish, seed, before.other, known, gone
        )
        count = wish.count if wish.count > 3 else 0
        crowd = self._crowd(wish, seed, subject, before) if subject else ()
        return Cast(subject, other or None, relation, count, crowd=crowd)

    def _crowd(
        self, wish: Wish, seed: int, first: Actor, before: Cast
    ) -> tuple[tuple[Ink, ...], ...]:
        """The inks of those beside the first: of each its own, but for what is told of all."""
        told = {"colour"} if "subject" in wish.colours else set(wish.colours) | set(wish.card)
        same = before.subject is not None and before.subject.concept == first.concept
        known = before.crowd if same and before.crowd and not told else ()
        made = (self._beside(place, seed, first, told) for place in range(1, wish.count))
        # Where no number is told, as many are there as before.
        return (*known, *list(made)[len(known) :]) if wish.count > 1 else known

    def _beside(
        self, place: int, seed: int, first: Actor, told: Collection[str]
    ) -> tuple[Ink, ...]:
        plate = f"subject:{place}"
        concept, dice = self._concepts.get(first.concept), chance(seed, f"{plate}:main")
        own = concept.colour if concept and first.concept not in FIGURES else "any"
        grey = first.inks[2] in (HAIR["grey"], HAIR["white"])
        chosen = (own_colour(own, dice), *self._tones(plate, grey, seed), GLOW)
        near = (varied(first.inks[0], dice), *first.inks[1:])
        both = zip(INK_OF, near, chosen, strict=True)
        return tuple(one if name in told else another for name, one, another in both)

    def _actor(
        self, plate: str, concept: str, wish: Wish, seed: int, before: Actor | None,
        natural: Collection[str], dropped: Collection[str],
    ) -> Actor | None:  # fmt: skip
        told = wish.colours.get(plate)
        # The older network has poses of its own for these, where a noun has one that is bent; but
        # it has eight colours, and knows no brown bear and no grey elephant.
        there = before is not None and before.concept == concept
        noun = told not in self._palette if told else there or concept in natural
        does = wish.does if plate == "subject" else ""
        noun = noun or bool(does)
        if concept in self._older and not (noun and concept in self._concepts):
            return None
        if concept in FIGURES:
            return self._person(plate, concept, wish, seed, before, dropped)
        made = self._thing(plate, concept, wish.sex if plate == "subject" else "", seed)
        # In a remix somebody stays who they are: another drawing would be somebody else in their
        # place.
        if before and before.concept == concept:
            drawn = before.drawing in self._concepts[concept].drawings
            drawing = before.drawing if drawn else made.drawing
            main = made.inks[0] if "colour" in dropped else before.inks[0]
            made = replace(made, drawing=drawing, inks=(main, *before.inks[1:]))
        if does:
            made = replace(made, gait="rest" if concept == SLEEPER else DOES[does])
        return made if told is None else _coloured(made, told, chance_of=(seed, plate))

    def _thing(self, plate: str, concept: str, sex: str, seed: int) -> Actor:
        known = self._concepts[concept]
        fitting = [k for k in known.drawings if known.sexes[k] == sex] if sex else []
        # By chance among its drawings: noise alone gives individuals of one design (29 to 35 dB
        # apart), and only another drawing is another design.
        drawing = chance(seed, f"{plate}:drawing").choice(fitting or known.drawings)
        main = own_colour(known.colour, chance(seed, f"{plate}:main"))
        inks = (main, *self._tones(plate, concept.startswith("old-"), seed), GLOW)
        return Actor(
            concept,
            inks,
            known.gait,
            drawing,
            size=known.size,
            spins=concept in SPINS,
            head=known.head,
            back=known.back,
            low=known.low,
        )

    @staticmethod
    def _tones(plate: str, old: bool, seed: int) -> tuple[Ink, Ink, Ink]:
        """Skin, hair and accent by chance."""
        return (
            tone(SKIN, chance(seed, f"{plate}:skin")),
            tone(HAIR, chance(seed, f"{plate}:hair"), OLD_HAIR if old else USUAL_HAIR),
            tone(COLOURS, chance(seed, f"{plate}:accent")),
        )

    def _person(
        self,
        plate: str,
        concept: str,
        wish: Wish,
        seed: int,
        before: Actor | None,
        dropped: Collection[str] = (),
    ) -> Actor:
        told = {**FIGURES[concept], **(wish.card if plate == "subject" else {})}
        sits = wish.relation == "riding" or (wish.relation == "on" and wish.other in SEATS)
        lies = wish.does == "sleep" and wish.other in LOUNGES
        seated = sits and plate == "subject" and not lies
        if seated and "posture" not in told:
            told["posture"] = "sit"
        kept = before if before and before.card and before.concept == concept else None
        stays = {name: v for name, v in _told_before(kept).items() if name not in dropped}
        full = complete_card({**stays, **told}, seed if plate == "subject" else ~seed)
        main = varied(tone(COLOURS, chance(seed, f"{plate}:main")), chance(seed, plate))
        accent = tone(COLOURS, chance(seed, f"{plate}:accent"))
        drawn = (main, SKIN[full["skin"]], HAIR[full["hair"]], accent, GLOW)
        anew = {*told, *dropped} if kept else INK_OF
        both = zip(INK_OF, drawn, kept.inks if kept else drawn, strict=True)
        inks = tuple(new if name in anew else old for name, new, old in both)
        made = Actor(
            concept,
            inks,
            self._gait(full["posture"], seated, wish.does if plate == "subject" else ""),
            0,
            card_row(full),
            CARD_SIZES[full["age"]],
            head=(0.0, -0.74 if full["age"] == "child" else -1.08),
            back=(0.0, -0.28),
            low=1.2,
        )
        return self._dressed(made, wish, plate, seed)

    @staticmethod
    def _gait(posture: str, seated: bool, does: str) -> str:
        if does == "sleep":
            return "rest"
        return "rock" if seated else POSED[posture]

    def _dressed(self, made: Actor, wish: Wish, plate: str, seed: int) -> Actor:
        """A person in the colours that are said of clothes and glasses."""
        # Clothes and glasses are told of the first alone, who has the card: in the second's colours
        # a man in a red shirt would put the woman beside him into one, too.
        card = wish.colours if plate == "subject" else {}
        if clothes := card.get("colour") or wish.colours.get(plate):
            made = _coloured(made, clothes, chance_of=(seed, plate))
        if accent := card.get("accent"):
            made = _coloured(made, accent, at=3, chance_of=(seed, plate))
        return made

    def _recoloured(self, before: Cast, wish: Wish) -> Cast:
        """The cast of before: nobody else is wished for."""
        if before.subject is None or "subject" not in wish.colours:
            return before
        subject = _coloured(before.subject, wish.colours["subject"], chance_of=(0, "subject"))
        crowd = tuple((subject.inks[0], *inks[1:]) for inks in before.crowd)
        return Cast(subject, before.other, before.relation, before.count, crowd=crowd)


def _coloured(made: Actor, colour: str, *, at: int = 0, chance_of: tuple[int, str]) -> Actor:
    """The same in another main ink, or accent."""
    inks = list(made.inks)
    inks[at] = varied(COLOURS[colour], chance(chance_of[0], f"{chance_of[1]}:{colour}"))
    return replace(made, inks=tuple(inks))


def _told_before(kept: Actor | None) -> dict[str, str]:
    """The card of somebody who is there already."""
    if kept is None:
        return {}
    pairs = zip(CARD, kept.card, strict=True)
    return {name: VALUES[name][value] for name, value in pairs if value < len(VALUES[name])}
