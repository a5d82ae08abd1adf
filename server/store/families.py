"""What was made of a clip that was taken away: held with it, each by a decision of its own, and
freed one by one. And what is not drawn again. Each function is one piece of a transaction."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from phosphene.errors import AlreadyTaken
from phosphene.events import Recorded
from phosphene.ids import new_id
from phosphene.model import Clip, Recipe, WithheldReason, recipe_digest
from phosphene.reports import Decision
from phosphene.store import decision_rows, inbox, reads
from phosphene.store.connection import SqlConnection

FEW: Final = 20
"""Clips that are held in one transaction: each takes several statements."""
LISTED: Final = 200
Withhold = Callable[[SqlConnection, str, WithheldReason, float], list[Recorded]]
"""Keeps a clip from everybody; gives what was recorded. Raises AlreadyTaken."""


def forbid_recipe(cx: SqlConnection, clip: Clip, decision_id: str) -> None:
    """The same words with the same seed are not drawn again."""
    if clip.recipe is None:
        return
    cx.execute(
        "INSERT INTO withheld_recipes (digest, decision) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (recipe_digest(clip.recipe), decision_id),
    )


def allow_recipe(cx: SqlConnection, decision_id: str) -> None:
    """A decision was taken back: what it forbade may be drawn."""
    cx.execute("DELETE FROM withheld_recipes WHERE decision = ?", (decision_id,))


def is_forbidden(cx: SqlConnection, recipe: Recipe) -> bool:
    """Whether a clip of this recipe was taken away."""
    row = cx.execute(
        "SELECT 1 FROM withheld_recipes WHERE digest = ? LIMIT 1", (recipe_digest(recipe),)
    ).fetchone()
    return row is not None


def hold_some(
    cx: SqlConnection, decision_id: str, now: float, withhold: Withhold
) -> tuple[list[Recorded], bool]:
    """Hold some of what was made of a clip that was taken away, what is on air first; what was
    recorded, and whether there is more."""
    cause = decision_rows.get_decision(cx, decision_id)
    left = [] if cause.undone_at is not None else _unheld(cx, cause)
    recorded = [one for clip_id in left[:FEW] for one in _hold(cx, clip_id, cause, now, withhold)]
    if len(left) <= FEW:
        cx.execute("UPDATE decisions SET family = 0 WHERE id = ?", (decision_id,))
    return recorded, len(left) > FEW


def hold_on(cx: SqlConnection, now: float, withhold: Withhold) -> tuple[list[Recorded], bool]:
    """Go on with what a stop interrupted."""
    row = cx.execute("SELECT id FROM decisions WHERE family = 1 ORDER BY at LIMIT 1").fetchone()
    return hold_some(cx, row[0], now, withhold) if row else ([], False)


def held_clips(cx: SqlConnection) -> list[Decision]:
    """What is held and nobody has looked at yet, the oldest first."""
    rows = cx.execute(
        f"{decision_rows.COLUMNS} WHERE d.action = 'hold' AND d.undone_at IS NULL AND d.final = 0"
        " ORDER BY d.at, d.id LIMIT ?",
        (LISTED,),
    ).fetchall()
    return [decision_rows.decision_of(*row) for row in rows]


def end_hold(cx: SqlConnection, clip_id: str, by: str, now: float) -> bool:
    """Somebody has looked at a clip that was held, and decided of it; whether it was."""
    ended = cx.execute(
        "UPDATE decisions SET undone_at = ?, undone_by = ? WHERE kind = 'clip' AND subject = ?"
        " AND action = 'hold' AND undone_at IS NULL",
        (now, by, clip_id),
    ).rowcount
    return bool(ended)


def is_held_once_more(cx: SqlConnection, decision: Decision) -> bool:
    """Whether a held clip is held by another decision, too."""
    row = cx.execute(
        "SELECT 1 FROM decisions WHERE kind = 'clip' AND subject = ? AND action = 'hold'"
        " AND undone_at IS NULL AND id <> ? LIMIT 1",
        (decision.subject, decision.id),
    ).fetchone()
    return row is not None


def _unheld(cx: SqlConnection, cause: Decision) -> Sequence[str]:
    """What was made of a clip, and of that, and was not held for that decision yet."""
    known = {
        row[0]
        for row in cx.execute(
            "SELECT subject FROM decisions WHERE cause = ? AND cause <> ''", (cause.id,)
        )
    }
    found, todo = dict[str, str](), [cause.subject]
    while todo:
        rows = cx.execute(
            # Said twice, as in the schema: only then does SQLite use the partial index.
            "SELECT id, status FROM clips WHERE parent = ? AND parent IS NOT NULL",
            (todo.pop(),),
        ).fetchall()
        new = [row for row in rows if row[0] not in found]
        found |= dict(new)
        todo += [clip_id for clip_id, _ in new]
    left = [clip_id for clip_id in found if clip_id not in known]
    return sorted(left, key=lambda clip_id: found[clip_id] not in {"queued", "live"})


def _hold(
    cx: SqlConnection, clip_id: str, cause: Decision, now: float, withhold: Withhold
) -> list[Recorded]:
    clip = reads.clip(cx, clip_id)
    recorded = list[Recorded]()
    with suppress(AlreadyTaken):  # of another clip that it was made of
        recorded += withhold(cx, clip_id, "family", now)
    cx.execute(
        "INSERT INTO decisions (id, kind, subject, clip, author, action, reason, note, decided_by,"
        " at, final, ground, reference, cause)"
        " VALUES (?, 'clip', ?, ?, ?, 'hold', ?, '', '', ?, 0, ?, ?, ?)",
        (
            *(new_id(now), clip_id, clip_id, clip.author.id, cause.reason, now),
            *(cause.ground, cause.reference, cause.id),
        ),
    )
    told = {"clip": clip_id, "text": clip.text, "outcome": "hold"}
    return recorded + inbox.notify_owner(cx, clip.author.id, "moderated", now, **told)
