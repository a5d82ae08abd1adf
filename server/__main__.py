"""The console command: ``phosphene serve | render | feed | like | ...``."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any, Final

from phosphene import __version__
from phosphene.errors import PhospheneError

COMMANDS: Final = {
    "serve": "serve",
    "render": "render",
    "verify": "verify",
    "create": "act",
    "feed": "feed",
    "search": "search",
    "watch": "watch",
    "like": "act",
    "comment": "act",
    "me": "act",
    "import": "bring",
    "roles": "moderate",
    "reports": "moderate",
    "deeds": "moderate",
    "house": "moderate",
    "webhooks": "webhooks",
    "keys": "keys",
    "rules": "rules",
    "rights": "rights",
    "refusals": "refusals",
    "top": "top",
    "worker": "worker",
    "copy": "copy",
    "backup": "backup",
    "restore": "backup",
    "doctor": "doctor",
}
"""Each command, and the module of ``phosphene.cli`` that it is in."""


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
    given = sys.argv[1:] if arguments is None else arguments
    for module in _modules(given):
        import_module(f"phosphene.cli.{module}").register(commands)
    options = parser.parse_args(given)
    try:
        return int(options.run(options))
    except PhospheneError as error:
        print(f"phosphene: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _modules(given: Sequence[str]) -> Iterable[str]:
    """That of the command, else all. To import the whole server takes 0.98 s of CPU, and what
    visits one needs 0.17 s of it."""
    named = COMMANDS.get(given[0]) if given else None
    return dict.fromkeys(COMMANDS.values()) if named is None else (named,)


if __name__ == "__main__":
    sys.exit(main())
