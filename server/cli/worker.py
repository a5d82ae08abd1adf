"""``phosphene worker``: the render process alone, speaking messages on stdin and stdout."""

import argparse
import os
import sys
from typing import Any

from server.cli.options import add_settings, settings_of
from server.render.catalog import Wish
from server.render.pool import worker_command


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("worker", help="run a render worker on stdin and stdout")
    add_settings(parser, *Wish.__struct_fields__, "worker_threads", "pace", "bitrate")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Become the worker: this process never imports torch itself."""
    command = worker_command(settings_of(options))
    sys.stdout.flush()
    os.execv(command[0], command)
