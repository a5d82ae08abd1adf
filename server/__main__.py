"""The console command: ``phosphene serve | render | feed | like | ...``."""

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from phosphene import __version__
from phosphene.cli import act, doctor, feed, render, serve, top, verify, watch, worker
from phosphene.errors import PhospheneError

COMMANDS = (serve, render, verify, feed, watch, act, top, worker, doctor)


class WholeOptions(argparse.ArgumentParser):
    """Options are spelled whole: a later one of a like name must not change what a script means."""

    def __init__(self, **given: Any) -> None:
        super().__init__(allow_abbrev=False, **given)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; an error that people can mend is one line on stderr and exit status 1."""
    parser = argparse.ArgumentParser(
        prog="phosphene", description="Clips watched live by many while they are being diffused."
    )
    parser.add_argument("--version", action="version", version=f"phosphene {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=WholeOptions)
    for command in COMMANDS:
        command.register(commands)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except PhospheneError as error:
        print(f"phosphene: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
