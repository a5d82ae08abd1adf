"""``phosphene search``: clips of a server, and people, by words."""

import argparse
from itertools import count
from typing import Any

from phosphene.cli.feed import line
from phosphene.cli.visit import add_command, show
from phosphene.client import Client


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser = add_command(commands, "search", _search, help="find clips and people by words")
    parser.add_argument("words", nargs="*", help="all of which have to fit")
    parser.add_argument("--tag", action="append", default=[], help="such as subject:fox")
    parser.add_argument("--newest", action="store_true", help="newest first, not the best")
    parser.add_argument("--people", action="store_true", help="people, not clips")
    parser.add_argument("--limit", type=int, default=20, help="of clips (default: 20); 0: all")
    parser.set_defaults(tells_token=False)


async def _search(client: Client, options: argparse.Namespace) -> int:
    text = " ".join(options.words)
    if options.people:
        for person in (await client.search(text)).people:
            show(person, f"@{person.handle}", options)
        return 0
    numbers = count(1)
    async for clip in client.iterate_search(text, tags=options.tag, newest=options.newest):
        show(clip, line(clip), options)
        if next(numbers) == options.limit:
            break
    return 0
