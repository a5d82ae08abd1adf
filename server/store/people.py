"""The names that people have chosen. Each function is one piece of a transaction."""

from sqlite3 import Connection

from phosphene.errors import AlreadyTaken
from phosphene.model import Person, skeleton

# Written as in the schema: only then does SQLite use the index.
SKELETON = (
    "rtrim(replace(replace(replace(replace(replace("
    "handle, 'm', 'rn'), '1', 'l'), '0', 'o'), '__', '_'), '__', '_'), '_')"
)


def find_person(cx: Connection, person_id: str) -> Person | None:
    row = cx.execute("SELECT id, handle FROM people WHERE id = ?", (person_id,)).fetchone()
    return None if row is None else Person(*row)


def named(cx: Connection, person: Person) -> Person:
    """The person under the handle chosen last, which an open socket may not know yet."""
    return find_person(cx, person.id) or person


def set_handle(cx: Connection, person: Person) -> Person:
    alike = cx.execute(
        f"SELECT 1 FROM people WHERE {SKELETON} = ? AND id <> ?",
        (skeleton(person.handle), person.id),
    )
    if alike.fetchone() is not None:
        raise AlreadyTaken(f"the handle {person.handle}, or one that looks like it, is taken")
    cx.execute(
        "INSERT INTO people (id, handle) VALUES (?, ?)"
        " ON CONFLICT (id) DO UPDATE SET handle = excluded.handle",
        (person.id, person.handle),
    )
    return person
