"""A renderer that draws people from their portraits: its pictures are the portrait itself; and its
worker process: ``python -m tests.render.portrait_painter``."""

import asyncio
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from msgspec.structs import replace

from phosphene.model import Steer
from phosphene.render.worker import serve
from phosphene.render.worker.renderer import Brief, Patch, Picture
from tests.likeness.synthetic_head import HEIGHT, WIDTH
from tests.render.easel import READY
from tests.render.painter import Painter


@dataclass
class PortraitPainter(Painter):
    name: str = "portrait painter"
    width: int = WIDTH
    height: int = HEIGHT

    def render(self, brief: Brief) -> Generator[Patch | Steer, Any, bytes]:
        wanted = [look.owner for look in brief.looks if look.portrait]
        if wanted != [one.owner for one in brief.portraits]:
            raise ValueError("somebody's portrait is missing")
        return super().render(brief)

    def _draw(self, brief: Brief, seed: int, frame: int, sigma: float) -> Picture:
        picture = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
        for one in brief.portraits:
            read = cv2.imdecode(np.frombuffer(one.data, np.uint8), cv2.IMREAD_COLOR)
            picture = np.asarray(cv2.resize(np.asarray(read), (WIDTH, HEIGHT)), np.uint8)
        return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8)


def main() -> None:
    ready = replace(READY, model="portraits", width=WIDTH, height=HEIGHT, looks=False, portraits=1)
    asyncio.run(serve.run_on_pipes(PortraitPainter(), ready, kbit=1500, pace=0))


if __name__ == "__main__":
    main()
