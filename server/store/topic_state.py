"""What a topic is about when somebody begins to follow it."""

from msgspec import Struct

from phosphene.model import Clip, Comment, Position


class TopicState(Struct, frozen=True, kw_only=True):
    """What a topic is about, and its place, both of the same moment: events after ``at`` are
    exactly those that the rest does not show. ``clip`` is None for the feed's topic."""

    at: Position
    clip: Clip | None = None
    liked: bool = False
    comments: tuple[Comment, ...] = ()
    pinned: Comment | None = None
    liked_comments: tuple[str, ...] = ()
