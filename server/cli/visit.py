"""What the commands of a visitor share: which server, as whom, and how answers are printed."""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from phosphene.client import Client
from phosphene.client.client import LOCAL

SERVER, TOKEN = "PHOSPHENE_SERVER", "PHOSPHENE_TOKEN"
PATIENCE_S = 5.0
"""Who types a wrong address learns it soon."""
# Persian is written with the one, a family of emoji with the other; neither moves anything.
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
Visit = Callable[[Client, argparse.Namespace], Awaitable[int]]


def add_command(commands: Any, name: str, visit: Visit, **words: str) -> argparse.ArgumentParser:
    """A command that visits a server; ``words``: its help and description."""
    parser: argparse.ArgumentParser = commands.add_parser(name, **words)
    parser.add_argument("--server", metavar="URL", help=f"default: ${SERVER}, else {LOCAL}")
    parser.add_argument("--token", help=f"who you are, as `me` says it (default: ${TOKEN})")
    parser.add_argument("--json", action="store_true", help="print what the API says, a line each")
    parser.set_defaults(run=lambda options: _run(visit, options))
    return parser


def show(value: Any, words: str, options: argparse.Namespace) -> None:
    """One line on stdout, at once: JSON, or words for people."""
    print(msgspec.json.encode(value).decode() if options.json else _harmless(words), flush=True)


def _harmless(words: str) -> str:
    """What other people wrote moves no cursor and sets no title of a terminal."""
    return "".join(
        one if one.isprintable() or one in JOINERS else "\N{REPLACEMENT CHARACTER}" for one in words
    )


def _run(visit: Visit, options: argparse.Namespace) -> int:
    try:
        return asyncio.run(_visit(visit, options))
    except BrokenPipeError:  # such as `| head`: nobody reads any more
        # Python flushes stdout once more at its end, and would print a traceback for that.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


async def _visit(visit: Visit, options: argparse.Namespace) -> int:
    server = options.server or os.environ.get(SERVER) or LOCAL
    given = options.token or os.environ.get(TOKEN) or ""
    async with Client(server, token=given, patience_s=PATIENCE_S) as client:
        status = await visit(client, options)
        if client.token and not given and options.tells_token:
            print(
                f"phosphene: to be the same person again: {TOKEN}={client.token}", file=sys.stderr
            )
        return status
