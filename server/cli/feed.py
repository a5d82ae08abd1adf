"""``phosphene feed``: clips of a server, for you or the newest first."""

import argparse
from itertools import count
from typing import Any

from phosphene.cli.visit import add_command, show
from phosphene.client import Client
from phosphene.model import Clip


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser = add_command(commands, "feed", _feed, help="list the clips of a server")
    parser.add_argument("--latest", action="store_true", help="newest first, not For You")
    parser.add_argument("--limit", type=int, default=20, help="of clips (default: 20); 0: all")
    parser.set_defaults(tells_token=False)


async def _feed(client: Client, options: argparse.Namespace) -> int:
    clips = client.iterate_clips() if options.latest else client.iterate_feed()
    numbers = count(1)
    async for clip in clips:
        show(clip, line(clip), options)
        if next(numbers) == options.limit:
            break
    return 0


def line(clip: Clip) -> str:
    """A clip in one line."""
    counts = clip.counts
    return (
        f"{clip.id}  {clip.status:9}  {clip.seconds:2} s  {counts.likes:4} likes  "
        f"{counts.comments:4} comments  {clip.author.handle}: {clip.text}"
    )
