"""The render worker: ``python -m phosphene.render.worker``. One process, one device, one model."""

import argparse
import asyncio
import contextlib
import gc
import importlib
import logging
import os
import sys
from collections.abc import Mapping
from importlib.metadata import EntryPoint

import msgspec
import torch

from phosphene.children.child import NICENESS
from phosphene.errors import BadInput
from phosphene.render import messages
from phosphene.render.diffusers_families import EMBEDDED, ModelOptions
from phosphene.render.preflight import (
    class_of,
    installed_renderer,
    locate_model,
    need_packages,
    read_index,
)
from phosphene.render.worker.late_module import leave_out_packages
from phosphene.render.worker.library_logs import withheld_library_lines
from phosphene.render.worker.renderer import Renderer
from phosphene.render.worker.serve import run_on_pipes


def main() -> None:
    """Load the model and work until standard input ends; a model that is unfit is said so."""
    options = _options()
    logging.basicConfig(level=logging.INFO, format="worker %(levelname)s %(name)s: %(message)s")
    os.nice(NICENESS)
    torch.set_num_threads(options.threads)
    try:
        # What a library prints while it loads must not come between the messages.
        with contextlib.redirect_stdout(sys.stderr):
            renderer, ready = load(_wish(vars(options)))
    except BadInput as error:
        sys.stdout.buffer.write(messages.frame_message(messages.Unfit(str(error))))
        raise SystemExit(str(error)) from error
    # Torch and the model stay: a search of them for garbage would hold the pictures.
    gc.freeze()
    try:
        with withheld_library_lines():
            asyncio.run(run_on_pipes(renderer, ready, kbit=options.kbit, pace=options.pace))
    except* ConnectionError:
        logging.getLogger(__name__).info("the instance has gone")


def load(options: ModelOptions) -> tuple[Renderer, messages.Ready]:
    """The renderer of a model and what the worker says of it.

    Raises:
        BadInput: why it cannot be drawn with.
    """
    if (entry := installed_renderer(options.model)) is not None:
        return load_installed(entry, options)
    folder = locate_model(options.model)
    if folder is not None and class_of(read_index(folder)) in EMBEDDED:
        room = "embedded"
        leave_out_packages()
    else:
        need_packages("models")
        room = "diffusers"
    # By name and late: each room imports what only its own models need.
    loading = importlib.import_module(f"phosphene.render.worker.{room}.load")
    loaded: tuple[Renderer, messages.Ready] = loading.load(options)
    return loaded


def load_installed(entry: EntryPoint, options: ModelOptions) -> tuple[Renderer, messages.Ready]:
    """The same of another package, whose entry point is called with ``options``.

    Raises:
        BadInput: whatever came of that, in one line.
    """
    try:
        renderer, ready = entry.load()(options)
        if not isinstance(ready, messages.Ready):
            raise TypeError(f"{entry.value} gives no Ready")
    except BadInput:
        raise
    # It is foreign code, which may fail in any way; the operator is told which.
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        raise BadInput(f"the renderer {entry.name} cannot be loaded: {said}") from error
    return renderer, ready


def _wish(given: Mapping[str, object]) -> ModelOptions:
    named = {name: given[name] for name in ModelOptions.__struct_fields__}
    return msgspec.convert(named, ModelOptions, strict=False)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="phosphene.render.worker", description=__doc__)
    for name in ModelOptions.__struct_fields__:
        flag = "--" + name.replace("_", "-")
        parser.add_argument(flag, default=getattr(ModelOptions(), name), help=f"the setting {name}")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads of the model")
    parser.add_argument("--kbit", type=int, default=2500, help="most kbit/s of the H.264")
    parser.add_argument("--pace", type=float, default=0.0, help="least seconds of the forming")
    return parser.parse_args()


if __name__ == "__main__":
    main()
