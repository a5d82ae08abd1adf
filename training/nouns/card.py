"""A person as a card: what can be said of somebody, from which `people` draws them.

Every field has a slot's values; what is not said is drawn by chance, whoever it is, so that no
look is bound to another. `@name` can give the card of somebody who said yes.
"""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from training.nouns.dress import HAIR, OLD_HAIR, SKIN, USUAL_HAIR
from training.paper import COLOURS

FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "skin": ("palest", "pale", "light", "tan", "brown", "dark", "darkest"),
    "hair": tuple(HAIR),
    "length": ("bald", "short", "medium", "long", "bun", "curly"),
    "glasses": ("none", "glasses"),
    "beard": ("none", "moustache", "beard"),
    "headwear": ("none", "cap", "hat", "beanie", "helmet", "crown", "headscarf"),
    "clothes": ("t-shirt", "shirt", "dress", "suit", "coat", "apron"),
    "colour": tuple(COLOURS),
    "accent": tuple(COLOURS),
    "age": ("child", "adult", "old"),
    "build": ("slim", "medium", "stout"),
    "figure": ("man", "woman"),
    "posture": ("stand", "walk", "run", "dance", "wave", "sit", "jump"),
}
"""`colour` is that of the clothes, `accent` that of glasses and headwear."""
OFTEN: Final[dict[str, tuple[float, ...]]] = {
    "glasses": (0.75, 0.25),
    "headwear": (0.52, 0.08, 0.08, 0.08, 0.08, 0.08, 0.08),
    "age": (0.2, 0.55, 0.25),
    "posture": (0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1),
}


@dataclass(frozen=True)
class Card:
    """One value of each of FIELDS."""

    skin: str
    hair: str
    length: str
    glasses: str
    beard: str
    headwear: str
    clothes: str
    colour: str
    accent: str
    age: str
    build: str
    figure: str
    posture: str

    @classmethod
    def of(cls, rng: np.random.Generator, **told: str) -> "Card":
        """A card by chance but for what is told. Raises ValueError for what there is not."""
        for name, value in told.items():
            if value not in FIELDS.get(name, ()):
                raise ValueError(f"a person has no {name} {value!r}")
        age = told.get("age") or _chosen("age", rng)
        figure = told.get("figure") or _chosen("figure", rng)
        made = {name: _chosen(name, rng) for name in FIELDS} | {"age": age, "figure": figure}
        made["hair"] = str(rng.choice(HAIR_VALUES, p=OLD_HAIR if age == "old" else USUAL_HAIR))
        if figure == "woman" or age == "child":
            made["beard"] = "none"
        return cls(**(made | told))

    @property
    def row(self) -> tuple[int, ...]:
        """The index of each value, in the order of FIELDS."""
        return tuple(FIELDS[f.name].index(getattr(self, f.name)) for f in fields(self))

    @property
    def inks(self) -> tuple[tuple[float, float, float], ...]:
        """Main, skin, hair and accent."""
        skin = SKIN[FIELDS["skin"].index(self.skin)]
        return COLOURS[self.colour], skin, HAIR[self.hair], COLOURS[self.accent]


HAIR_VALUES: Final = tuple(HAIR)


def _chosen(name: str, rng: np.random.Generator) -> str:
    values = FIELDS[name]
    return str(rng.choice(values, p=OFTEN.get(name)))
