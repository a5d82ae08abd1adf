"""A lent worker that paints: ``python -m tests.fleet.lent``, its settings in the environment."""

import asyncio
import os
import sys

from phosphene.fleet.lend import Lender
from phosphene.logs import set_up
from phosphene.render.dispatch.worker_handle import WorkerLimits
from phosphene.settings import load

EASEL = (sys.executable, "-m", "tests.render.easel", "0.5")
"""With a pace: what is said of a clip from afar must find it while it is drawn."""
QUICK = WorkerLimits(start=30, ping_every=0.1, pong=5.0, silence=5.0, stop=1.0)


def main() -> None:
    set_up("info")
    settings = load(os.environ)
    name = () if settings.model == "embedded" else (settings.model,)
    asyncio.run(Lender(settings, (*EASEL, *name), QUICK).run())


if __name__ == "__main__":
    main()
