"""What was told of comments and clips, told anew: no words of a removed one, and those of a changed
comment as they are. Pure."""

from collections.abc import Set

from msgspec.structs import replace

from phosphene.events import (
    ClipChanged,
    ClipFailed,
    ClipFinished,
    ClipQueued,
    ClipRemoved,
    ClipStarted,
    ClipSteered,
    CommentChanged,
    Commented,
    CommentPinned,
    CommentRemoved,
    Event,
    Remixed,
    StoredEvent,
)
from phosphene.model import Comment


def comment_in(event: object) -> Comment | None:
    """The comment whose words an event holds."""
    match event:
        case Commented(comment=comment) | CommentChanged(comment=comment):
            return comment
        case CommentPinned(comment=comment):
            return comment
        case _:
            return None


def without_comments(event: Event, gone: Set[str]) -> StoredEvent | None:
    """What an event says once comments, with their answers, are gone; None: the same as before."""
    held = comment_in(event)
    if held is not None and (held.id in gone or held.parent in gone):
        return CommentRemoved(held.clip, held.id, held.parent)
    return None


def with_words(event: Event, comment: Comment) -> StoredEvent | None:
    """What an event says once a comment has other words; None: the same as before."""
    held = comment_in(event)
    if held is None or held.id != comment.id:
        return None
    assert isinstance(event, Commented | CommentChanged | CommentPinned)
    return replace(event, comment=replace(held, text=comment.text, edited_at=comment.edited_at))


def without_clip(event: Event, gone: str) -> ClipRemoved | None:
    """What an event says once a clip is not to be seen any more; None: it does not tell of it."""
    match event:
        case Remixed(remix=remix, remixes=count) if remix.id == gone:
            return ClipRemoved(gone, count)
        case (
            ClipQueued()
            | ClipStarted()
            | ClipSteered()
            | ClipFinished()
            | ClipFailed()
            | ClipChanged()
        ) if event.clip.id == gone:
            return ClipRemoved(gone)
        case _:
            return None
