"""What can be reported, and what is open of it. Each function is one piece of a transaction."""

from collections.abc import Sequence

from msgspec import Struct

from phosphene.model import Person
from phosphene.reports import SubjectKind
from phosphene.store import reads
from phosphene.store.connection import SqlConnection
from phosphene.store.people import find_by_id


class Subject(Struct, frozen=True):
    """Something that is there: whose it is, the clip that it is or is below, and what it says."""

    id: str
    clip: str
    author: Person
    text: str


def find_subject(cx: SqlConnection, kind: SubjectKind, subject: str) -> Subject:
    """What an id names, whoever may see it. Raises NotFound."""
    match kind:
        case "clip":
            clip = reads.clip(cx, subject)
            return Subject(clip.id, clip.id, clip.author, clip.text)
        case "comment":
            comment = reads.comment(cx, subject)
            return Subject(comment.id, comment.clip, comment.author, comment.text)
        case "person":
            person = find_by_id(cx, subject)
            row = cx.execute("SELECT about FROM profiles WHERE person = ?", (person.id,)).fetchone()
            return Subject(person.id, "", person, row[0] if row else "")


def open_reports(
    cx: SqlConnection, kind: SubjectKind, subject: str
) -> Sequence[tuple[str, str, str]]:
    """Id, reporter and reason of each report of something, the oldest first."""
    return cx.execute(
        "SELECT id, reporter, reason FROM reports WHERE kind = ? AND subject = ?"
        " AND state = 'open' ORDER BY at",
        (kind, subject),
    ).fetchall()


def answer_reports(cx: SqlConnection, comment_id: str) -> Sequence[tuple[str, str, str]]:
    """The same of the answers to a comment, in no order."""
    return cx.execute(
        "SELECT r.id, r.reporter, r.reason FROM comments AS c JOIN reports AS r"
        " ON r.kind = 'comment' AND r.subject = c.id AND r.state = 'open'"
        # Said twice, as in the schema: only then does SQLite use the partial index.
        " WHERE c.parent = ? AND c.parent IS NOT NULL",
        (comment_id,),
    ).fetchall()
