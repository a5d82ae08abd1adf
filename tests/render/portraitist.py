"""A renderer whose pictures have a face in them, as those of photorealistic models do, and its
worker process: ``python -m tests.render.portraitist``."""

import asyncio
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from msgspec.structs import replace

from phosphene.render.worker import serve
from phosphene.render.worker.renderer import Brief, Picture
from tests.likeness.synthetic_head import HEIGHT, WIDTH, astronaut, picture_of, stranger
from tests.render.easel import READY
from tests.render.painter import Painter

NAMED = "astronaut"
"""A prompt with this word shows the astronaut, any other a stranger."""
YAWS = (-12, -4, 4, 12)


@dataclass
class Portraitist(Painter):
    name: str = "portraitist"
    width: int = WIDTH
    height: int = HEIGHT

    def _draw(self, brief: Brief, seed: int, frame: int, sigma: float) -> Picture:
        picture = portrait(NAMED in brief.text, YAWS[frame // 6 % len(YAWS)])
        noise = np.random.default_rng(frame).integers(0, 255, picture.shape, np.uint8)
        return np.asarray(cv2.addWeighted(picture, 1 - sigma, noise, sigma, 0), np.uint8)


@cache
def portrait(named: bool, yaw: int) -> Picture:
    """A head that looks nearly straight, as I420."""
    shown = picture_of(astronaut() if named else stranger(), yaw, 0, 1)
    return np.asarray(cv2.cvtColor(shown, cv2.COLOR_BGR2YUV_I420), np.uint8)


def main() -> None:
    ready = replace(READY, model="portraitist", width=WIDTH, height=HEIGHT)
    asyncio.run(serve.run_on_pipes(Portraitist(), ready, kbit=1500, pace=0))


if __name__ == "__main__":
    main()
