"""The render worker: ``python -m server.render.worker``. One process, one device, one model."""

import argparse
import asyncio
import logging
import os
from importlib import resources
from pathlib import Path
from typing import Final

import torch

from server.render import wire
from server.render.orders import run_on_pipes
from server.render.theatre.renderer import TheatreRenderer
from server.render.theatre.vocabulary import VALUES

NICENESS: Final = 5
"""The instance goes first when they share a core: it sends pictures to everybody."""


def main() -> None:
    """Load the model and work until standard input ends."""
    options = _options()
    logging.basicConfig(level=logging.INFO, format="worker %(levelname)s %(name)s: %(message)s")
    os.nice(NICENESS)
    torch.set_num_threads(options.threads)
    renderer = _load(model_folder(options.model))
    try:
        asyncio.run(run_on_pipes(renderer, about(renderer), kbit=options.kbit, pace=options.pace))
    except* ConnectionError:
        logging.getLogger(__name__).info("the instance has gone")


def about(renderer: TheatreRenderer) -> wire.Ready:
    """What the worker says of itself."""
    return wire.Ready(
        model=renderer.name,
        fingerprint=renderer.fingerprint,
        device="cpu",
        width=renderer.width,
        height=renderer.height,
        fps=renderer.fps,
        vocabulary={slot: tuple(values) for slot, values in VALUES.items()},
    )


def model_folder(model: str) -> Path:
    """Where a model lies: ``embedded`` ships with the package, anything else is a folder."""
    if model == "embedded":
        return Path(str(resources.files("server.render.theatre") / "weights"))
    return Path(model)


def _load(folder: Path) -> TheatreRenderer:
    try:
        return TheatreRenderer(folder)
    except OSError as error:
        raise SystemExit(f"no model can be loaded from {folder}: {error}") from error


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="server.render.worker", description=__doc__)
    parser.add_argument("--model", default="embedded", help="embedded, or a folder")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads of the model")
    parser.add_argument("--kbit", type=int, default=2500, help="most kbit/s of the H.264")
    parser.add_argument("--pace", type=float, default=0.0, help="least seconds of the forming")
    return parser.parse_args()


if __name__ == "__main__":
    main()
