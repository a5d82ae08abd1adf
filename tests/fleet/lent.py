"""A lent worker that paints: ``python -m tests.fleet.lent``, its settings in the environment."""

import asyncio
import os
import sys

from phosphene.fleet.lend import Lender
from phosphene.logs import set_up
from phosphene.render.dispatch.worker_handle import WorkerLimits
from phosphene.settings import load
from tests.forked_programs import forked_command

PROGRAM = "tests.render.easel"
PACE = "0.5"
"""What is said of a clip from afar must find it while it is drawn."""
EASEL = (sys.executable, "-m", PROGRAM, PACE)
QUICK = WorkerLimits(start=30, ping_every=0.1, pong=5.0, silence=5.0, stop=1.0)


def main() -> None:
    lend(forked_command(PROGRAM))


def lend(easel: tuple[str, ...]) -> None:
    """Until it is told to end."""
    set_up("info")
    settings = load(os.environ)
    name = () if settings.model == "embedded" else (settings.model,)
    asyncio.run(Lender(settings, (*easel, PACE, *name), QUICK).run())


if __name__ == "__main__":
    main()
