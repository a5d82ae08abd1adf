"""``phosphene watch``: what happens to a clip, or in the feed, line by line."""

import argparse
from pathlib import Path
from typing import Any, Final

from phosphene.cli.visit import add_command, show
from phosphene.client import Client
from phosphene.client.following import Told
from phosphene.errors import BadInput
from phosphene.events import (
    ClipBallot,
    ClipFailed,
    ClipFinished,
    ClipHidden,
    ClipProgress,
    ClipRemoved,
    ClipWaiting,
    CommentChanged,
    Commented,
    CommentLiked,
    CommentPinned,
    CommentRemoved,
    Event,
    InboxSeen,
    Liked,
    Noticed,
    Remixed,
    ViewersChanged,
)
from phosphene.model import FEED_TOPIC, Clip, clip_topic
from phosphene.social.protocol import Subscribed

CAME_TO_NOTHING: Final = 3
"""Exit status for a clip that failed, was stopped or was removed."""


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser = add_command(
        commands,
        "watch",
        _watch,
        help="print what happens to a clip, or in the feed, line by line",
        description="Ends with a clip: 0 it is done, 3 it failed, was stopped or removed. Lost "
        "connections come back by themselves, without a hole.",
    )
    parser.add_argument("clip", nargs="?", help="its id; without one the feed, for ever")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the finished MP4 there")
    parser.add_argument(
        "--plain", action="store_true", help="save it without the visible mark, as players get it"
    )
    parser.add_argument("--on", action="store_true", help="go on when the clip has ended")
    parser.set_defaults(tells_token=False)


async def _watch(client: Client, options: argparse.Namespace) -> int:
    if options.save and (options.on or not options.clip):
        raise BadInput("--save: of one clip, and without --on, as it is written at the end")
    topic = clip_topic(options.clip) if options.clip else FEED_TOPIC
    async with client.follow_topics(topic) as happenings:
        async for told in happenings:
            show(told, words(told), options)
            ended = None if options.on or not options.clip else status_of(told)
            if ended is not None:
                break
    if ended == 0 and options.save:
        await client.save_video(options.clip, options.save, plain=options.plain)
    return ended or 0


def status_of(told: Told) -> int | None:
    """The exit status that a message of a clip's topic ends with; None where it goes on. Pure."""
    if isinstance(told, Subscribed):
        return _end_of(told.snapshot.clip if told.snapshot else None)
    if isinstance(told.event, ClipFinished | ClipFailed):
        return _end_of(told.event.clip)
    gone = isinstance(told.event, ClipRemoved) and told.topic == clip_topic(told.event.clip)
    return CAME_TO_NOTHING if gone else None


def _end_of(clip: Clip | None) -> int | None:
    if clip is None or clip.status in {"queued", "live"}:
        return None
    return 0 if clip.status == "done" else CAME_TO_NOTHING


def words(told: Told) -> str:
    """A message for people. Pure."""
    if isinstance(told, Subscribed):
        clip = told.snapshot.clip if told.snapshot else None
        return f"{clip.status}: {clip.text}" if clip else "following the feed"
    return _event(told.event)


def _event(event: Event) -> str:
    match event:
        case ClipProgress():
            said = f"{event.percent:.0f} % (step {event.step} of {event.steps})"
        case ClipWaiting():
            said = f"number {event.place} in the line, about {event.wait_s:.0f} s"
        case ClipBallot():
            said = f"{len(event.proposals)} proposals to vote on"
        case ViewersChanged():
            said = f"{event.viewers} watch"
        case Liked():
            said = f"{event.by.handle} {'likes' if event.on else 'unlikes'} it: {event.likes} likes"
        case Commented():
            said = f"{event.comment.author.handle}: {event.comment.text}"
        case CommentChanged() | CommentRemoved() | CommentLiked() | CommentPinned():
            said = _of_comment(event)
        case Remixed():
            how = "forked" if event.fork else "remixed"
            said = f"{how} by {event.remix.author.handle}: {event.remix.id}"
        case ClipRemoved() | ClipHidden():
            why = "removed" if isinstance(event, ClipRemoved) else "hidden from everybody"
            said = f"{event.clip} was {why}"
        case Noticed():
            said = f"{event.notice.actor.handle} {event.notice.kind}: {event.unread} unread"
        case InboxSeen():
            said = f"{event.unread} unread"
        case _:
            said = f"{event.clip.id} {event.clip.status}: {event.clip.reason or event.clip.text}"
    return said


def _of_comment(event: CommentChanged | CommentRemoved | CommentLiked | CommentPinned) -> str:
    match event:
        case CommentChanged():
            return f"{event.comment.author.handle} wrote anew: {event.comment.text}"
        case CommentRemoved():
            return f"the comment {event.comment} was removed"
        case CommentLiked():
            return f"{event.likes} like the comment {event.comment}"
        case CommentPinned():
            pinned = event.comment
            return f"pinned: {pinned.text}" if pinned else "no comment is pinned"
