"""What becomes of a clip: recorded in the store, then told to everybody."""

import logging
import time

import msgspec

from phosphene.errors import Busy
from phosphene.events import ClipFailed, Publish, StoredEvent
from phosphene.failure_boundary import Backoff
from phosphene.metrics import Metrics
from phosphene.model import Clip, Status
from phosphene.store.store import Store
from phosphene.studio.active_clip import ActiveClip

# How often the store is tried again while it does not answer.
STORE_BACK_OFF_S = (0.1, 2.0)

log = logging.getLogger("phosphene.studio")


class ClipRecords:
    """For clips whose leases are held here."""

    def __init__(self, store: Store, publish: Publish, metrics: Metrics) -> None:
        self._store = store
        self._publish = publish
        self._metrics = metrics

    async def record_event(self, active: ActiveClip, clip: Clip, event: StoredEvent) -> None:
        """Record what became of a clip, however long the store does not answer.

        Raises:
            LeaseLost: it is another instance's by now.
        """
        backoff = Backoff(*STORE_BACK_OFF_S)
        while True:
            try:
                recorded = await self._store.change_clip(clip, event, active.lease.number)
            except Busy as error:
                if not backoff.failures:
                    log.warning("clip %s: %s; it is tried again", clip.id, error)
                await backoff.pause()
            else:
                await self._publish(recorded)
                return

    async def end_clip(self, active: ActiveClip, status: Status, reason: str) -> None:
        """Record how a clip ended without being done. Raises LeaseLost."""
        ended = msgspec.structs.replace(
            active.clip, status=status, reason=reason, finished_at=time.time()
        )
        log.info("clip %s %s: %s", ended.id, status, reason)
        await self.record_event(active, ended, ClipFailed(ended))
        active.ended = True
        self._metrics.clips.labels(status).inc()
