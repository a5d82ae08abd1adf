"""Clips of the generated world, through the same compositor as the model's."""

import numpy as np
from numpy.typing import NDArray

from phosphene.render.worker.embedded.compositor import HEIGHT, WIDTH, Compositor
from phosphene.render.worker.embedded.scene import Scene, parts
from phosphene.render.worker.embedded.score import FPS, frame_states, subject_states
from phosphene.render.worker.embedded.vocabulary import MEANT, OTHERS, kind
from training import motion
from training.pool import draw

Frames = NDArray[np.uint8]
SECONDS, EVERY = 3, 9
LOW = 4
"""Frames are looked at every EVERY-th of FPS and LOW times smaller."""


def scene(values: dict[str, str], rng: np.random.Generator, empty: bool = False) -> Scene:
    """A real scene; an empty one has no subject."""
    seen = values | {slot: values[meant] for slot, meant in MEANT.items()}
    plates = {
        name: draw(kind(name), seen if name in OTHERS else values, rng).astype(np.float32)
        / np.float32(255)
        for name in parts(values)
    }
    if empty:
        plates["subject"] = np.zeros_like(plates["subject"])
    return Scene(plates, motion.score(values, rng)[:SECONDS], values)


def look(shown: Scene, since: int = 0) -> Frames:
    """What a judge sees of a scene: (8, 3, 256, 144) luma and chroma, from 3 s of it, beginning
    at the second `since`."""
    compositor = Compositor(shown.plates, 0.0)
    frames, count = frame_states(shown.score[: since + SECONDS]), shown.slots["count"]
    chosen = range(since * FPS + 4, (since + SECONDS) * FPS, EVERY)
    return np.stack(
        [_small(compositor.draw_frame(*subject_states(frames, i, count))) for i in chosen]
    )


def _small(picture: NDArray[np.uint8]) -> Frames:
    """I420 (1536, 576) to (3, 256, 144)."""
    luma = _shrink(picture[:HEIGHT], LOW)
    chroma = picture[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)
    return np.stack([luma, *(_shrink(plane, LOW // 2) for plane in chroma)])


def _shrink(plane: NDArray[np.uint8], by: int) -> Frames:
    height, width = plane.shape
    mean = plane.reshape(height // by, by, width // by, by).mean((1, 3))
    small: Frames = mean.astype(np.uint8)
    return small
