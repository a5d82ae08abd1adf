"""The queue that instances share: clips of this instance that wait there for a worker to claim."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from redis.asyncio import Redis

from phosphene.bus.connection import RedisUnavailable, run_command
from phosphene.failure_boundary import hold
from phosphene.fleet import names
from phosphene.fleet.blob_messages import BlobMessages, Undeliverable
from phosphene.fleet.outbox import Outbox
from phosphene.fleet.waiting import within
from phosphene.render import messages
from phosphene.render.dispatch.job import Job

REST_S: Final = 0.1
# The clip goes back with its place: waiting in the shared line it would have none.
# A clip that nobody claims within this time goes back: another instance's was faster.
OFFER_S: Final = 1.0


class ClipOffers:
    """A ``SharedQueue``. ``free_places`` says how many clips the workers would take, ``weights`` is
    the fingerprint of theirs, ``wire`` what all of them understand."""

    def __init__(
        self,
        instance: str,
        redis: Redis,
        blobs: BlobMessages,
        outbox: Outbox,
        return_to_queue: Callable[[Job], None],
        render_locally: Callable[[Job, str], None],
        free_places: Callable[[], int],
        tasks: asyncio.TaskGroup,
    ) -> None:
        self.weights, self.wire = "", messages.WIRE
        self._instance = instance
        self._redis = redis
        self._blobs = blobs
        self._outbox = outbox
        self._return_to_queue = return_to_queue
        self._render_locally = render_locally
        self._free_places = free_places
        self._tasks = tasks
        self._offers: dict[str, tuple[Job, asyncio.Event]] = {}

    def offer_clip(self, job: Job, *, urgent: bool) -> bool:
        if self._free_places() <= len(self._offers) or job.clip in self._offers:
            return False
        settled = asyncio.Event()
        self._offers[job.clip] = job, settled
        offering = hold("offer", partial(self._hold, job, settled, urgent), job.clip)
        self._tasks.create_task(offering, name=f"offer {job.clip}")
        return True

    def withdraw_clip(self, clip: str) -> Job | None:
        job, settled = self._offers.pop(clip, (None, None))
        if settled is not None:
            settled.set()
        return job

    def offered_jobs(self) -> Sequence[Job]:
        return tuple(job for job, _ in self._offers.values())

    async def _hold(self, job: Job, settled: asyncio.Event, urgent: bool) -> None:
        key = names.jobs(self.weights, self.wire, urgent=urgent)
        try:
            place = await self._post(key, job)
        except Undeliverable as error:
            if self.withdraw_clip(job.clip) is not None:
                self._render_locally(job, f"no other machine can be told of it: {error}")
            return
        except RedisUnavailable:
            await asyncio.sleep(REST_S)
        else:
            await within(OFFER_S, settled)
            self._outbox.post_command("XDEL", key, place)
        if not settled.is_set():
            self.withdraw_clip(job.clip)
            self._return_to_queue(job)

    async def _post(self, key: str, job: Job) -> bytes:
        fields = await self._blobs.pack_body(messages.encode_message(job.order))
        entry: Any = {"i": self._instance, "c": job.clip, **fields}
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.xadd(key, entry, maxlen=names.MOST_JOBS, approximate=True)
        # A bell, because a worker must not read the queue while it has no room: a blocking read
        # would take a clip that it cannot draw.
        pipeline.xadd(names.bell(self.weights, self.wire), {"c": job.clip}, maxlen=1)
        place, _ = await run_command(self._redis, pipeline.execute())
        return bytes(place)
