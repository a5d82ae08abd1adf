"""What the store knows of webhooks."""

from collections.abc import Callable, Collection, Mapping, Sequence

from phosphene.schemas import WEBHOOK_TEST, Webhook, WebhookDelivery, WebhookKind
from phosphene.store import webhook_queue, webhooks
from phosphene.store.transactions import TransactionRunner
from phosphene.store.webhooks import DueWebhook


class WebhookStore:
    """A part of the store; raises Busy when the database cannot be used. ``clock`` gives seconds
    since the epoch."""

    def __init__(
        self, write: TransactionRunner, read: TransactionRunner, clock: Callable[[], float]
    ) -> None:
        self._write = write
        self._read = read
        self._clock = clock

    async def add_webhook(self, hook: Webhook, secret: str) -> None:
        """Tell an address from now on. Raises Unprocessable: there are too many."""
        await self._write(webhooks.add_webhook, hook, secret)

    async def remove_webhook(self, webhook_id: str) -> None:
        """Tell an address no more. Raises NotFound."""
        await self._write(webhooks.remove_webhook, webhook_id)

    async def list_webhooks(self) -> Sequence[Webhook]:
        """All of them, the oldest first."""
        return await self._read(webhooks.webhooks)

    async def list_deliveries(self, webhook_id: str, limit: int) -> Sequence[WebhookDelivery]:
        """The newest messages of a webhook. Raises NotFound."""
        return await self._read(webhooks.deliveries, webhook_id, limit)

    async def put_message(self, kind: WebhookKind, clip: str = "", about: str = "") -> None:
        """Let webhooks be told of what is no event."""
        await self._write(webhook_queue.put_message, kind, clip, about)

    async def put_test(self, webhook_id: str) -> None:
        """Let one be told something of no consequence. Raises NotFound, Unprocessable."""
        await self._write(webhooks.put_test, webhook_id, WEBHOOK_TEST)

    async def next_due(self, busy: Collection[str]) -> float | None:
        """When the next message is to be sent to a webhook that is not busy; None while none is."""
        return await self._read(webhooks.next_due, busy)

    async def take_due(self, most: int, sending: Mapping[str, int]) -> Sequence[DueWebhook]:
        """Messages that are to be sent now, and by no other instance for a minute; with those that
        are being sent already at most so many to one webhook."""
        return await self._write(webhooks.take_due, self._clock(), most, sending)

    async def postpone_delivery(
        self, due: DueWebhook, status: int | None, why: str, until: float
    ) -> None:
        """Send a message later."""
        await self._write(webhooks.postpone_delivery, due, status, why, until)

    async def settle_delivery(
        self, due: DueWebhook, status: int | None, why: str = "", *, delivered: bool = True
    ) -> None:
        """A message was delivered, or is given up."""
        await self._write(webhooks.settle_delivery, due, status, why, delivered)

    async def end_webhook(self, webhook_id: str) -> None:
        """Send nothing more to an address that says it is gone."""
        await self._write(webhooks.end_webhook, webhook_id, self._clock())
