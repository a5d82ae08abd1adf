"""Between rows and structs; cursors. Events: ``event_log``."""

import hashlib
from typing import Any

import msgspec

from phosphene.base64url import decode_base64url, encode_base64url
from phosphene.errors import Unusable
from phosphene.model import Clip, Comment, Counts, Person

CLIP_COLUMNS = (
    "c.body, c.likes, c.comments, c.remixes, c.views, c.expires_at, c.withheld_for, p.handle"
)
CLIP_SOURCE = "clips AS c LEFT JOIN people AS p ON p.id = c.author"
WEIGHED_COLUMNS = (
    "c.body, coalesce(w.likes, 0), c.comments, coalesce(w.remixes, 0), coalesce(w.views, 0),"
    " c.expires_at, c.withheld_for, p.handle"
)
WEIGHED_SOURCE = f"{CLIP_SOURCE} LEFT JOIN weights AS w ON w.clip = c.id"
COMMENT_COLUMNS = (
    "c.id, c.clip, c.author, coalesce(p.handle, c.handle) AS handle, c.text, c.created_at,"
    " c.parent, c.edited_at, c.likes, c.replies"
)
COMMENT_SOURCE = "comments AS c LEFT JOIN people AS p ON p.id = c.author"
HELD_COLUMNS = (
    "c.id, c.clip, c.author, coalesce(p.handle, c.handle) AS handle, c.text, c.created_at,"
    " c.parent, NULL, 0, 0"
)
HELD_SOURCE = "held_comments AS c LEFT JOIN people AS p ON p.id = c.author"
# Enough that nobody guesses one: the server never reads a place that it did not write, so nobody
# can ask for ranges that no page has.
MAC_BYTES = 6

_encoder = msgspec.msgpack.Encoder()
_clip_decoder = msgspec.msgpack.Decoder(Clip)
_place_decoder = msgspec.msgpack.Decoder(tuple[float, str])


def clip_body(clip: Clip) -> bytes:
    """The clip's own fields; its counts, its end and whether it is withheld live in columns."""
    # What is only shown lies in one column as msgpack: a new field of a clip needs no migration.
    # What is searched, sorted or counted has a column of its own.
    own = msgspec.structs.replace(
        clip, counts=Counts(), expires_at=None, withheld=False, withheld_for=None
    )
    return _encoder.encode(own)


def clip_of(row: tuple[Any, ...]) -> Clip:
    """A clip from CLIP_COLUMNS, its author under the handle that the person has now."""
    body, likes, comments, remixes, views, expires_at, reason, handle = row
    clip = _clip_decoder.decode(body)
    author = clip.author if handle is None else Person(clip.author.id, handle)
    return msgspec.structs.replace(
        clip,
        author=author,
        counts=Counts(likes, comments, remixes, views),
        expires_at=expires_at,
        withheld=reason is not None,
        withheld_for=reason,
    )


def comment_of(row: tuple[Any, ...]) -> Comment:
    """A comment from COMMENT_COLUMNS."""
    id_, clip, author, handle, text, created_at, parent, edited_at, likes, replies = row
    return Comment(
        id=id_,
        clip=clip,
        author=Person(author, handle),
        text=text,
        created_at=created_at,
        parent=parent,
        edited_at=edited_at,
        likes=likes,
        replies=replies,
    )


def held_of(row: tuple[Any, ...]) -> Comment:
    """A comment that waits for an operator, from HELD_COLUMNS."""
    return msgspec.structs.replace(comment_of(row), held=True)


def make_cursor(epoch: str, listing: str, created_at: float, id_: str) -> str:
    """Names the last item of a page; only ``read_cursor`` of the same listing takes it back."""
    place = _encoder.encode((created_at, id_))
    return encode_base64url(_mac(epoch, listing, place) + place)


def read_cursor(epoch: str, listing: str, cursor: str | None) -> tuple[float, str]:
    """The place that a cursor names; the very beginning for None. Raises Unusable."""
    if cursor is None:
        return float("inf"), ""
    try:
        data = decode_base64url(cursor)
    except ValueError:
        raise Unusable("that cursor was not made here") from None
    mac, place = data[:MAC_BYTES], data[MAC_BYTES:]
    if mac != _mac(epoch, listing, place):
        raise Unusable("that cursor was not made here")
    return _place_decoder.decode(place)


def _mac(epoch: str, listing: str, place: bytes) -> bytes:
    key = epoch.encode()
    return hashlib.blake2b(listing.encode() + place, key=key, digest_size=MAC_BYTES).digest()
