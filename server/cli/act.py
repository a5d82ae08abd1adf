"""``phosphene me | create | like | comment``: what a visitor does."""

import argparse
import sys
from typing import Any

from phosphene.cli.visit import TOKEN, add_command, show
from phosphene.client import Client
from phosphene.errors import Refused
from phosphene.model import Clip


def register(commands: Any) -> None:
    """Add the commands to the parser."""
    me = add_command(commands, "me", _me, help="say your token, for `export $(phosphene me)`")
    me.set_defaults(tells_token=False)
    create = add_command(commands, "create", _create, help="ask for a clip, and say its id")
    create.add_argument("text", help="of the prompt")
    create.add_argument("--seconds", type=int, default=5, help="1 to 10 (default: 5)")
    create.add_argument("--remix", metavar="CLIP", help="of another clip, in these words")
    create.add_argument("--fork", metavar="CLIP", help="another end for a clip, from --second on")
    create.add_argument("--second", type=int, default=1, help="of the fork (default: 1)")
    create.add_argument("--model", help="that draws it (default: the server's first)")
    create.add_argument("--key", default="", help="names the wish: again it is granted once")
    create.set_defaults(tells_token=True)
    like = add_command(commands, "like", _like, help="like a clip; twice counts once")
    like.add_argument("clip", help="its id")
    like.add_argument("--undo", action="store_true", help="take the like back")
    like.set_defaults(tells_token=True)
    comment = add_command(commands, "comment", _comment, help="comment on a clip")
    comment.add_argument("clip", help="its id")
    comment.add_argument("text")
    comment.add_argument("--key", default="", help="names the comment: again it comments once")
    comment.set_defaults(tells_token=True)


async def _me(client: Client, options: argparse.Namespace) -> int:
    me = await client.read_me()
    show(me, f"{TOKEN}={client.token}", options)
    if not options.json:
        print(f"phosphene: you are {me.person.handle}", file=sys.stderr)
    return 0


async def _create(client: Client, options: argparse.Namespace) -> int:
    try:
        clip = await _asked_for(client, options)
    except Refused as error:
        if error.refusal.appeal_keeps:
            how = f"phosphene refusals appeal {error.refusal.id} TEXT"
            print(f"phosphene: to have it looked at once more: {how}", file=sys.stderr)
        raise
    show(clip, clip.id, options)
    return 0


async def _asked_for(client: Client, options: argparse.Namespace) -> Clip:
    if options.remix:
        return await client.remix_clip(options.remix, options.text, key=options.key)
    if options.fork:
        return await client.fork_clip(options.fork, options.second, options.text, key=options.key)
    return await client.create_clip(
        options.text, seconds=options.seconds, model=options.model, key=options.key
    )


async def _like(client: Client, options: argparse.Namespace) -> int:
    view = await (client.unlike_clip if options.undo else client.like_clip)(options.clip)
    show(view, f"{view.counts.likes} {'like' if view.counts.likes == 1 else 'likes'}", options)
    return 0


async def _comment(client: Client, options: argparse.Namespace) -> int:
    comment = await client.write_comment(options.clip, options.text, key=options.key)
    show(comment, f"{comment.author.handle}: {comment.text}", options)
    return 0
