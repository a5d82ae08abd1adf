"""A render worker whose pictures show the time: the worker of ``bench.glass``.

Everything but the renderer is the product's own: session, canvas, playhead, encoder, pipes.
"""

import asyncio
import time
from collections.abc import Generator

import numpy as np

from phosphene.model import Slot
from phosphene.render import messages
from phosphene.render.worker.renderer import Brief, Patch, Picture, Steers
from phosphene.render.worker.serve import run_on_pipes

BITS, CELL, TOP = 24, 24, 96


class ClockRenderer:
    """Each picture is drawn when it is shown and carries that moment: 24 bits of milliseconds,
    white or black cells in a row, most significant first, and below them their opposites."""

    name, fingerprint = "clock", "clock"
    width, height, fps = 576, 1024, 24
    steers: Steers = "never"

    def understand(self, text: str) -> tuple[Slot, ...]:
        return ()

    def render(self, brief: Brief) -> Generator[Patch, None, bytes]:
        frames = brief.seconds * self.fps
        yield Patch(1, 0, frames, 0.0, self._draw, True, 1, 1, 1, 1)
        return b"clock"

    def _draw(self, frame: int) -> Picture:
        picture = np.full((self.height * 3 // 2, self.width), 128, np.uint8)
        noise = np.random.default_rng(frame).integers(60, 190, (32, 18), np.uint8)
        picture[: self.height] = np.kron(noise, np.ones((32, 32), np.uint8))
        now = time.time_ns() // 1_000_000
        for bit in range(BITS):
            light = 235 if now >> (BITS - 1 - bit) & 1 else 16
            picture[TOP : TOP + 2 * CELL, bit * CELL : (bit + 1) * CELL] = light
            picture[TOP + 2 * CELL : TOP + 4 * CELL, bit * CELL : (bit + 1) * CELL] = 251 - light
        return picture


def main() -> None:
    """Draw clocks until standard input ends."""
    ready = messages.Ready(
        model="clock",
        fingerprint="clock",
        device="cpu",
        width=ClockRenderer.width,
        height=ClockRenderer.height,
        fps=ClockRenderer.fps,
        vocabulary={},
    )
    asyncio.run(run_on_pipes(ClockRenderer(), ready))


if __name__ == "__main__":
    main()
