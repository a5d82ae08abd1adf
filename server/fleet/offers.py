"""The line that instances share: clips of this instance that wait there for a worker to claim."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from redis.asyncio import Redis

from server.boundary import hold
from server.bus.connection import Away, ask
from server.fleet import names
from server.fleet.blob_messages import Parcels, Undeliverable
from server.fleet.outbox import Outbox
from server.fleet.waiting import within
from server.render import messages
from server.render.dispatch.job import Job

REST_S: Final = 0.1
OFFER_S: Final = 1.0
"""A clip that nobody claims within this time goes back: another instance's was faster."""


class Offers:
    """A ``SharedLine``. ``room`` says how many clips the workers would take, ``weights`` is the
    fingerprint of theirs."""

    def __init__(
        self,
        instance: str,
        redis: Redis,
        parcels: Parcels,
        outbox: Outbox,
        put_back: Callable[[Job], None],
        keep_home: Callable[[Job, str], None],
        room: Callable[[], int],
        tasks: asyncio.TaskGroup,
    ) -> None:
        self.weights = ""
        self._instance = instance
        self._redis = redis
        self._parcels = parcels
        self._outbox = outbox
        self._put_back = put_back
        self._keep_home = keep_home
        self._room = room
        self._tasks = tasks
        self._open: dict[str, tuple[Job, asyncio.Event]] = {}

    def offer(self, job: Job, *, urgent: bool) -> bool:
        if self._room() <= len(self._open) or job.clip in self._open:
            return False
        settled = asyncio.Event()
        self._open[job.clip] = job, settled
        offering = hold("offer", partial(self._hold, job, settled, urgent), job.clip)
        self._tasks.create_task(offering, name=f"offer {job.clip}")
        return True

    def withdraw(self, clip: str) -> Job | None:
        job, settled = self._open.pop(clip, (None, None))
        if settled is not None:
            settled.set()
        return job

    def offered(self) -> Sequence[Job]:
        return tuple(job for job, _ in self._open.values())

    async def _hold(self, job: Job, settled: asyncio.Event, urgent: bool) -> None:
        key = names.jobs(self.weights, urgent=urgent)
        try:
            place = await self._post(key, job)
        except Undeliverable as error:
            if self.withdraw(job.clip) is not None:
                self._keep_home(job, f"no other machine can be told of it: {error}")
            return
        except Away:
            await asyncio.sleep(REST_S)
        else:
            await within(OFFER_S, settled)
            self._outbox.post("XDEL", key, place)
        if not settled.is_set():
            self.withdraw(job.clip)
            self._put_back(job)

    async def _post(self, key: str, job: Job) -> bytes:
        fields = await self._parcels.pack(messages.encode_message(job.order))
        entry: Any = {"i": self._instance, "c": job.clip, **fields}
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.xadd(key, entry, maxlen=names.MOST_JOBS, approximate=True)
        pipeline.xadd(names.bell(self.weights), {"c": job.clip}, maxlen=1)
        place, _ = await ask(self._redis, pipeline.execute())
        return bytes(place)
