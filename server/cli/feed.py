"""``phosphene feed``: clips of a server, for you or the newest first."""

import argparse
from importlib import import_module
from itertools import count
from typing import Any

from phosphene.cli.options import add_settings
from phosphene.cli.visit import add_command, show
from phosphene.client import Client
from phosphene.model import Clip


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser = add_command(commands, "feed", _feed, help="list the clips of a server")
    parser.add_argument("--latest", action="store_true", help="newest first, not For You")
    parser.add_argument("--limit", type=int, default=20, help="of clips (default: 20); 0: all")
    parser.set_defaults(tells_token=False)
    more = parser.add_subparsers(metavar="replay", required=False)
    replay = more.add_parser(
        "replay", help="what other weights would have done to the sessions of the last days"
    )
    replay.add_argument("--weights", required=True, metavar="FILE", help="TOML, see docs/feed.md")
    replay.add_argument("--days", type=float, default=7, help="that are looked at (default: 7)")
    add_settings(replay, "data", "feed_weights")
    replay.set_defaults(run=_replay)


async def _feed(client: Client, options: argparse.Namespace) -> int:
    clips = client.iterate_clips() if options.latest else client.iterate_feed()
    numbers = count(1)
    async for clip in clips:
        show(clip, line(clip), options)
        if next(numbers) == options.limit:
            break
    return 0


def _replay(options: argparse.Namespace) -> int:
    # By name and late: who lists clips needs no numpy.
    return int(import_module("phosphene.cli.feed_replay").run(options))


def line(clip: Clip) -> str:
    """A clip in one line."""
    counts = clip.counts
    return (
        f"{clip.id}  {clip.status:9}  {clip.seconds:2} s  {counts.likes:4} likes  "
        f"{counts.comments:4} comments  {clip.author.handle}: {clip.text}"
    )
