"""What people report: each function is one piece of a transaction."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from phosphene.errors import NotFound, Unusable
from phosphene.guest_names import guest_handle
from phosphene.ids import new_id
from phosphene.model import Person
from phosphene.reports import Case, NewReport, Receipt, Report, SubjectKind
from phosphene.store import fast_lane, people, reactions, reads, repeats, roles
from phosphene.store.connection import SqlConnection
from phosphene.store.subjects import Subject, find_subject

LISTED: Final = 200
"""Reports in one list."""
FIRST: Final = frozenset({"intimate", "child_safety"})
"""What is looked at before all else."""
COUNTED: Final = 10_000
"""More open reports than these are not counted."""
RECEIPT: Final = (
    "SELECT r.id, r.kind, r.subject, r.reason, r.words, r.at, r.state, d.action, d.at, p.handle,"
    " r.unlawful, d.id"
    " FROM reports AS r LEFT JOIN decisions AS d ON d.id = r.decision AND r.state = 'decided'"
    " LEFT JOIN people AS p ON r.kind = 'person' AND p.id = r.subject"
)


def add_report(
    cx: SqlConnection, new: NewReport, reporter: Person, now: float
) -> tuple[Receipt, str | None]:
    """Keep a report; of one that is still open the words are replaced. Its receipt, and of a new
    one whose it is about.

    Raises:
        NotFound: the reporter sees no such thing. Unusable: it is their own.
    """
    subject = _seen(cx, new, reporter)
    if subject.author.id == reporter.id:
        raise Unusable("this is your own: you can delete it")
    report_id = new_id(now)
    row = cx.execute(
        "INSERT INTO reports (id, reporter, kind, subject, clip, author, reason, words, at, state,"
        " unlawful, name, email, good_faith, priority)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?)"
        # Said once more it is said better: one person is one voice, however often they press.
        " ON CONFLICT (reporter, kind, subject) WHERE state = 'open'"
        " DO UPDATE SET reason = excluded.reason, words = excluded.words,"
        " unlawful = excluded.unlawful, name = excluded.name, email = excluded.email,"
        " good_faith = excluded.good_faith, priority = excluded.priority RETURNING id",
        (
            *(report_id, reporter.id, new.kind, subject.id, subject.clip, subject.author.id),
            *(new.reason, new.words, now, int(new.unlawful), new.name, new.email),
            *(int(new.good_faith), _priority(cx, new, reporter.id)),
        ),
    ).fetchone()
    if row[0] != report_id:
        return receipt(cx, row[0], reporter.id), None
    if new.kind == "clip":
        reactions.add_reaction(cx, reporter.id, subject.id, "report", None, True, now)
    return receipt(cx, report_id, reporter.id), subject.author.id


def receipt(cx: SqlConnection, report_id: str, reporter_id: str) -> Receipt:
    """A report as its reporter sees it. Raises NotFound: it is not theirs."""
    row = cx.execute(f"{RECEIPT} WHERE r.id = ? AND r.reporter = ?", (report_id, reporter_id))
    found = row.fetchone()
    if found is None:
        raise NotFound(f"no report {report_id} of yours")
    return _receipt(*found)


def receipts(cx: SqlConnection, reporter_id: str) -> list[Receipt]:
    """All of a person, the newest first."""
    rows = cx.execute(
        f"{RECEIPT} WHERE r.reporter = ? ORDER BY r.at DESC, r.id DESC LIMIT ?",
        (reporter_id, LISTED),
    )
    return [_receipt(*row) for row in rows]


def cases(cx: SqlConnection) -> tuple[list[Case], int]:
    """What the open reports are about that come first, and how many are open."""
    rows = cx.execute(
        "SELECT r.kind, r.subject, r.id, r.reporter, p.handle, r.reason, r.words, r.at,"
        " r.unlawful, r.name, r.email, r.good_faith"
        " FROM reports AS r LEFT JOIN people AS p ON p.id = r.reporter"
        " WHERE r.state = 'open' ORDER BY r.priority DESC, r.at, r.id LIMIT ?",
        (LISTED,),
    ).fetchall()
    found: dict[tuple[SubjectKind, str], list[Report]] = {}
    for kind, subject, *said in rows:
        found.setdefault((kind, subject), []).append(_report(cx, *said))
    counted = "SELECT count(*) FROM (SELECT 1 FROM reports WHERE state = 'open' LIMIT ?) AS c"
    total = cx.execute(counted, (COUNTED,)).fetchone()[0]
    return [case for key, some in found.items() for case in _case(cx, *key, some)], total


def _seen(cx: SqlConnection, new: NewReport, reporter: Person) -> Subject:
    if new.kind == "person":
        person = people.find_by_name(cx, new.subject.removeprefix("@"))
        return find_subject(cx, "person", person.id)
    subject = find_subject(cx, new.kind, new.subject)
    reads.check_seen(cx, subject.clip, reporter.id)
    # One that waits for an operator is read by one anyway, and is seen by its author only.
    if new.kind == "comment" and reads.comment(cx, subject.id).held:
        raise NotFound(f"no comment {subject.id}")
    return subject


def _case(
    cx: SqlConnection, kind: SubjectKind, subject: str, reports: list[Report]
) -> Iterator[Case]:
    try:
        found = find_subject(cx, kind, subject)
    except NotFound:
        return  # an earlier release beside this one removed it, and knows no reports
    yield Case(
        kind=kind,
        subject=subject,
        clip=found.clip,
        author=found.author,
        text=found.text,
        reports=reports,
        hidden=kind == "clip" and fast_lane.is_hidden(cx, subject),
        earlier=repeats.count_decided(cx, found.author.id, reports[0].at),
    )


def _report(cx: SqlConnection, *row: Any) -> Report:
    id_, reporter, handle, reason, words, at, unlawful, name, email, good_faith = row
    return Report(
        id=id_,
        reporter=Person(reporter, handle or guest_handle(reporter)),
        reason=reason,
        words=words,
        at=at,
        unlawful=bool(unlawful),
        name=name,
        email=email,
        good_faith=bool(good_faith),
        flagger=roles.is_flagger(cx, reporter),
        unfounded=repeats.count_unfounded(cx, reporter, at),
    )


def _receipt(*row: Any) -> Receipt:
    id_, kind, subject, reason, words, at, state, action, decided_at, handle, unlawful, by = row
    told = {"id": id_, "kind": kind, "subject": handle or subject, "reason": reason}
    rest = {"words": words, "at": at, "state": state, "action": action, "decided_at": decided_at}
    more = {"unlawful": bool(unlawful), "decision": by if action == "dismiss" else None}
    return msgspec.convert(told | rest | more, Receipt)


def _priority(cx: SqlConnection, new: NewReport, reporter_id: str) -> int:
    if new.reason in FIRST:
        return 2
    return int(roles.is_flagger(cx, reporter_id))
