"""The log is kept short: who comes with a place before what is left of a topic gets a snapshot.

Each function is one bounded step within a transaction and says whether there may be more to do.
The last event of a topic stays, for the next one is numbered after it.
"""

from phosphene.model import clip_topic
from phosphene.store.connection import SqlConnection
from phosphene.store.event_log import event_of, mentioned

# Bounded, because a step holds the write lock, and a like waits behind it.
SPAN = 5000
"""Events that are looked at in one step, and removed."""

# Events have no time of their own: it would be eight bytes in each of millions, and an hour is
# close enough for ages of days.
MARK_S = 3600.0
"""How often it is noted how far the log has come."""

SEEN, FOLDED = "events_seen", "events_folded"
"""In ``meta``: up to which event this was done."""


def index_events(cx: SqlConnection, keep: int) -> bool:
    """Look at what is new in the log: note what the events of an earlier release mention, and
    leave each topic its newest ``keep`` events."""
    newest = _newest(cx)
    since = _done(cx, SEEN)
    upto = min(since + SPAN, newest)
    if upto <= since:
        return False
    _note_mentions(cx, since, upto)
    # Only topics with something new: what has not grown needs no look.
    topics = cx.execute(
        "SELECT DISTINCT topic FROM events WHERE id > ? AND id <= ?", (since, upto)
    ).fetchall()
    if sum(_leave_newest(cx, topic, keep) for (topic,) in topics):
        return True
    _note_done(cx, SEEN, upto)
    return upto < newest


def fold_events(cx: SqlConnection, now: float, age_s: float) -> bool:
    """Remove events older than ``age_s``."""
    _mark(cx, now)
    since = _done(cx, FOLDED)
    upto = min(since + SPAN, _event_at(cx, now - age_s))
    if upto <= since:
        return False
    tops = cx.execute(
        "SELECT topic, max(seq) FROM events WHERE id > ? AND id <= ? GROUP BY topic", (since, upto)
    ).fetchall()
    for topic, seq in tops:
        _remove_to(cx, topic, seq if _is_gone(cx, topic) else min(seq, _top(cx, topic) - 1))
    _note_done(cx, FOLDED, upto)
    return True


def _note_mentions(cx: SqlConnection, since: int, upto: int) -> None:
    rows = cx.execute(
        "SELECT id, topic, event FROM events WHERE id > ? AND id <= ? AND mentions IS NULL",
        (since, upto),
    ).fetchall()
    for place, topic, body in rows:
        event = event_of(body)
        mentions = "" if event is None else mentioned(topic, event)
        cx.execute("UPDATE events SET mentions = ? WHERE id = ?", (mentions, place))


def _leave_newest(cx: SqlConnection, topic: str, keep: int) -> bool:
    """Remove what is before the newest ``keep`` events of a topic; whether more is left there."""
    removed = cx.execute(
        "DELETE FROM events WHERE id IN (SELECT id FROM events WHERE topic = ? AND seq <= ?"
        " ORDER BY seq LIMIT ?)",
        (topic, _top(cx, topic) - keep, SPAN),
    ).rowcount
    return removed == SPAN


def _remove_to(cx: SqlConnection, topic: str, seq: int) -> None:
    cx.execute("DELETE FROM events WHERE topic = ? AND seq <= ?", (topic, seq))


def _is_gone(cx: SqlConnection, topic: str) -> bool:
    """Whether a topic is that of a clip that was removed."""
    prefix = clip_topic("")
    if not topic.startswith(prefix):
        return False
    clip_id = topic.removeprefix(prefix)
    return cx.execute("SELECT 1 FROM clips WHERE id = ?", (clip_id,)).fetchone() is None


def _mark(cx: SqlConnection, now: float) -> None:
    (last,) = cx.execute("SELECT max(at) FROM event_marks").fetchone()
    if last is None or now - last >= MARK_S:
        cx.execute(
            "INSERT INTO event_marks (at, event) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (now, _newest(cx)),
        )


def _event_at(cx: SqlConnection, at: float) -> int:
    """The last event that was there for certain at a time."""
    row = cx.execute(
        "SELECT at, event FROM event_marks WHERE at <= ? ORDER BY at DESC LIMIT 1", (at,)
    ).fetchone()
    if row is None:
        return 0
    cx.execute("DELETE FROM event_marks WHERE at < ?", (row[0],))
    return int(row[1])


def _top(cx: SqlConnection, topic: str) -> int:
    (seq,) = cx.execute("SELECT max(seq) FROM events WHERE topic = ?", (topic,)).fetchone()
    return int(seq or 0)


def _newest(cx: SqlConnection) -> int:
    return int(cx.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0])


def _done(cx: SqlConnection, name: str) -> int:
    row = cx.execute("SELECT value FROM meta WHERE key = ?", (name,)).fetchone()
    return 0 if row is None else int(row[0])


def _note_done(cx: SqlConnection, name: str, upto: int) -> None:
    cx.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (name, str(upto)),
    )
