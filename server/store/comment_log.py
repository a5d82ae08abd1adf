"""What the log says of comments that were removed or written anew."""

from collections.abc import Set

from msgspec.structs import replace

from phosphene.events import CommentRemoved, Noticed
from phosphene.model import Comment
from phosphene.store.connection import SqlConnection
from phosphene.store.event_log import events_about, retell_event
from phosphene.store.retelling import with_words, without_comments


def erase_comments(cx: SqlConnection, clip_id: str, gone: Set[str], ids: Set[str]) -> None:
    """Nothing that these comments said can be read in the log any more; places there stay. ``ids``:
    their own and those of their answers, which notices name."""
    for place, event in events_about(cx, clip_id):
        told = without_comments(event, gone)
        if isinstance(event, Noticed) and event.notice.comment in ids:
            told = CommentRemoved(clip_id, event.notice.comment)
        if told is not None:
            retell_event(cx, place, told)


def reword(cx: SqlConnection, comment: Comment) -> None:
    """The log holds the words of a comment as they are."""
    for place, event in events_about(cx, comment.clip):
        told = with_words(event, comment)
        if isinstance(event, Noticed) and event.notice.comment == comment.id:
            told = replace(event, notice=replace(event.notice, text=comment.text))
        if told is not None:
            retell_event(cx, place, told)
