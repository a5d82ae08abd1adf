"""What the desk changed in the rules. Each function is one piece of a transaction."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from phosphene.errors import JudgedBy, NotFound, Unprocessable
from phosphene.refusal_appeals import DeskRule, DeskRuleKind, LiveDeskRules, RuleLooks
from phosphene.reports import Decider
from phosphene.store.connection import SqlConnection
from phosphene.store.decision_rows import somebody
from phosphene.store.operator_deeds import note_deed

LISTED: Final = 200
MOST: Final = 2000
"""Changes that hold; each phrase is looked for in every prompt."""
VERSION: Final = "desk_rules"
"""In ``meta``: the number of the last change."""
COLUMNS: Final = (
    "SELECT d.seq, d.at, d.kind, d.rule, d.layer, d.phrase, d.made_by, p.handle, d.undone_at,"
    " d.undone_by, q.handle FROM desk_rules AS d LEFT JOIN people AS p ON p.id = d.made_by"
    " LEFT JOIN people AS q ON q.id = d.undone_by"
)


def add_desk_rule(
    cx: SqlConnection,
    kind: DeskRuleKind,
    rule: str,
    layer: JudgedBy,
    phrase: str,
    by: str,
    now: float,
    said: str,
) -> None:
    """Change the rules, and say so among the deeds. ``by``: a person's id, '' of a program or of
    who knows the operator's token. What holds already stays. Raises Unprocessable: there are too
    many."""
    live = cx.execute(
        "SELECT kind, phrase FROM desk_rules WHERE rule = ? AND layer = ? AND undone_at IS NULL"
        " LIMIT ?",
        (rule, layer, MOST),
    ).fetchall()
    if (kind, phrase) in [tuple(row) for row in live]:
        return
    count = cx.execute("SELECT count(*) FROM desk_rules WHERE undone_at IS NULL").fetchone()
    if count[0] >= MOST:
        raise Unprocessable(f"{MOST} changes of the rules at most: undo some, or edit the rules")
    row = cx.execute("SELECT seq FROM desk_rules ORDER BY seq DESC LIMIT 1").fetchone()
    cx.execute(
        "INSERT INTO desk_rules (seq, at, kind, rule, layer, phrase, made_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (row[0] + 1 if row else 1, now, kind, rule, layer, phrase, by),
    )
    _count_change(cx)
    deed = "rule asks" if kind == "ask" else "innocent phrase"
    note_deed(cx, by, deed, rule, now, said)


def undo_desk_rule(cx: SqlConnection, seq: int, by: Decider, now: float) -> DeskRule:
    """Take a change back. Raises NotFound: there is none that holds."""
    changed = cx.execute(
        "UPDATE desk_rules SET undone_at = ?, undone_by = ? WHERE seq = ? AND undone_at IS NULL",
        (now, by.id, seq),
    ).rowcount
    if not changed:
        raise NotFound(f"no change {seq} of the rules holds")
    _count_change(cx)
    found = _desk_rule(*cx.execute(f"{COLUMNS} WHERE d.seq = ?", (seq,)).fetchone())
    deed = "rule refuses again" if found.kind == "ask" else "innocent phrase taken back"
    note_deed(cx, by.id, deed, found.rule, now, found.phrase)
    return found


def list_desk_rules(cx: SqlConnection) -> Sequence[DeskRule]:
    """The newest first."""
    rows = cx.execute(f"{COLUMNS} ORDER BY d.seq DESC LIMIT ?", (LISTED,)).fetchall()
    return [_desk_rule(*row) for row in rows]


def desk_rules_version(cx: SqlConnection) -> int:
    """The number of the last change."""
    row = cx.execute("SELECT value FROM meta WHERE key = ?", (VERSION,)).fetchone()
    return int(row[0]) if row else 0


def live_desk_rules(cx: SqlConnection) -> LiveDeskRules:
    """All that holds, and the number of the last change."""
    rows = cx.execute(
        "SELECT kind, rule, layer, phrase FROM desk_rules WHERE undone_at IS NULL"
        " ORDER BY seq LIMIT ?",
        (MOST,),
    ).fetchall()
    return LiveDeskRules(
        desk_rules_version(cx),
        tuple(phrase for kind, _, _, phrase in rows if kind == "phrase"),
        frozenset((rule, layer) for kind, rule, layer, _ in rows if kind == "ask"),
    )


def looks_at(cx: SqlConnection, rule: str, layer: JudgedBy) -> RuleLooks:
    """What came of the looks at a rule since somebody last took back what these had changed."""
    row = cx.execute(
        "SELECT max(undone_at) FROM desk_rules WHERE rule = ? AND layer = ? AND kind = 'ask'",
        (rule, layer),
    ).fetchone()
    since = row[0] or 0.0
    rows = cx.execute(
        "SELECT state, count(*) FROM refusal_appeals WHERE rule = ? AND layer = ?"
        " AND answered_at > ? AND state <> 'open' GROUP BY state",
        (rule, layer, since),
    ).fetchall()
    people = cx.execute(
        "SELECT count(DISTINCT person) FROM refusal_appeals WHERE rule = ? AND layer = ?"
        " AND answered_at > ? AND state IN ('right', 'once', 'rule')",
        (rule, layer, since),
    ).fetchone()
    counts = {str(state): int(count) for state, count in rows}
    return msgspec.convert({**counts, "people": int(people[0])}, RuleLooks)


def _count_change(cx: SqlConnection) -> None:
    cx.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (VERSION, str(desk_rules_version(cx) + 1)),
    )


def _desk_rule(
    seq: int,
    at: float,
    kind: Any,
    rule: str,
    layer: Any,
    phrase: str,
    by: str,
    handle: Any,
    undone_at: Any,
    undone_by: Any,
    undone_handle: Any,
) -> DeskRule:
    return DeskRule(
        seq=seq,
        at=at,
        kind=kind,
        rule=rule,
        layer=layer,
        phrase=phrase,
        made_by=somebody(by, handle),
        undone_at=undone_at,
        undone_by=somebody(undone_by, undone_handle),
    )
