"""Sends what webhooks are to be told, while ``run`` runs."""

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

from phosphene.due_work import DueWork
from phosphene.errors import Refusal
from phosphene.events import ClipFailed, ClipFinished, ClipRemoved, Commented, StoredEvent
from phosphene.failure_boundary import boundary, hold
from phosphene.metrics import Metrics
from phosphene.settings import Settings
from phosphene.store.webhook_store import WebhookStore
from phosphene.store.webhooks import DueWebhook, message_id
from phosphene.trust.origins import origin_of
from phosphene.trust.public_network import (
    PATIENCE_S,
    NotReached,
    OutboundAnswer,
    OutboundClient,
)
from phosphene.webhooks.message import compose_body, sign_message

EACH: Final = 4
"""So many are sent to one address at once: one that is slow keeps no other waiting."""
# As Standard Webhooks 1.0 has them: after them a message is given up, three days after the first.
PAUSES_S: Final = (5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 50400.0, 72000.0, 86400.0)
# So that a receiver that comes back is not asked for everything in one moment.
JITTER: Final = 0.1
GONE: Final = 410
TOLD: Final = (ClipFailed, ClipFinished, ClipRemoved, Commented)
"""Events of which webhooks are told."""

Post = Callable[[str, Mapping[str, str], bytes], Awaitable[OutboundAnswer]]
"""Posts a body to an address. Raises NotReached."""

log = logging.getLogger("phosphene.webhooks")


@asynccontextmanager
async def open_webhooks(
    store: WebhookStore, settings: Settings, metrics: Metrics
) -> AsyncIterator["WebhookSender"]:
    """The sender of an instance, whose ``run`` is to run meanwhile."""
    allowed, base_url = settings.webhook_origins.split(), settings.public_url.rstrip("/")
    async with OutboundClient(allowed, PATIENCE_S) as client:
        yield WebhookSender(store, client.post, time.time, base_url, metrics.count_webhook)


class WebhookSender:
    """``clock`` gives seconds since the epoch; ``base_url``: the site's, or empty."""

    def __init__(
        self,
        store: WebhookStore,
        post: Post,
        clock: Callable[[], float],
        base_url: str,
        count_outcome: Callable[[str], None],
    ) -> None:
        self._store = store
        self._post = post
        self._clock = clock
        self._base_url = base_url
        self._count_outcome = count_outcome
        self._wake = asyncio.Event()
        self._sending: Counter[str] = Counter()
        self._work = DueWork(self._next_due, self._take_due, clock, self._wake)

    def wake_up(self) -> None:
        """Something may be there to be sent."""
        self._wake.set()

    def heed_event(self, event: StoredEvent) -> None:
        """This instance has recorded an event, and with it what webhooks are told of it."""
        if isinstance(event, TOLD):
            self._wake.set()

    async def tell_refused(self, refusal: Refusal) -> None:
        """Tell by which rule a prompt was refused, and nothing of its words."""
        # Whoever was refused is told so, whatever becomes of this.
        with boundary("webhooks"):
            await self._store.put_message("prompt.refused", about=refusal.rule)
            self._wake.set()

    async def run(self) -> None:
        """Send whatever is to be sent, for ever."""
        await self._work.run()

    async def _next_due(self) -> float | None:
        busy = [webhook for webhook, count in self._sending.items() if count >= EACH]
        return await self._store.next_due(busy)

    async def _take_due(self, tasks: asyncio.TaskGroup) -> None:
        for one in await self._store.take_due(EACH, dict(self._sending)):
            self._sending[one.webhook] += 1
            # Each in a boundary of its own: an address that fails is no other's.
            tasks.create_task(hold("webhooks", partial(self._deliver, one)))

    async def _deliver(self, due: DueWebhook) -> None:
        try:
            await self._send(due)
        finally:
            self._sending[due.webhook] -= 1
            self._wake.set()

    async def _send(self, due: DueWebhook) -> None:
        body = compose_body(due, self._base_url)
        try:
            answer = await self._post(due.url, sign_message(due, body, self._clock()), body)
        except NotReached as error:
            await self._retry(due, None, str(error))
            return
        if 200 <= answer.status < 300:
            await self._store.settle_delivery(due, answer.status)
            self._count_outcome("delivered")
        elif answer.status == GONE:
            log.warning("webhook %s says that it is gone: nothing more is sent there", due.webhook)
            await self._store.end_webhook(due.webhook)
            self._count_outcome("gone")
        else:
            await self._retry(due, answer.status, f"status {answer.status}")

    async def _retry(self, due: DueWebhook, status: int | None, why: str) -> None:
        message, origin = message_id(due.webhook, due.number), origin_of(due.url)
        log.warning("message %s to %s failed: %s", message, origin, why)
        pause_s = pause_after(due.attempts)
        if pause_s is None:
            await self._store.settle_delivery(due, status, why, delivered=False)
        else:
            until = self._clock() + pause_s * (1.0 + JITTER * random.random())
            await self._store.postpone_delivery(due, status, why, until)
        self._count_outcome("failed")


def pause_after(attempts: int) -> float | None:
    """Seconds until a message is sent again that failed so often before this time; None: it is
    given up."""
    return PAUSES_S[attempts] if attempts < len(PAUSES_S) else None
