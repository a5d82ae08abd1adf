"""Blobs whose audience has changed, or that nobody needs: each is to move, or to go. It is noted in
the transaction of the change. Each function is one piece of a transaction."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from phosphene.blobs.blobs import AUDIENCES, Audience
from phosphene.store.connection import SqlConnection
from phosphene.store.references import without_owner


class BlobMove(Struct, frozen=True):
    """For whom a blob is by now; None: it is to go. ``turn``: how often that was noted."""

    blob: str
    turn: int
    audience: Audience | None


def list_moves(cx: SqlConnection, most: int, after: str = "") -> list[BlobMove]:
    """Some of what is to be done, by name, of those behind a name."""
    rows = cx.execute(
        "SELECT blob, turn FROM blob_moves WHERE blob > ? ORDER BY blob LIMIT ?", (after, most)
    ).fetchall()
    found = [BlobMove(blob, turn, audience_of_blob(cx, blob)) for blob, turn in rows]
    needless = {one.blob for one in found if one.audience is None}
    # What nobody is known to need may be needed after all, as long as not everything is indexed;
    # then nobody is to read it, and the sweep lets it go.
    gone = set(without_owner(cx, sorted(needless)))
    unsure = needless - gone
    return [replace(one, audience="withheld") if one.blob in unsure else one for one in found]


def audience_of_blob(cx: SqlConnection, blob: str) -> Audience | None:
    """The widest of the audiences of the clips that need it; None: there is none."""
    rows = cx.execute(
        "SELECT c.visibility, c.withheld_for FROM blob_references AS r"
        " JOIN clips AS c ON c.id = r.clip WHERE r.blob = ?",
        (blob,),
    ).fetchall()
    found = {"withheld" if reason is not None else visibility for visibility, reason in rows}
    return next((audience for audience in AUDIENCES if audience in found), None)


def finish_moves(cx: SqlConnection, done: Sequence[BlobMove]) -> None:
    """These are where they belong, but for those that were noted once more meanwhile."""
    cx.executemany(
        "DELETE FROM blob_moves WHERE blob = ? AND turn = ?",
        [(one.blob, one.turn) for one in done],
    )
