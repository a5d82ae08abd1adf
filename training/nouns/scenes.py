"""Whole scenes with nouns for judging: prompts that tell a place, a weather, a time and what two
are to each other; the same scenes drawn by the generator, and what is seen of one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.backdrops import Backdrops
from phosphene.render.worker.embedded.compositor import HEIGHT, WIDTH, Compositor
from phosphene.render.worker.embedded.nouns.cast import Actor, Cast
from phosphene.render.worker.embedded.nouns.looks import VALUES
from phosphene.render.worker.embedded.nouns.person_shape import CARD
from phosphene.render.worker.embedded.scene import Scene, parts
from phosphene.render.worker.embedded.score import FrameState, frame_states
from phosphene.render.worker.embedded.staging import scene_states
from phosphene.render.worker.embedded.vocabulary import NOBODY, OTHERS, SILHOUETTES, kind
from training import land, motion, sky, subjects, weather
from training.export import WEIGHTS
from training.nouns.card import Card
from training.nouns.concepts import concepts
from training.nouns.draw import LEAN, drawing
from training.nouns.ink import plate
from training.nouns.people import person
from training.world import WORLD

PEOPLE: Final = [
    "man",
    "woman",
    "girl",
    "boy",
    "doctor",
    "teacher",
    "firefighter",
    "king",
    "queen",
    "astronaut",
]
BEASTS: Final = [
    "cat",
    "dog",
    "fox",
    "rabbit",
    "cow",
    "pig",
    "sheep",
    "tiger",
    "monkey",
    "panda",
    "hedgehog",
    "wolf",
    "goat",
]
FLYING: Final = [
    "bird",
    "owl",
    "butterfly",
    "eagle",
    "bee",
    "airplane",
    "helicopter",
    "parrot",
    "bat",
]
TALL: Final = ["house", "tree", "castle", "car", "bus", "windmill", "church", "cactus"]
RELATIONS: Final[dict[str, tuple[Sequence[str], str, Sequence[str]]]] = {
    "riding": (
        PEOPLE,
        "riding",
        ["horse", "elephant", "camel", "skateboard", "motorcycle", "donkey", "cow"],
    ),
    "holding": (
        PEOPLE,
        "holding",
        ["guitar", "balloon", "umbrella", "book", "hammer", "violin", "sword", "apple"],
    ),
    "wearing": (BEASTS, "wearing", ["hat", "crown", "cap", "sunglasses", "helmet"]),
    "eating": (
        [*PEOPLE, *BEASTS],
        "eating",
        ["banana", "apple", "carrot", "pizza", "hamburger", "cake"],
    ),
    "behind": (BEASTS, "behind", TALL),
    "above": (FLYING, "above", TALL),
    "on": (BEASTS, "on", ["table", "sofa", "house", "rock"]),
    "chasing": (BEASTS, "chasing", BEASTS),
    "watching": (BEASTS, "watching", BEASTS),
    "beside": ([*PEOPLE, *BEASTS], "beside", [*BEASTS, *TALL]),
}
"""Who, with which words, whom."""
SAID: Final = {
    "clear": "", "rain": "in the rain", "snow": "while it is snowing", "fog": "in the fog",
    "storm": "in a thunderstorm", "leaves": "with falling leaves", "fireworks": "with fireworks",
}  # fmt: skip
WHERE: Final = {
    "space": "in space", "underwater": "underwater", "clouds": "in the clouds",
    "snow": "on the ski slope", "park": "at the amusement park",
}  # fmt: skip
"""How places are said that are not only named."""
TIMES: Final = {"day": "by day", "sunset": "at sunset", "night": "at night", "dawn": "at dawn"}
ROOFED: Final = ("room", "kitchen", "shop", "stage", "cave", "space", "underwater")
"""Where no weather is asked for."""
MOMENTS: Final = (6, 16, 26)
"""Frames that are looked at, of SECONDS seconds."""
SECONDS: Final = 2
SMALL: Final = 8
"""So many times smaller is the whole of what is seen."""
NEAR: Final = 4
"""The same of what is seen around the subjects: an apple that somebody holds has a few points in
the whole."""
CROP: Final = 112
"""Points of its sides: four fifths of the width of a picture."""
Frames = NDArray[np.uint8]


@dataclass(frozen=True)
class Looks:
    """What is seen of scenes at MOMENTS, luma and chroma: the `whole` (..., 15, 128, 72), at each
    moment with the detail of its luma and its red, and the subjects from `near` by (..., 9, CROP,
    CROP)."""

    whole: Frames
    near: Frames


def places() -> dict[str, str]:
    """All places, and the older one in whose way everything moves there."""
    behind = Backdrops.load(WEIGHTS)
    return {place: place for place in WORLD.values["place"]} | dict(behind.places if behind else {})


@dataclass(frozen=True)
class Told:
    """What a prompt tells: its `relation` is "" where one is alone."""

    who: str
    relation: str
    whom: str
    place: str
    weather: str
    time: str

    @property
    def text(self) -> str:
        """The prompt."""
        both = f"{RELATIONS[self.relation][1]} a {self.whom}" if self.relation else ""
        place = WHERE.get(self.place, f"at the {self.place}")
        words = (f"a {self.who}", both, place, SAID[self.weather], TIMES[self.time])
        return " ".join(word for word in words if word)


def told(rng: np.random.Generator, relation: str, place: str) -> Told:
    """A prompt of this relation ("" for one alone) in this place, the rest by chance."""
    who, _, whom = RELATIONS.get(relation, ([*PEOPLE, *BEASTS], "", [""]))
    first = str(rng.choice(who))
    second = str(rng.choice([name for name in whom if name != first]))
    dry = place in (*ROOFED, "snow") or rng.random() < 0.4
    falls = "clear" if dry else str(rng.choice(list(SAID)))
    time = "night" if falls == "fireworks" else str(rng.choice(list(TIMES)))
    return Told(first, relation, second, place, falls, time)


def drawn(slots: dict[str, str], cast: Cast, rng: np.random.Generator) -> Scene:
    """The scene that a prompt was planned as, drawn by the generator and not by the model."""
    plates = {name: _plate(name, slots, cast, rng) for name in parts(slots, cast)}
    score = motion.score(slots, rng)[:SECONDS]
    return Scene(plates, score, slots, cast)


def _plate(name: str, slots: dict[str, str], cast: Cast, rng: np.random.Generator) -> Array:
    place, falls = cast.place or slots["place"], cast.weather or slots["weather"]
    second = name in OTHERS
    if name == "sky":
        made = sky.plate(place, slots["time"], rng).transpose(2, 0, 1)
    elif name in SILHOUETTES:
        made = land.plate(name, place, slots["time"], rng).transpose(2, 0, 1)
    elif name == "weather":
        made = weather.plate(falls, rng).transpose(2, 0, 1)
    elif kind(name) == "inks":
        made = subjects.inks(slots["other_colour" if second else "colour"], slots["time"], rng)
    elif actor := cast.other if second else cast.subject:
        made = _actor(actor, rng)
    else:
        made = subjects.plate(slots["other" if second else "subject"], rng)
    plate_: Array = made.astype(np.float32) / np.float32(255)
    return plate_


def _actor(actor: Actor, rng: np.random.Generator) -> NDArray[np.uint8]:
    if actor.card:
        said = {
            field: VALUES[field][value]
            for field, value in zip(CARD, actor.card, strict=True)
            if value < len(VALUES[field])
        }
        return person(Card.of(rng, **said), rng)
    concept = concepts()[actor.concept]
    icon = concept.icons[actor.drawing]
    return plate(drawing(concept, icon, rng), float(rng.uniform(-LEAN, LEAN)))


def look(scene: Scene) -> Looks:
    """What a judge sees of a scene."""
    compositor, frames = Compositor.of_scene(scene), frame_states(scene.score)
    whole, near = [], []
    for at in MOMENTS:
        states = scene_states(scene, frames, at)
        picture = compositor.draw_frame(*states)
        whole += [_small(picture, SMALL), _detail(picture, SMALL)]
        near.append(_around(_small(picture, NEAR), *_middle(scene, states[0])))
    return Looks(np.concatenate(whole), np.concatenate(near))


def _middle(scene: Scene, state: FrameState) -> tuple[float, float]:
    """Where the subjects are, in half frames from the middle."""
    if scene.cast.other is None and scene.slots["other"] == NOBODY:
        return state.x, state.y
    return (state.x + state.other_x) / 2, (state.y + state.other_y) / 2


def _around(planes: Frames, x: float, y: float) -> Frames:
    """The part of a picture around a place, as far as it reaches."""
    _, height, width = planes.shape
    left, top = (
        round(max(0.0, min(1.0, ((1 + at) * size - CROP) / 2 / (size - CROP))) * (size - CROP))
        for at, size in ((x, width), (y, height))
    )
    return planes[:, top : top + CROP, left : left + CROP]


def _small(picture: NDArray[np.uint8], by: int) -> Frames:
    chroma = picture[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)
    return np.stack((_shrunk(picture[:HEIGHT], by), *(_shrunk(plane, by // 2) for plane in chroma)))


def _detail(picture: NDArray[np.uint8], by: int) -> Frames:
    """How much the points of each square differ, in luma and in red: a leaf that falls has a point
    or two in the mean of a square, and a judge of means saw 3 of 26 scenes with leaves."""
    red = picture[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)[1]
    return np.stack([_range(picture[:HEIGHT], by), _range(red, by // 2)])


def _range(plane: NDArray[np.uint8], by: int) -> Frames:
    height, width = plane.shape
    squares = plane.reshape(height // by, by, width // by, by)
    found: Frames = squares.max((1, 3)) - squares.min((1, 3))
    return found


def _shrunk(plane: NDArray[np.uint8], by: int) -> Frames:
    height, width = plane.shape
    mean: Frames = plane.reshape(height // by, by, width // by, by).mean((1, 3)).astype(np.uint8)
    return mean
