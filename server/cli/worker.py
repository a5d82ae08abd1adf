"""``phosphene worker``: the render process alone, on its pipes, or lent to a fleet over Redis."""

import argparse
import asyncio
import os
import sys
from typing import Any

from phosphene.cli.options import add_settings, settings_of
from phosphene.fleet.lend import Lender
from phosphene.logs import set_up
from phosphene.render.diffusers_families import ModelOptions
from phosphene.render.dispatch.command import worker_command
from phosphene.render.dispatch.worker_handle import WorkerLimits


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "worker", help="draw for the instances of a fleet, or on stdin and stdout"
    )
    mine = ("worker_threads", "places", "pace", "bitrate")
    fleet = ("redis_url", "blobs", "instance", "log_level")
    add_settings(parser, *ModelOptions.__struct_fields__, *mine, *fleet)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Lend a worker until a signal comes, or become one; torch is never imported here."""
    settings = settings_of(options, workers=1)
    command = worker_command(settings)
    if not settings.redis_url:
        sys.stdout.flush()
        # In the place of this process and not below it: whoever started it signals, and waits for,
        # the worker itself.
        os.execv(command[0], command)
    set_up(settings.log_level)
    asyncio.run(Lender(settings, command, WorkerLimits()).run())
    return 0
