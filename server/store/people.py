"""The names that people have chosen. Each function is one piece of a transaction."""

from phosphene.errors import AlreadyTaken, NotFound
from phosphene.guest_names import guest_handle
from phosphene.model import Person, skeleton
from phosphene.store.connection import SqlConnection

MOST_FORMER = 10
"""So many names that somebody gave up lead to them."""
# Written as in the schema: only then does SQLite use the index.
SKELETON = (
    "rtrim(replace(replace(replace(replace(replace("
    "handle, 'm', 'rn'), '1', 'l'), '0', 'o'), '__', '_'), '__', '_'), '_')"
)


def find_person(cx: SqlConnection, person_id: str) -> Person | None:
    row = cx.execute("SELECT id, handle FROM people WHERE id = ?", (person_id,)).fetchone()
    return None if row is None else Person(*row)


def named(cx: SqlConnection, person: Person) -> Person:
    """The person under the handle chosen last, which an open socket may not know yet."""
    return find_person(cx, person.id) or person


def set_handle(cx: SqlConnection, person: Person) -> Person:
    alike = cx.execute(
        f"SELECT 1 FROM people WHERE {SKELETON} = ? AND id <> ?",
        (skeleton(person.handle), person.id),
    )
    if alike.fetchone() is not None:
        raise AlreadyTaken(f"the handle {person.handle}, or one that looks like it, is taken")
    _note_former(cx, person)
    cx.execute(
        "INSERT INTO people (id, handle) VALUES (?, ?)"
        " ON CONFLICT (id) DO UPDATE SET handle = excluded.handle",
        (person.id, person.handle),
    )
    return person


def find_by_any_handle(cx: SqlConnection, handle: str) -> Person:
    """The person who has a handle, else the last who had it. Raises NotFound."""
    for query in (
        "SELECT id, handle FROM people WHERE handle = ?",
        "SELECT p.id, p.handle FROM former_handles AS f JOIN people AS p ON p.id = f.person"
        " WHERE f.handle = ?",
    ):
        row = cx.execute(query, (handle,)).fetchone()
        if row is not None:
            return Person(*row)
    raise NotFound(f"nobody here is called @{handle}")


def find_by_id(cx: SqlConnection, person_id: str) -> Person:
    """Somebody by their id, also a guest who has chosen no name but who was here twice, or made or
    said something. Raises NotFound."""
    found = find_person(cx, person_id)
    if found is not None:
        return found
    known = cx.execute(
        "SELECT EXISTS (SELECT 1 FROM logins WHERE person = ?1)"
        " OR EXISTS (SELECT 1 FROM comments WHERE author = ?1)"
        " OR EXISTS (SELECT 1 FROM clips WHERE author = ?1)",
        (person_id,),
    ).fetchone()
    if not known[0]:
        raise NotFound("there is no such person")
    return Person(person_id, guest_handle(person_id))


def find_by_name(cx: SqlConnection, name: str) -> Person:
    """Somebody by what an address calls them: their handle, or ``~`` and their id. Raises
    NotFound."""
    if name.startswith("~"):
        return find_by_id(cx, name[1:])
    return find_by_any_handle(cx, name)


def _note_former(cx: SqlConnection, person: Person) -> None:
    """What the person was called until now leads to them."""
    cx.execute("DELETE FROM former_handles WHERE handle = ?", (person.handle,))
    before = find_person(cx, person.id)
    if before is None or before.handle == person.handle:
        return
    query = "SELECT coalesce(max(number), 0) + 1 FROM former_handles WHERE person = ?"
    (number,) = cx.execute(query, (person.id,)).fetchone()
    cx.execute(
        "INSERT INTO former_handles (handle, person, number) VALUES (?, ?, ?)",
        (before.handle, person.id, number),
    )
    # Else somebody could have every name lead to them.
    cx.execute(
        "DELETE FROM former_handles WHERE person = ? AND number <= ?",
        (person.id, number - MOST_FORMER),
    )
