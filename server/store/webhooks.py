"""Webhooks: whom the instance tells of what happens here, and the messages that are to be sent.
Each function is one piece of a transaction.

A message is put down in the transaction of what it tells of, so none is lost and none tells of what
did not happen. It names a clip or a comment and holds no words and no person, so that nothing that
somebody deletes is left in it.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final, get_args

from msgspec import Struct

from phosphene.errors import NotFound, Unprocessable
from phosphene.schemas import Webhook, WebhookDelivery, WebhookKind
from phosphene.store.connection import SqlConnection
from phosphene.store.webhook_queue import put_for

MOST: Final = 20
"""Webhooks of an instance."""
KEPT: Final = 500
"""Messages of a webhook of which it is known what came of them."""
CLAIM_S: Final = 60.0
"""Longer than a message takes with all its patience: then its instance is gone."""
COLUMNS: Final = "id, url, kinds, created_at, ended_at, waiting, dropped"


class DueWebhook(Struct, frozen=True, kw_only=True):
    """A message that is to be sent now: ``begun_at`` is when it was first tried, in seconds since
    the epoch; ``clip`` and ``about`` (a comment, or the rule of a refusal) are empty where it tells
    of none; ``attempts``: how often it was tried before."""

    number: int
    webhook: str
    url: str
    secret: str
    kind: str
    clip: str
    about: str
    begun_at: float
    attempts: int


def message_id(webhook_id: str, number: int) -> str:
    """By what the receiver of a message knows it again."""
    return f"msg_{webhook_id}_{number}"


def add_webhook(cx: SqlConnection, hook: Webhook, secret: str) -> None:
    """Tell an address from now on. Raises Unprocessable: there are too many."""
    if cx.execute("SELECT count(*) FROM webhooks").fetchone()[0] >= MOST:
        raise Unprocessable(f"{MOST} webhooks at most: remove one first")
    cx.execute(
        "INSERT INTO webhooks (id, url, signing_key, kinds, created_at) VALUES (?, ?, ?, ?, ?)",
        (hook.id, hook.url, secret, f" {' '.join(hook.events)} ", hook.created_at),
    )


def remove_webhook(cx: SqlConnection, webhook_id: str) -> None:
    """Tell an address no more. Raises NotFound."""
    _need(cx, webhook_id)
    cx.execute("DELETE FROM webhook_deliveries WHERE webhook = ?", (webhook_id,))
    cx.execute("DELETE FROM webhooks WHERE id = ?", (webhook_id,))


def webhooks(cx: SqlConnection) -> list[Webhook]:
    """All of them, the oldest first."""
    return [_webhook(row) for row in cx.execute(f"SELECT {COLUMNS} FROM webhooks ORDER BY id")]


def deliveries(cx: SqlConnection, webhook_id: str, limit: int) -> list[WebhookDelivery]:
    """The newest messages of a webhook. Raises NotFound: there is no such webhook."""
    _need(cx, webhook_id)
    rows = cx.execute(
        "SELECT id, kind, due_at, begun_at, attempts, status, why, delivered"
        " FROM webhook_deliveries WHERE webhook = ? ORDER BY id DESC LIMIT ?",
        (webhook_id, limit),
    )
    return [_delivery(webhook_id, *row) for row in rows]


def put_test(cx: SqlConnection, webhook_id: str, kind: str) -> None:
    """Let one webhook be told something of no consequence. Raises NotFound, Unprocessable: it
    ended."""
    _need(cx, webhook_id)
    row = cx.execute("SELECT ended_at FROM webhooks WHERE id = ?", (webhook_id,)).fetchone()
    if row[0] is not None:
        raise Unprocessable("this webhook said that it is gone: add it anew")
    put_for(cx, webhook_id, kind)


def next_due(cx: SqlConnection, busy: Collection[str]) -> float | None:
    """When the next message is to be sent to a webhook that is not busy."""
    times = list[float]()
    for webhook_id in _open_webhooks(cx, busy):
        row = cx.execute(
            "SELECT due_at FROM webhook_deliveries WHERE webhook = ? AND due_at IS NOT NULL"
            " ORDER BY due_at LIMIT 1",
            (webhook_id,),
        ).fetchone()
        times += [] if row is None else [float(row[0])]
    return min(times, default=None)


def take_due(
    cx: SqlConnection, now: float, most: int, sending: Mapping[str, int]
) -> list[DueWebhook]:
    """Messages that are to be sent now, and by nobody else for a minute; with those that this
    instance is ``sending`` already at most so many to one webhook."""
    full = [webhook_id for webhook_id, count in sending.items() if count >= most]
    taken = list[DueWebhook]()
    for webhook_id in _open_webhooks(cx, full):
        taken += _take_due_of(cx, webhook_id, now, most - sending.get(webhook_id, 0))
    return taken


def _take_due_of(cx: SqlConnection, webhook_id: str, now: float, limit: int) -> list[DueWebhook]:
    rows = cx.execute(
        "SELECT d.id, d.webhook, (SELECT w.url FROM webhooks AS w WHERE w.id = d.webhook),"
        " (SELECT w.signing_key FROM webhooks AS w WHERE w.id = d.webhook), d.kind, d.clip,"
        " d.about, coalesce(d.begun_at, ?), d.attempts FROM webhook_deliveries AS d"
        " WHERE d.webhook = ? AND d.due_at <= ? ORDER BY d.due_at LIMIT ?",
        (now, webhook_id, now, limit),
    ).fetchall()
    due = [DueWebhook(**dict(zip(DueWebhook.__struct_fields__, row, strict=True))) for row in rows]
    for one in due:
        cx.execute(
            "UPDATE webhook_deliveries SET due_at = ?, begun_at = ? WHERE id = ?",
            (now + CLAIM_S, one.begun_at, one.number),
        )
    return due


def _open_webhooks(cx: SqlConnection, busy: Collection[str]) -> list[str]:
    rows = cx.execute("SELECT id FROM webhooks WHERE ended_at IS NULL ORDER BY id")
    return [id_ for (id_,) in rows if id_ not in busy]


def postpone_delivery(
    cx: SqlConnection, due: DueWebhook, status: int | None, why: str, until: float
) -> None:
    """Send a message later."""
    cx.execute(
        # Unless another instance took it for left behind, or the address has said that it is gone.
        "UPDATE webhook_deliveries SET due_at = ?, attempts = ?, status = ?, why = ?"
        " WHERE id = ? AND due_at IS NOT NULL",
        (until, due.attempts + 1, status, why, due.number),
    )


def settle_delivery(
    cx: SqlConnection, due: DueWebhook, status: int | None, why: str, delivered: bool
) -> None:
    """A message was delivered, or is given up."""
    settled = cx.execute(
        "UPDATE webhook_deliveries SET due_at = NULL, attempts = ?, status = ?, why = ?,"
        " delivered = ? WHERE id = ? AND due_at IS NOT NULL",
        (due.attempts + 1, status, why, int(delivered), due.number),
    ).rowcount
    if not settled:  # another instance took it for left behind, and was told the same
        return
    cx.execute("UPDATE webhooks SET waiting = waiting - 1 WHERE id = ?", (due.webhook,))
    cx.execute(
        "DELETE FROM webhook_deliveries WHERE webhook = ?1 AND due_at IS NULL AND id <= (SELECT id"
        " FROM webhook_deliveries WHERE webhook = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        (due.webhook, KEPT),
    )


def end_webhook(cx: SqlConnection, webhook_id: str, now: float) -> None:
    """Send nothing more to an address that says it is gone."""
    cx.execute(
        "UPDATE webhooks SET ended_at = coalesce(ended_at, ?), waiting = 0 WHERE id = ?",
        (now, webhook_id),
    )
    cx.execute(
        "UPDATE webhook_deliveries SET due_at = NULL, why = 'gone'"
        " WHERE webhook = ? AND due_at IS NOT NULL",
        (webhook_id,),
    )


def _need(cx: SqlConnection, webhook_id: str) -> None:
    if not cx.execute("SELECT 1 FROM webhooks WHERE id = ?", (webhook_id,)).fetchone():
        raise NotFound(f"no webhook {webhook_id}")


def _webhook(row: tuple[Any, ...]) -> Webhook:
    id_, url, kinds, created_at, ended_at, waiting, dropped = row
    # Of a newer release there may be one that this one does not know.
    events = [kind for kind in get_args(WebhookKind) if kind in kinds.split()]
    return Webhook(
        id=id_,
        url=url,
        events=events,
        created_at=created_at,
        ended_at=ended_at,
        waiting=waiting,
        dropped=dropped,
    )


def _delivery(
    webhook_id: str,
    number: int,
    kind: str,
    due_at: float | None,
    begun_at: float | None,
    attempts: int,
    status: int | None,
    why: str,
    delivered: int,
) -> WebhookDelivery:
    return WebhookDelivery(
        id=message_id(webhook_id, number),
        event=kind,
        state="waiting" if due_at is not None else "delivered" if delivered else "failed",
        attempts=attempts,
        begun_at=begun_at,
        due_at=due_at or None,
        status=status,
        why=why,
    )
