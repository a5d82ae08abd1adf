"""A small real renderer: a bright disc that moves over a gradient, noisier at higher sigma.

What a prompt says decides how it goes wrong: see ``Painter.render``.
"""

import hashlib
import os
import signal
import sys
import threading
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from phosphene.model import Slot, Steer
from phosphene.render.worker.renderer import Brief, Patch, Picture, Steers

WIDTH, HEIGHT, FPS = 64, 112, 24
UNTIL_STEERED = "until it is steered"


@dataclass
class Painter:
    """Chunk-causal like the embedded model: a second after the other, each falling to sigma 0.

    With a ``gate`` every step waits for a permit; ``log`` lists (seed, step number) as they begin.
    """

    name: str = "painter"
    fingerprint: str = "0" * 64
    width: int = WIDTH
    height: int = HEIGHT
    fps: int = FPS
    steers: Steers = "chunk"
    gate: threading.Semaphore | None = None
    log: list[tuple[int, int]] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)

    def understand(self, text: str) -> tuple[Slot, ...]:
        """All of it is a disc, but a ball only nearly, and a cube cannot be drawn."""
        print("a stray line that must not reach the pipe")
        words = text.split()
        if "misread" in words:
            raise RuntimeError("no such word")
        if "cube" in words:
            return (Slot("subject", None, 0.0), Slot("undrawn", None, 1.0, ("cube",)))
        if "ball" in words:
            return (Slot("subject", "disc", 0.7, ("ball",)), Slot("undrawn", None, 1.0))
        return (Slot("subject", text, 1.0, (text,)),)

    def render(self, brief: Brief) -> Generator[Patch | Steer, Any, bytes]:
        """Four steps for each second; the latents are the seed and the text. A steering text is
        painted from the next second on: the seed changes to its length. Where a prompt asks for
        that (``UNTIL_STEERED``), the second second forms until a line comes."""
        number, seed, text = 0, brief.seed, None
        waits = brief.text.endswith(UNTIL_STEERED) and not brief.steering
        foreseen = {steer.frame: steer.text for steer in brief.steering}
        try:
            for chunk in range(brief.seconds):
                if text is not None:
                    yield Steer(text, chunk * self.fps)
                text = foreseen.get(chunk * self.fps, text)
                seed, text = (seed, None) if text is None else (len(text), None)
                for step in range(1, 5):
                    number += 1
                    if chunk >= brief.kept:
                        self._step(brief, number)
                    elif step < 4:
                        continue
                    heard = yield self._patch(brief, chunk, step, number, seed)
                    while waits and heard is None and (chunk, step) == (1, 3):
                        time.sleep(0.05)  # as a slow model: it is asked for no picture meanwhile
                        number += 1
                        heard = yield self._patch(brief, chunk, step, number, seed)
                    waits, text = waits and heard is None, heard or text
            return f"{brief.seed} {brief.text}".encode() + _heritage(brief)
        finally:
            self.closed.append(brief.seed)

    def _step(self, brief: Brief, number: int) -> None:
        if self.gate is not None:
            self.gate.acquire()
        self.log.append((brief.seed, number))
        self._misbehave(brief.text, number)

    def _misbehave(self, text: str, number: int) -> None:
        if number != 3:
            return
        if text == "explode":
            raise RuntimeError("out of paint")
        if text == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if text == "freeze":
            os.kill(os.getpid(), signal.SIGSTOP)
        if text.split()[-1:] == ["hang"]:
            print("hanging", file=sys.stderr, flush=True)
            threading.Event().wait()

    def _patch(self, brief: Brief, chunk: int, step: int, number: int, seed: int) -> Patch:
        sigma = 1 - step / 4
        if brief.text == "nan" and number == 3:
            sigma = float("nan")
        final = step == 4 and brief.text != "unfinished"
        return Patch(
            revision=number,
            start=chunk * self.fps,
            stop=(chunk + 1) * self.fps,
            sigma=sigma,
            draw=lambda frame: self._draw(brief, seed, frame, sigma),
            final=final,
            step=step,
            steps=4,
            chunk=chunk,
            chunks=brief.seconds,
            keep=f"{chunk + 1} s".encode if final else None,
        )

    def _draw(self, brief: Brief, seed: int, frame: int, sigma: float) -> Picture:
        if brief.text == "smudge":
            raise ValueError("the brush is broken")
        if brief.text == "wrong size":
            return np.zeros((3, 3), np.uint8)
        return paint(seed, frame, sigma)


def _heritage(brief: Brief) -> bytes:
    """So that latents tell which others they began with."""
    begun = brief.parent or brief.begun
    return hashlib.sha256(begun).digest() if begun else b""


def paint(seed: int, frame: int, sigma: float = 0.0) -> Picture:
    """One I420 picture; the disc's place tells the frame."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    x, y = 8 + frame * 2 % 48, 20 + seed % 8 + frame
    luma = 60 + rows * 0.5 + 90.0 * ((columns - x) ** 2 + (rows - y % HEIGHT) ** 2 < 64)
    noise = np.random.default_rng(seed * 1000 + frame).normal(0, 40, luma.shape)
    luma = np.clip((1 - sigma) * luma + sigma * (128 + noise), 16, 235).astype(np.uint8)
    chroma = np.empty((HEIGHT // 2, WIDTH), np.uint8)
    chroma[: HEIGHT // 4], chroma[HEIGHT // 4 :] = 100, 150
    return np.concatenate((luma, chroma))
