"""Lets webhooks be told of something, in the transaction of what happened: so none is lost, and
none tells of what did not happen.

A message names a clip or a comment and holds no words and no person: nothing that somebody deletes
is left in it.
"""

import time
from typing import Final

from phosphene.store.connection import SqlConnection

MOST_WAITING: Final = 10_000
"""Messages that wait for one address: one that is down for days must not fill the database."""


def put_message(cx: SqlConnection, kind: str, clip: str = "", about: str = "") -> None:
    """Let each webhook be told that wants this kind. ``about``: a comment, or a refusal's rule."""
    wanting = cx.execute(
        "SELECT id, waiting FROM webhooks WHERE ended_at IS NULL AND kinds LIKE ?", (f"% {kind} %",)
    ).fetchall()
    for webhook_id, waiting in wanting:
        if waiting >= MOST_WAITING:
            cx.execute("UPDATE webhooks SET dropped = dropped + 1 WHERE id = ?", (webhook_id,))
        else:
            put_for(cx, webhook_id, kind, clip, about)


def put_for(cx: SqlConnection, webhook_id: str, kind: str, clip: str = "", about: str = "") -> None:
    """Let one webhook be told."""
    cx.execute("UPDATE webhooks SET waiting = waiting + 1 WHERE id = ?", (webhook_id,))
    cx.execute(
        "INSERT INTO webhook_deliveries (id, webhook, kind, clip, about, due_at)"
        " SELECT max(free.id), ?, ?, ?, ?, 0 FROM (SELECT coalesce(max(id), 0) + 1 AS id"
        " FROM webhook_deliveries UNION ALL SELECT ?) AS free",
        (webhook_id, kind, clip, about, time.time_ns() // 1000),
    )
