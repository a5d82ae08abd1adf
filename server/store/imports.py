"""What people bring along from other instances. Each function is one piece of a transaction."""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from phosphene.errors import Forbidden, NotFound
from phosphene.model import Clip
from phosphene.store import clip_rows, references
from phosphene.store.connection import SqlConnection

IndexClip = Callable[[SqlConnection, Clip], None]
"""Lets a clip be found."""
LISTED: Final = 500
IMPORTED: Final = "imported"
"""Where a lease would say who draws a clip."""


class ImportedRecipe(Struct, frozen=True):
    """A clip of elsewhere that can be drawn again. ``at``: when it was made there, in seconds since
    the epoch."""

    id: str
    text: str
    seconds: int
    seed: int
    at: float


class ImportedRecipes(Struct, frozen=True):
    """The newest first, 500 at most."""

    recipes: Sequence[ImportedRecipe]


def claim_archive(cx: SqlConnection, person_id: str, origin: str, now: float) -> None:
    """Whoever brings an archive first is who it is of. Raises Forbidden: somebody else has."""
    row = cx.execute("SELECT person FROM imports WHERE origin = ?", (origin,)).fetchone()
    # Of somebody of this very instance it is theirs.
    here = cx.execute("SELECT 1 FROM people WHERE id = ?", (origin,)).fetchone()
    if (row and row[0] != person_id) or (here and origin != person_id):
        raise Forbidden("this archive is somebody else's")
    cx.execute(
        "INSERT INTO imports (origin, person, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (origin, person_id, now),
    )


def imported_as(cx: SqlConnection, person_id: str, origin: str) -> str | None:
    """What became of a clip of elsewhere: its id here, '' of a recipe; None: it was not brought."""
    query = "SELECT clip FROM imported_clips WHERE person = ? AND origin = ?"
    row = cx.execute(query, (person_id, origin)).fetchone()
    if row is not None:
        return str(row[0])
    # Of this very instance: it is still there.
    own = cx.execute("SELECT id FROM clips WHERE id = ? AND author = ?", (origin, person_id))
    row = own.fetchone()
    return None if row is None else str(row[0])


def add_film(cx: SqlConnection, clip: Clip, origin: str, index: IndexClip) -> None:
    """A finished clip of elsewhere; nobody is told: it is not new."""
    if imported_as(cx, clip.author.id, origin) is not None:
        return
    clip_rows.insert_clip(cx, clip, None, clip.id, IMPORTED)
    references.index(cx, clip)
    index(cx, clip)
    cx.execute(
        "INSERT INTO imported_clips (person, origin, clip) VALUES (?, ?, ?)",
        (clip.author.id, origin, clip.id),
    )


def add_recipe(cx: SqlConnection, person_id: str, recipe: ImportedRecipe) -> None:
    if imported_as(cx, person_id, recipe.id) is not None:
        return
    cx.execute(
        "INSERT INTO imported_recipes (person, id, text, seconds, seed, at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (person_id, recipe.id, recipe.text, recipe.seconds, recipe.seed, recipe.at),
    )
    cx.execute(
        "INSERT INTO imported_clips (person, origin, clip) VALUES (?, ?, '')",
        (person_id, recipe.id),
    )


def imported_recipes(cx: SqlConnection, person_id: str) -> list[ImportedRecipe]:
    rows = cx.execute(
        "SELECT id, text, seconds, seed, at FROM imported_recipes WHERE person = ?"
        " ORDER BY id DESC LIMIT ?",
        (person_id, LISTED),
    )
    return [ImportedRecipe(*row) for row in rows]


def drop_recipe(cx: SqlConnection, person_id: str, recipe_id: str) -> None:
    """Raises NotFound."""
    query = "DELETE FROM imported_recipes WHERE person = ? AND id = ?"
    if not cx.execute(query, (person_id, recipe_id)).rowcount:
        raise NotFound(f"no recipe {recipe_id} of yours")
