"""How the worker processes of an instance are started, and how many."""

import sys
from collections.abc import Sequence

from msgspec import Struct

from phosphene.render.cores import usable_cores
from phosphene.render.diffusers_families import ModelOptions
from phosphene.render.dispatch.model_settings import model_settings
from phosphene.render.preflight import vet_model
from phosphene.settings import Settings


class ModelWorkers(Struct, frozen=True):
    """A model of an instance: its settings, and what starts a worker of it."""

    settings: Settings
    command: Sequence[str]


def model_workers(settings: Settings) -> tuple[ModelWorkers, ...]:
    """All models of an instance, that of whoever chooses none first.

    Raises:
        BadInput: one of them cannot be drawn with, or ``models`` cannot be read.
    """
    found = model_settings(settings)
    return tuple(ModelWorkers(one, worker_command(one)) for one in found)


def worker_command(settings: Settings) -> tuple[str, ...]:
    """How a worker is started.

    Raises:
        BadInput: the setting ``model`` names none that can be drawn with.
    """
    vet_model(settings.model, here=settings.workers > 0)
    # One core stays free for the instance, which sends the pictures.
    threads = settings.worker_threads or max(1, usable_cores() - 1)
    wished = [
        part
        for name in ModelOptions.__struct_fields__
        for part in ("--" + name.replace("_", "-"), str(getattr(settings, name)))
    ]
    return (
        *(sys.executable, "-m", "phosphene.render.worker"),
        *wished,
        *("--threads", str(threads)),
        *("--kbit", str(settings.bitrate)),
        *("--pace", str(settings.pace)),
    )


def spares(settings: Settings) -> int:
    """How many warm workers stand by."""
    if not settings.workers:
        return 0
    # A spare holds a whole model in memory: little for the embedded one, too much to take unasked
    # for one of gigabytes.
    return int(settings.model == "embedded") if settings.spares < 0 else settings.spares
