"""A worker process whose renderer is the painter: ``python -m tests.render.easel``."""

import asyncio
import sys

from server.render import orders, wire
from tests.render.painter import FPS, HEIGHT, WIDTH, Painter

READY = wire.Ready(
    model="painter",
    fingerprint="0" * 64,
    device="cpu",
    width=WIDTH,
    height=HEIGHT,
    fps=FPS,
    vocabulary={"subject": ("disc",)},
)


def main() -> None:
    orders.LAST_STEP_S = 0.3  # type: ignore[misc]
    if "crash" in sys.argv:
        raise SystemExit("no paint at all")
    if "babble" in sys.argv:
        print("this is no message, but it is long enough to be taken for the length of one")
        return
    if "rude" in sys.argv:
        sys.stdout.buffer.write(wire.frame(wire.Pong(1)))
        return
    asyncio.run(orders.run_on_pipes(Painter(), READY, kbit=500))


if __name__ == "__main__":
    main()
