"""Who follows, mutes and blocks whom, and who is reached only by those whom they follow. Each
function is one piece of a transaction."""

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from phosphene.errors import Forbidden, NotFound
from phosphene.guest_names import guest_handle
from phosphene.model import Clip, Person
from phosphene.store.connection import SqlConnection

Relation = Literal["follow", "mute", "block"]
FOR_ALL: Final = "minors"
"""The name of what says that everybody here is protected."""
NOT_HERE: Final = "you cannot do this here"
"""What somebody is told who is blocked, or who blocks: not which of the two."""


class Relationship(Struct, frozen=True):
    """What two people are to each other: ``by`` whom it asks of the other, ``of`` the other way
    round."""

    by: frozenset[str]
    of: frozenset[str]

    @property
    def mutual(self) -> bool:
        """Whether each follows the other."""
        return "follow" in self.by and "follow" in self.of

    @property
    def blocked(self) -> bool:
        """Whether one of them blocks the other."""
        return "block" in self.by or "block" in self.of


STRANGERS: Final = Relationship(frozenset(), frozenset())


def set_relation(
    cx: SqlConnection, person_id: str, kind: Relation, other_id: str, on: bool, now: float
) -> bool:
    """Whether anything changed. Who blocks somebody follows them no more, and they them.

    Raises:
        Forbidden: a follow where one of the two blocks the other.
    """
    if on and kind == "follow":
        need_unblocked(cx, person_id, other_id)
        between = get_relationship(cx, other_id, person_id)
        need_contact(cx, other_id, person_id, between)
    if not on:
        return bool(_end(cx, person_id, kind, other_id))
    # Ended, and not only hidden: who is blocked would still be counted as a follower.
    if kind == "block":
        _end(cx, person_id, "follow", other_id)
        _end(cx, other_id, "follow", person_id)
    return bool(
        cx.execute(
            # INSERT OR IGNORE is SQLite's alone; this PostgreSQL knows too.
            "INSERT INTO relations (person, kind, other, at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (person_id, kind, other_id, now),
        ).rowcount
    )


def get_relationship(cx: SqlConnection, person_id: str, other_id: str) -> Relationship:
    # One statement on the primary key: every like asks.
    rows = cx.execute(
        "SELECT kind, 0 FROM relations WHERE person = ?1 AND other = ?2"
        " UNION ALL SELECT kind, 1 FROM relations WHERE person = ?2 AND other = ?1",
        (person_id, other_id),
    ).fetchall()
    if not rows:
        return STRANGERS
    by, of = (frozenset(kind for kind, way in rows if way == side) for side in (0, 1))
    return Relationship(by, of)


def need_unblocked(
    cx: SqlConnection, person_id: str, other_id: str, *, undoes: bool = False
) -> Relationship:
    """What two people are to each other. Raises Forbidden when one of them blocks the other, and
    nothing is taken back (``undoes``)."""
    between = get_relationship(cx, person_id, other_id)
    if between.blocked and not undoes:
        raise Forbidden(NOT_HERE)
    return between


def need_contact(cx: SqlConnection, person_id: str, actor_id: str, between: Relationship) -> None:
    """Whether somebody may say something to a person, who asks of them what ``between.by`` says: to
    a minor only whom they follow. Raises Forbidden."""
    if not may_contact(cx, person_id, actor_id, between):
        # The same words as of a block: no stranger learns that somebody is a minor.
        raise Forbidden(NOT_HERE)


def is_minor(cx: SqlConnection, person_id: str) -> bool:
    """Whether somebody is protected: marked as a minor, or everybody here is."""
    query = (
        "SELECT 1 FROM minors WHERE person = ?1 UNION ALL"
        " SELECT 1 FROM meta WHERE key = ?2 AND value = '1' LIMIT 1"
    )
    return cx.execute(query, (person_id, FOR_ALL)).fetchone() is not None


def may_contact(cx: SqlConnection, person_id: str, actor_id: str, between: Relationship) -> bool:
    """The same, without raising."""
    return person_id == actor_id or "follow" in between.by or not is_minor(cx, person_id)


def need_allowed(parent: Clip, person_id: str, between: Relationship) -> None:
    """Whether a person may remix and fork a clip, whose author is to them what ``between`` says.
    Raises Forbidden."""
    if parent.author.id == person_id or parent.remixing == "everyone":
        return
    if parent.remixing == "nobody":
        raise Forbidden("its author wants nobody to remix this clip")
    if not between.mutual:
        raise Forbidden("only those may remix this clip who its author follows and who follow them")


def following(cx: SqlConnection, person_id: str, kind: Relation, limit: int) -> Sequence[Person]:
    """Whom a person follows, mutes or blocks, the newest first."""
    rows = cx.execute(
        "SELECT r.other, p.handle FROM relations AS r LEFT JOIN people AS p ON p.id = r.other"
        " WHERE r.person = ? AND r.kind = ? ORDER BY r.at DESC, r.other LIMIT ?",
        (person_id, kind, limit),
    )
    return [_person(*row) for row in rows]


def followers(cx: SqlConnection, person_id: str, limit: int) -> Sequence[Person]:
    """Who follows a person, the newest first."""
    rows = cx.execute(
        "SELECT r.person, p.handle FROM relations AS r LEFT JOIN people AS p ON p.id = r.person"
        " WHERE r.other = ? AND r.kind = 'follow' ORDER BY r.at DESC, r.person LIMIT ?",
        (person_id, limit),
    )
    return [_person(*row) for row in rows]


def count(cx: SqlConnection, person_id: str) -> tuple[int, int]:
    """How many follow a person, and how many that person follows."""
    # Counted in the index and kept nowhere: a counter would be one more row that every follow
    # writes.
    followers_query = "SELECT count(*) FROM relations WHERE other = ? AND kind = 'follow'"
    following_query = "SELECT count(*) FROM relations WHERE person = ? AND kind = 'follow'"
    return (
        cx.execute(followers_query, (person_id,)).fetchone()[0],
        cx.execute(following_query, (person_id,)).fetchone()[0],
    )


def find_person(cx: SqlConnection, handle: str) -> Person:
    """The person who has a handle. Raises NotFound."""
    row = cx.execute("SELECT id, handle FROM people WHERE handle = ?", (handle,)).fetchone()
    if row is None:
        raise NotFound(f"nobody here is called @{handle}")
    return Person(*row)


def _end(cx: SqlConnection, person_id: str, kind: str, other_id: str) -> int:
    return cx.execute(
        "DELETE FROM relations WHERE person = ? AND kind = ? AND other = ?",
        (person_id, kind, other_id),
    ).rowcount


def _person(person_id: str, handle: str | None) -> Person:
    return Person(person_id, handle or guest_handle(person_id))
