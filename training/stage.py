"""Clips of the generated world, through the same compositor as the model's."""

import numpy as np
from numpy.typing import NDArray

from server.render.theatre.compositor import HEIGHT, WIDTH, Stage
from server.render.theatre.scene import Scene
from server.render.theatre.score import FPS, moments
from server.render.theatre.vocabulary import PLATES, POSES
from training import motion
from training.pool import draw

Array = NDArray[np.float32]
Frames = NDArray[np.uint8]
SECONDS, EVERY = 3, 9
LOW = 8
"""Frames are looked at every EVERY-th of FPS and LOW times smaller."""


def scene(values: dict[str, str], rng: np.random.Generator, count: int = 1) -> Scene:
    """A real scene of `count` (0, 1 or 2) subjects."""
    plates: dict[str, Array] = {}
    for kind in PLATES:
        plate = draw(kind, values, rng).astype(np.float32) / np.float32(255)
        plates[kind] = plate.reshape(POSES, 4, *plate.shape[1:]) if kind == "subject" else plate
    if count != 1:
        plates["subject"] = _several(plates["subject"], count)
    keys = motion.score(
        values["motion"], values["subject"], values["place"], values["weather"], rng
    )
    return Scene(plates, keys[:SECONDS], values)


def _several(poses: Array, count: int) -> Array:
    """None, or two at half the size side by side."""
    empty = np.zeros_like(poses)
    if count == 0:
        return empty
    half = poses.shape[-1] // 2
    small = poses.reshape(*poses.shape[:2], half, 2, half, 2).mean((3, 5))
    top = half // 2
    empty[..., top : top + half, :half] = small
    empty[..., top : top + half, half:] = small
    return empty


def look(shown: Scene) -> Frames:
    """What a judge sees of a scene: (8, 3, 128, 72) luma and chroma, from 3 s of it."""
    stage = Stage(shown.plates, 0.0)
    chosen = moments(shown.score[:SECONDS])[4 : SECONDS * FPS : EVERY]
    return np.stack([_small(stage.draw(moment)) for moment in chosen])


def _small(picture: NDArray[np.uint8]) -> Frames:
    """I420 (1536, 576) to (3, 128, 72)."""
    luma = _shrink(picture[:HEIGHT], LOW)
    chroma = picture[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)
    return np.stack([luma, *(_shrink(plane, LOW // 2) for plane in chroma)])


def _shrink(plane: NDArray[np.uint8], by: int) -> Frames:
    height, width = plane.shape
    mean = plane.reshape(height // by, by, width // by, by).mean((1, 3))
    small: Frames = mean.astype(np.uint8)
    return small
