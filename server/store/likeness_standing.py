"""What counts between the owner of a likeness and who uses it, and what the owners of all in a clip
say now. Each function is one piece of a transaction."""

import msgspec

from phosphene.consent.card import Card
from phosphene.consent.likeness import Likeness
from phosphene.consent.refusal import refuse_use
from phosphene.consent.terms import (
    ASK_S,
    DrawnFrom,
    LikenessTerms,
    UseStanding,
    UseVerdict,
    UseWords,
    decide_together,
    decide_use,
)
from phosphene.store.connection import SqlConnection
from phosphene.store.likeness_portraits import agreed_entry
from phosphene.store.relations import get_relationship, is_minor


def get_likeness(cx: SqlConnection, owner: str) -> Likeness:
    """What somebody lends; of who does not lend, that nothing is."""
    row = cx.execute(
        "SELECT level, checked_by, checked_at, card, terms, grant_seq FROM likenesses"
        " WHERE owner = ?",
        (owner,),
    ).fetchone()
    if row is None:
        return Likeness()
    level, checked_by, checked_at, card, terms, grant = row
    return Likeness(
        level=level,
        checked_by=checked_by,
        checked_at=checked_at,
        card=msgspec.json.decode(card, type=Card) if card else None,
        terms=msgspec.json.decode(terms, type=LikenessTerms),
        grant=grant,
    )


def get_standing(
    cx: SqlConnection,
    owner: str,
    user: str,
    now: float,
    *,
    purpose: str = "",
    ask: str = "",
    drawn_from: DrawnFrom = "card",
) -> tuple[UseStanding, str]:
    """What counts between an owner and a user now, for what is ``drawn_from`` that, and the ask
    that its ``answer`` is of: the newest for that ``purpose``, or this ``ask``."""
    between = get_relationship(cx, owner, user)
    row = cx.execute(
        "SELECT allowed FROM likeness_people WHERE owner = ? AND person = ?", (owner, user)
    ).fetchone()
    found, answer = _answer(cx, owner, user, purpose, ask, now)
    lent = get_likeness(cx, owner)
    standing = UseStanding(
        owner=owner,
        user=user,
        level=lent.level,
        terms=lent.terms,
        grant=lent.grant,
        approved=row is not None and bool(row[0]),
        barred=row is not None and not row[0],
        mutual=between.mutual,
        blocked=between.blocked,
        user_minor=user != owner and is_minor(cx, user),
        owner_minor=is_minor(cx, owner),
        answer=answer,
        drawn_from=drawn_from,
        portrait=agreed_entry(cx, owner, now) if drawn_from == "portrait" else 0,
    )
    return standing, found


def check_clip(cx: SqlConnection, clip_id: str, now: float) -> tuple[UseVerdict, ...]:
    """What the owners of all likenesses in a clip say at this moment; empty: it shows nobody."""
    rows = cx.execute(
        "SELECT owner, person, ask, reading, portrait_seq FROM likeness_uses WHERE clip = ?",
        (clip_id,),
    ).fetchall()
    if not rows:
        return ()
    withdrawn = is_withdrawn(cx, clip_id)
    return tuple(_verdict_now(cx, use, withdrawn=withdrawn, now=now) for use in rows)


def need_uses(cx: SqlConnection, clip_id: str, now: float) -> None:
    """Whether everybody in a clip still says yes, before more people see it. Raises Refused."""
    if decide_together(check_clip(cx, clip_id, now)) != "yes":
        raise refuse_use(())


def owners_in(cx: SqlConnection, clip_id: str) -> list[str]:
    """Whose likenesses a clip shows."""
    rows = cx.execute(
        "SELECT DISTINCT owner FROM likeness_uses WHERE clip = ?", (clip_id,)
    ).fetchall()
    return [row[0] for row in rows]


def is_owner_in(cx: SqlConnection, clip_id: str, person_id: str) -> bool:
    """Whether a clip shows this person."""
    query = "SELECT 1 FROM likeness_uses WHERE clip = ? AND owner = ? LIMIT 1"
    return cx.execute(query, (clip_id, person_id)).fetchone() is not None


def is_withdrawn(cx: SqlConnection, clip_id: str) -> bool:
    """Whether somebody in a clip took it back."""
    query = "SELECT 1 FROM withholdings WHERE clip = ? AND reason = 'consent'"
    return cx.execute(query, (clip_id,)).fetchone() is not None


def use_ask(cx: SqlConnection, ask_id: str) -> None:
    """What was answered with yes is used: it was for one clip."""
    if ask_id:
        cx.execute("UPDATE likeness_asks SET state = 'used', text = '' WHERE id = ?", (ask_id,))


def _verdict_now(
    cx: SqlConnection, use: tuple[str, str, str, str, int], *, withdrawn: bool, now: float
) -> UseVerdict:
    owner, person, ask, reading, portrait = use
    drawn_from: DrawnFrom = "portrait" if portrait else "card"
    standing, _ = get_standing(cx, owner, person, now, ask=ask, drawn_from=drawn_from)
    standing = msgspec.structs.replace(standing, withdrawn=withdrawn)
    return decide_use(standing, msgspec.json.decode(reading, type=UseWords), now)


def _answer(
    cx: SqlConnection, owner: str, user: str, purpose: str, ask: str, now: float
) -> tuple[str, bool | None]:
    if ask:
        row = cx.execute("SELECT id, state FROM likeness_asks WHERE id = ?", (ask,)).fetchone()
        # What was used once was a yes to this clip, and is one until it is taken back.
        return ask, row is not None and row[1] in {"yes", "used"}
    if not purpose:
        return "", None
    row = cx.execute(
        "SELECT id, state FROM likeness_asks WHERE owner = ? AND person = ? AND purpose = ?"
        " AND at > ? ORDER BY at DESC LIMIT 1",
        (owner, user, purpose, now - ASK_S),
    ).fetchone()
    if row is None or row[1] in {"open", "used"}:
        return "", None
    return str(row[0]), row[1] == "yes"
