"""A worker process whose renderer is the painter: ``python -m tests.render.easel [PACE]``.

``PACE``: seconds in which the first frames of a clip on air form, at least (default 0).
"""

import asyncio
import sys

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


def main() -> None:
    serve.LAST_STEP_S = 0.3  # type: ignore[misc]
    pace = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
    asyncio.run(serve.run_on_pipes(Painter(), READY, kbit=500, pace=pace))


if __name__ == "__main__":
    main()
