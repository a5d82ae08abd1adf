"""What somebody is not shown: clips and words of those whom they block or mute, or who block them.

What is told live to everybody in a topic is one frame for all: pages leave out what ``GET
/v1/me/hidden`` names.
"""

from collections.abc import Awaitable, Callable

import msgspec

from phosphene.model import Clip, Comment, Page

HiddenFrom = Callable[[str], Awaitable[frozenset[str]]]
"""Ids of the people whom a person is not shown."""


def without(page: Page, hidden: frozenset[str]) -> Page:
    """The page without clips of these people."""
    return msgspec.structs.replace(page, clips=visible(page.clips, hidden)) if hidden else page


def visible(clips: tuple[Clip, ...], hidden: frozenset[str]) -> tuple[Clip, ...]:
    return tuple(clip for clip in clips if clip.author.id not in hidden)


def heard(comments: tuple[Comment, ...], hidden: frozenset[str]) -> tuple[Comment, ...]:
    """The comments that are not of these people."""
    return tuple(one for one in comments if one.author.id not in hidden)
