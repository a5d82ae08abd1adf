"""A worker process whose renderer is the painter: ``python -m tests.render.easel [PACE [NAME]]``.

``PACE``: seconds in which the first frames of a clip on air form, at least (default 0); ``NAME``:
what its model is called, which then is another one, and reads freely. The environment may say in
``EASEL_FPS`` how many pictures a second it paints.
"""

import asyncio
import hashlib
import os
import sys

from msgspec.structs import replace

from phosphene.render import messages
from phosphene.render.worker import serve
from tests.render.painter import FPS, HEIGHT, WIDTH, Painter

READY = messages.Ready(
    model="painter",
    fingerprint="0" * 64,
    device="cpu",
    width=WIDTH,
    height=HEIGHT,
    fps=FPS,
    vocabulary={"subject": ("disc",)},
    forks=True,
    looks=True,
)


def named(name: str) -> messages.Ready:
    """What a painter of another model says."""
    weights = hashlib.sha256(name.encode()).hexdigest()
    return replace(READY, model=name, fingerprint=weights, vocabulary={}, forks=False)


def main() -> None:
    serve.LAST_STEP_S = 0.3  # type: ignore[misc]
    pace = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
    ready = named(sys.argv[2]) if len(sys.argv) > 2 else READY
    ready = replace(ready, fps=int(os.environ.get("EASEL_FPS", FPS)))
    asyncio.run(serve.run_on_pipes(Painter(fps=ready.fps), ready, kbit=500, pace=pace))


if __name__ == "__main__":
    main()
