"""Who asks for another look at a refusal, what comes of it, and the passes that it gives. Each
function is one piece of a transaction."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from phosphene.errors import AlreadyTaken, Forbidden, NotFound, TooMany, Unprocessable
from phosphene.guest_names import guest_handle
from phosphene.model import Person
from phosphene.refusal_appeals import (
    AGAIN,
    ONCE_S,
    OVERTURNED,
    NewRefusalAnswer,
    OwnRefusalAppeal,
    RefusalAnswered,
    RefusalAppeal,
    RefusalAppeals,
    RefusalAppealTotal,
    RefusalClaims,
    RefusalPass,
)
from phosphene.reports import ANSWER_S, APPEAL_S, Decider
from phosphene.store import decision_rows, inbox, roles
from phosphene.store.connection import SqlConnection

LISTED: Final = 200
OPEN_OF_ONE: Final = 3
"""So many appeals of one person may wait at a time."""
OPEN: Final = 5000
"""So many in all."""
KEPT_S: Final = 365 * 86400.0
"""So long one is kept after it was made, answered or not."""
GROUPS: Final = 1000
YEAR_S: Final = 365 * 86400.0
DAY_S: Final = 86400.0
COLUMNS: Final = (
    "SELECT a.id, a.person, p.handle, a.text, a.parent, a.words, a.rule, a.layer, a.stage,"
    " a.version, a.severe, a.matched, a.score, a.threshold, a.refused_at, a.at, a.state, a.again,"
    " a.note, a.answered_by, q.handle, a.answered_at, a.pass_until, a.pass_uses"
    " FROM refusal_appeals AS a LEFT JOIN people AS p ON p.id = a.person"
    " LEFT JOIN people AS q ON q.id = a.answered_by"
)


class KeptRefusal(Struct, frozen=True, kw_only=True):
    """What is kept of a refusal whose author asks for another look; of a severe rule neither
    ``text`` nor ``words`` nor what ``matched``."""

    claims: RefusalClaims
    text: str
    parent: str
    language: str
    words: str
    matched: tuple[str, ...]


def add_refusal_appeal(
    cx: SqlConnection, person: Person, kept: KeptRefusal, now: float
) -> OwnRefusalAppeal:
    """Ask for another look at a refusal.

    Raises:
        AlreadyTaken: this prompt was appealed already. TooMany: too many wait.
    """
    claims = kept.claims
    known = cx.execute(
        "SELECT id FROM refusal_appeals WHERE person = ? AND digest = ? AND rule = ? AND layer = ?",
        (person.id, claims.digest, claims.rule, claims.layer),
    ).fetchone()
    if known is not None:
        raise AlreadyTaken("another look at this prompt was asked for already")
    _need_room(cx, person.id)
    _insert(cx, person.id, kept, now)
    return own_refusal_appeal(cx, claims.id, person.id, now)


def _need_room(cx: SqlConnection, person_id: str) -> None:
    # Counted where they lie, and not in a window of time: who floods the desk waits until somebody
    # has looked.
    own = cx.execute(
        "SELECT count(*) FROM (SELECT 1 FROM refusal_appeals WHERE person = ? AND state = 'open'"
        " LIMIT ?) AS free",
        (person_id, OPEN_OF_ONE),
    ).fetchone()
    if own[0] >= OPEN_OF_ONE:
        raise TooMany(f"{OPEN_OF_ONE} appeals of one person wait at a time", DAY_S)
    if count_open(cx) >= OPEN:
        raise TooMany("the desk has as many appeals as it can look at", DAY_S)


def _insert(cx: SqlConnection, person_id: str, kept: KeptRefusal, now: float) -> None:
    claims = kept.claims
    # Said twice, in what is made of the prompt and here: of a severe rule no word is kept.
    text, words, matched = ("", "", ()) if claims.severe else (kept.text, kept.words, kept.matched)
    cx.execute(
        "INSERT INTO refusal_appeals (id, person, digest, text, parent, language, words, rule,"
        " layer, stage, version, severe, matched, score, threshold, refused_at, at, state, again,"
        " note, pass_uses)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', 0, '', 0)",
        (
            *(claims.id, person_id, claims.digest, text, kept.parent, kept.language, words),
            *(claims.rule, claims.layer, claims.stage, claims.version, int(claims.severe)),
            *(msgspec.json.encode(matched).decode(), claims.score, claims.threshold),
            *(float(claims.at), now),
        ),
    )


def ask_again(
    cx: SqlConnection, appeal_id: str, person: Person, words: str, now: float
) -> OwnRefusalAppeal:
    """Ask for a look by somebody else, once. Raises NotFound, Unprocessable, TooMany."""
    own = own_refusal_appeal(cx, appeal_id, person.id, now)
    if not own.may_ask_again:
        raise Unprocessable("somebody else looks once, within six months of the first answer")
    _need_room(cx, person.id)
    kept = "" if own.keeps == "hash" else words
    cx.execute(
        "UPDATE refusal_appeals SET state = 'open', again = 1, words = ?, at = ? WHERE id = ?",
        (kept, now, appeal_id),
    )
    return own_refusal_appeal(cx, appeal_id, person.id, now)


def own_refusal_appeal(
    cx: SqlConnection, appeal_id: str, person_id: str, now: float
) -> OwnRefusalAppeal:
    """Raises NotFound: there is none of theirs."""
    row = cx.execute(
        f"{COLUMNS} WHERE a.id = ? AND a.person = ?", (appeal_id, person_id)
    ).fetchone()
    if row is None:
        raise NotFound("no other look at this was asked for")
    return own_of(_appeal(now, *row))


def own_refusal_appeals(
    cx: SqlConnection, person_id: str, now: float
) -> Sequence[OwnRefusalAppeal]:
    """A person's, the newest first."""
    rows = cx.execute(
        f"{COLUMNS} WHERE a.person = ? ORDER BY a.at DESC, a.id DESC LIMIT ?", (person_id, LISTED)
    ).fetchall()
    return [own_of(_appeal(now, *row)) for row in rows]


def get_refusal_appeal(cx: SqlConnection, appeal_id: str, now: float) -> RefusalAppeal:
    """Raises NotFound."""
    row = cx.execute(f"{COLUMNS} WHERE a.id = ?", (appeal_id,)).fetchone()
    if row is None:
        raise NotFound(f"nobody asked for another look at {appeal_id}")
    return _appeal(now, *row)


def open_refusal_appeals(cx: SqlConnection, now: float) -> RefusalAppeals:
    """Those that wait: of each person the oldest before anybody's second."""
    rows = cx.execute(
        f"{COLUMNS} WHERE a.state = 'open' ORDER BY a.at, a.id LIMIT ?", (OPEN,)
    ).fetchall()
    # Of 5,000 that wait, only those that are shown are made: all of them took 0.13 s of CPU.
    shown = _in_turns(rows)[:LISTED]
    return RefusalAppeals([_appeal(now, *row) for row in shown], len(rows))


def _in_turns(rows: Sequence[Any]) -> Sequence[Any]:
    """Rows with each person's first before anybody's second, else in their order."""
    turns, counts = list[int](), Counter[str]()
    for _, person, *_ in rows:
        counts[person] += 1
        turns.append(counts[person])
    return [rows[at] for at in sorted(range(len(rows)), key=turns.__getitem__)]


def answered_refusal_appeals(cx: SqlConnection, now: float) -> RefusalAppeals:
    """The newest that were answered."""
    rows = cx.execute(
        f"{COLUMNS} WHERE a.state <> 'open' ORDER BY a.at DESC, a.id DESC LIMIT ?", (LISTED,)
    ).fetchall()
    return RefusalAppeals([_appeal(now, *row) for row in rows], count_open(cx))


def count_open(cx: SqlConnection) -> int:
    """How many wait."""
    row = cx.execute(
        "SELECT count(*) FROM (SELECT 1 FROM refusal_appeals WHERE state = 'open' LIMIT ?) AS free",
        (OPEN,),
    ).fetchone()
    return int(row[0])


def answer_refusal_appeal(
    cx: SqlConnection, appeal_id: str, answer: NewRefusalAnswer, by: Decider, now: float
) -> RefusalAnswered:
    """Say what comes of an appeal: who asked is told, and the prompt may have a pass. What becomes
    of the rule is ``refusal_store``'s.

    Raises:
        NotFound: there is none. AlreadyTaken: it has an answer. Forbidden: somebody else answers.
        Unprocessable: of a severe rule there is no pass, and no phrase.
    """
    appeal = get_refusal_appeal(cx, appeal_id, now)
    if appeal.state != "open":
        raise AlreadyTaken("this appeal was answered already")
    roles.need_right(cx, appeal.person, by)
    _need_another(cx, appeal, by)
    if appeal.keeps == "hash" and answer.outcome in OVERTURNED:
        raise Unprocessable("this rule has no exceptions: what it refuses is never drawn")
    until, uses = _pass_of(answer, now)
    cx.execute(
        "UPDATE refusal_appeals SET state = ?, note = ?, answered_by = ?, answered_at = ?,"
        " pass_until = ?, pass_uses = ? WHERE id = ?",
        (answer.outcome, answer.note, by.id, now, until, uses, appeal_id),
    )
    told = inbox.notify_owner(
        cx, appeal.person.id, "moderated", now, outcome="refusal", text=answer.note
    )
    return RefusalAnswered(get_refusal_appeal(cx, appeal_id, now), tuple(told))


def _pass_of(answer: NewRefusalAnswer, now: float) -> tuple[float | None, int]:
    if answer.outcome not in OVERTURNED:
        return None, 0
    if answer.days is None:
        return now + ONCE_S, 1
    return now + answer.days * DAY_S, -1


def _need_another(cx: SqlConnection, appeal: RefusalAppeal, by: Decider) -> None:
    """Whoever answered first does not look again, where there is somebody else who may. Raises
    Forbidden."""
    if not appeal.again or appeal.answered_by is None or by.id != appeal.answered_by.id:
        return
    if roles.may_another_decide(cx, by.id, appeal.person.id):
        raise Forbidden("you answered this: another moderator looks at it once more")


def find_passes(
    cx: SqlConnection, person_id: str, digest: str, now: float
) -> Sequence[RefusalPass]:
    """What no longer refuses a prompt of a person."""
    rows = cx.execute(
        "SELECT id, rule, layer FROM refusal_appeals WHERE person = ? AND digest = ?"
        " AND severe = 0 AND pass_uses <> 0 AND pass_until > ? LIMIT ?",
        (person_id, digest, now, LISTED),
    ).fetchall()
    return [RefusalPass(*row) for row in rows]


def spend_passes(cx: SqlConnection, appeals: Sequence[str], now: float) -> None:
    """The prompt of these appeals is drawn once. Raises AlreadyTaken: it was, meanwhile."""
    for appeal_id in appeals:
        spent = cx.execute(
            "UPDATE refusal_appeals SET pass_uses = CASE WHEN pass_uses > 0 THEN pass_uses - 1"
            " ELSE pass_uses END WHERE id = ? AND pass_uses <> 0 AND pass_until > ?",
            (appeal_id, now),
        ).rowcount
        if not spent:
            raise AlreadyTaken("the pass for this prompt was used already")


def refusal_appeal_totals(cx: SqlConnection, now: float) -> Sequence[RefusalAppealTotal]:
    """Appeals of refusals of the year before a time, by layer, language and what came of them."""
    rows = cx.execute(
        "SELECT layer, language, state, count(*),"
        " avg(CASE WHEN state <> 'open' THEN answered_at - at END) FROM refusal_appeals"
        " WHERE at > ? GROUP BY layer, language, state ORDER BY layer, language, state LIMIT ?",
        (now - YEAR_S, GROUPS),
    ).fetchall()
    return [RefusalAppealTotal(*row) for row in rows]


def forget_refusal_appeals(cx: SqlConnection, now: float, limit: int) -> bool:
    """Forget those that were made long ago; whether there may be more."""
    gone = cx.execute(
        "DELETE FROM refusal_appeals WHERE id IN"
        " (SELECT id FROM refusal_appeals WHERE at <= ? LIMIT ?)",
        (now - KEPT_S, limit),
    ).rowcount
    return gone == limit


def own_of(appeal: RefusalAppeal) -> OwnRefusalAppeal:
    """An appeal as its author sees it: without who decided."""
    shown = {name: getattr(appeal, name) for name in OwnRefusalAppeal.__struct_fields__}
    return OwnRefusalAppeal(**shown)


def _appeal(now: float, *row: Any) -> RefusalAppeal:
    id_, person, handle, text, parent, words, rule, layer, stage, version, severe = row[:11]
    matched, score, threshold, refused_at, at, state, again, note = row[11:19]
    by, by_handle, answered_at, until, uses = row[19:]
    in_time = answered_at is not None and now <= answered_at + APPEAL_S
    return RefusalAppeal(
        id=id_,
        person=Person(person, handle or guest_handle(person)),
        text=text,
        parent=parent,
        words=words,
        rule=rule,
        layer=layer,
        stage=stage,
        rules_version=version,
        keeps="hash" if severe else "prompt",
        matched=msgspec.json.decode(matched, type=tuple[str, ...]),
        score=score,
        threshold=threshold,
        refused_at=refused_at,
        at=at,
        state=state,
        again=bool(again),
        note=note,
        answered_by=decision_rows.somebody(by, by_handle),
        answered_at=answered_at,
        answer_by=at + ANSWER_S,
        pass_until=until,
        pass_uses=uses,
        may_ask_again=state in AGAIN and not again and in_time,
    )
