"""A small scene cut by hand: a disc above three flat layers, with one flake in the air."""

import numpy as np
import pytest

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.scene import Scene
from phosphene.render.worker.embedded.vocabulary import KEYS, PLATE, POSES, SCORE, SILHOUETTES

SLOTS = {
    "subject": "fish",
    "colour": "red",
    "place": "sea",
    "time": "day",
    "motion": "right",
    "weather": "snow",
    "size": "medium",
    "count": "one",
    "other": "nothing",
    "other_colour": "blue",
    "relation": "beside",
    "camera": "still",
    "mood": "calm",
}


def paper(rgb: tuple[float, float, float], alpha: Array) -> Array:
    """A premultiplied plate (4, 96, 96) of one colour with the soft edge `alpha` (96, 96)."""
    return np.stack([*(value * alpha for value in rgb), alpha]).astype(np.float32)


def uncoloured(alpha: Array) -> Array:
    """A pose (6, 96, 96) of paper that is all main ink."""
    none = np.zeros_like(alpha)
    return np.stack([none, none, none, alpha, none, alpha])


def disc(x: float, y: float, radius: float) -> Array:
    """A disc whose edge is a ramp of three pixels; all in pixels of the plate."""
    axis = np.arange(PLATE) + 0.5
    away = np.hypot(axis[None] - x, axis[:, None] - y)
    soft: Array = np.clip(0.5 + (radius - away) / 3, 0, 1).astype(np.float32)
    return soft


def ground(top: float) -> Array:
    """Everything below row `top`."""
    soft: Array = np.clip(0.5 + (np.arange(PLATE) + 0.5 - top) / 3, 0, 1).astype(np.float32)
    return np.broadcast_to(soft[:, None], (PLATE, PLATE)).copy()


@pytest.fixture
def plates() -> dict[str, Array]:
    """Sky blue over orange, yellow and green; a red fish-like shape that opens and closes."""
    sky = paper((0.4, 0.6, 0.9), np.ones((PLATE, PLATE), np.float32))
    sky[3] = disc(24, 20, 8)
    colours = ((0.9, 0.6, 0.2), (0.9, 0.9, 0.2), (0.2, 0.7, 0.2))
    made = {
        name: paper(colour, ground(top))
        for name, colour, top in zip(SILHOUETTES, colours, (50, 65, 80), strict=True)
    }
    body = [
        np.maximum(disc(48, 48, 18 + 4 * pose), disc(70, 48, 6)) for pose in range(-1, POSES - 1)
    ]
    made["subject"] = np.stack([uncoloured(alpha) for alpha in body])
    made["inks"] = np.array([0.9, 0.1, 0.1, 0, 0, 0, 1, 0, 0, 0], np.float32)
    made["sky"] = sky
    made["weather"] = paper((1, 1, 1), disc(70, 30, 3))
    return made


@pytest.fixture
def score() -> Array:
    """Two seconds in which everything moves a little."""
    time = (np.arange(2 * KEYS) + 1) / KEYS
    keys = np.zeros((2 * KEYS, len(SCORE)), np.float32)
    keys[:, SCORE.index("x")] = 0.2 * np.sin(time)
    keys[:, SCORE.index("pose")] = np.sin(5 * time)
    keys[:, SCORE.index("facing")] = 1
    keys[:, SCORE.index("drift_near")] = 1.5
    keys[:, SCORE.index("weather_y")] = 2
    return keys.reshape(2, KEYS, len(SCORE))


@pytest.fixture
def scene(plates: dict[str, Array], score: Array) -> Scene:
    return Scene(plates, score, SLOTS)
