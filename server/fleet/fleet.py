"""The instance's side of the fleet: workers of other machines, and the queue of clips for them.

One blocking read on Redis hears everything: beats of all workers, and what they say to this
instance. A worker that falls silent, says goodbye or skips a message is lost, and the pool gives
its clips to another one.
"""

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

import msgspec

from phosphene.bus.connection import RedisUnavailable, close, connect
from phosphene.children.process import ProcessLost, loss_reason
from phosphene.errors import BadInput
from phosphene.failure_boundary import boundary, hold, keep_running, task_group
from phosphene.fleet import names
from phosphene.fleet.blob_messages import BlobMessages, Undeliverable, now, open_blob_messages
from phosphene.fleet.compatibility import Compatibility, OutputFormat, differs, output_format
from phosphene.fleet.heartbeat import Heartbeat, decode, spoken_by
from phosphene.fleet.link import UNLUCKY, RemoteLink, Work
from phosphene.fleet.offers import ClipOffers
from phosphene.fleet.outbox import Outbox
from phosphene.fleet.receiver import Received, Receiver
from phosphene.render import messages
from phosphene.render.dispatch.pool import ModelPools, Pool
from phosphene.render.dispatch.worker_handle import WorkerHandle, WorkerLimits
from phosphene.running_time import RunningTime

BLOCK_TIMEOUT_S: Final = 2.0
ROUND_S: Final = 3.0
"""The longest that one try to hear something takes: a connection that is made, a read that times
out, a rest."""
REST_S: Final = 0.1
# A worker that was restarted is back within that; its clips would have failed for a pause.
GRACE_S: Final = 20.0
"""So long clips wait for a worker when the last one of all has gone."""

LEAVE_S: Final = 1.0
SWEEP_S: Final = 600.0

log = logging.getLogger(__name__)


class Fleet:
    """Made by ``open_fleet``. ``name`` is that of this instance in Redis, new with each start; a
    worker must have one of the models of ``pools``, and the ``store``."""

    def __init__(
        self, url: str, name: str, pools: ModelPools, blobs: BlobMessages, store: str,
        limits: WorkerLimits, tasks: asyncio.TaskGroup,
    ) -> None:  # fmt: skip
        self.workers_lost = 0
        self.redis_away = True
        self._leaving = self._warned = False
        self._name = name
        self._blobs = blobs
        self._pools = {pool.model: pool for pool in pools}
        self._limits = limits
        self._tasks = tasks
        self._reading, self._commands = connect(url, BLOCK_TIMEOUT_S), connect(url)
        self._outbox = Outbox(self._commands)
        self._links: dict[str, RemoteLink] = {}
        self._compatibility = Compatibility(tuple(self._pools), store, self._refuse)
        self._receiver = Receiver(self._reading, names.answers(name))
        # A beat that was not heard because we did not listen is no sign of death: by the clock of
        # the machine an instance that was held up for a second would lose all its workers at once.
        now = asyncio.get_running_loop().time()
        self._listened = RunningTime(names.BEAT_S, now)
        self._waited = RunningTime(ROUND_S, now)
        self._answered_at = 0.0
        self._offers = {pool.model: self._offers_of(pool) for pool in pools}

    @property
    def remote_links(self) -> Sequence[RemoteLink]:
        """Those of other machines that can be used now."""
        return tuple(self._links.values())

    def free_places(self) -> int:
        """How many clips they would take; none while Redis is away."""
        return self._places_by_model().total()

    @property
    def clips_held(self) -> int:
        """How many clips they have, those of other instances too."""
        return sum(link.heartbeat.clips for link in self._links.values())

    @property
    def workers_draining(self) -> int:
        """How many of them end after their last clip."""
        return sum(link.is_draining for link in self._links.values())

    @property
    def open_offers(self) -> int:
        """Clips of this instance that wait in the shared line."""
        return sum(len(offers.offered_jobs()) for offers in self._offers.values())

    def take_pools(self) -> None:
        """From now on clips for which there is no room here are offered to them."""
        for model, pool in self._pools.items():
            pool.use_shared_queue(self._offers[model])

    def _offers_of(self, pool: Pool) -> ClipOffers:
        return ClipOffers(
            *(self._name, self._commands, self._blobs, self._outbox),
            *(pool.return_to_queue, pool.render_locally),
            *(lambda: self._places_by_model()[pool.model], self._tasks),
        )

    def _places_by_model(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for link in () if self.redis_away else self._links.values():
            found[link.model] += max(0, link.free_places)
        return found

    def start_tasks(self) -> "list[asyncio.Task[None]]":
        """What runs as long as the fleet is open."""
        work = {
            "fleet outbox": self._outbox.run,
            "fleet life": self._post_presence,
            "fleet hearing": self._receive,
            "fleet sweep": self._delete_old_blobs,
        }
        return [self._tasks.create_task(keep_running(*one), name=one[0]) for one in work.items()]

    async def leave_fleet(self) -> None:
        """Use no worker any more, let the last orders out and say that this instance is gone."""
        self._leaving = True
        for link in self.remote_links:
            link.mark_lost("the instance is stopping")
        self._outbox.post_command("DEL", names.instance(self._name), names.answers(self._name))
        await self._outbox.wait_until_empty(LEAVE_S)

    async def close(self) -> None:
        """Close the connections."""
        for client in (self._reading, self._commands):
            await close(client)

    async def _post_presence(self) -> None:
        """Say that this instance lives, and give back what it has read."""
        mine = names.answers(self._name)
        while True:
            if self._outbox.stalled_s < names.BEAT_S:
                post = self._outbox.post_command
                post("SET", names.instance(self._name), 1, "PX", names.INSTANCE_MS)
                # Trimmed by what was read and not by length, so that a slow reader loses nothing
                # before the bound.
                post("XTRIM", mine, "MINID", self._receiver.read_to)
                post("EXPIRE", mine, names.EXPIRES_S)
            await asyncio.sleep(names.BEAT_S)

    async def _delete_old_blobs(self) -> None:
        while True:
            try:
                await self._blobs.delete_old(now())
            except Undeliverable as error:
                log.warning("the blob store: %s", error)
            await asyncio.sleep(SWEEP_S)

    async def _receive(self) -> None:
        while True:
            try:
                news = await self._receiver.read_entries()
            except RedisUnavailable as error:
                self._note_outage(str(error))
                await asyncio.sleep(REST_S)
            else:
                self._handle_entries(news)
            self._end_round()

    def _end_round(self) -> None:
        before, now = self._waited.seconds, asyncio.get_running_loop().time()
        passed_s = self._waited.end_round(now) - before
        for pool in self._pools.values():
            pool.fail_without_workers(passed_s, GRACE_S)

    def _note_outage(self, reason: str) -> None:
        """Redis is away: nobody can be heard, which is no sign of death for a while."""
        if not self._warned:
            log.warning("Redis does not answer: %s", reason)
        self.redis_away = self._warned = True
        if self._waited.seconds - self._answered_at > names.AWAY_S:
            for link in self._links.values():
                if not link.ended:
                    link.mark_lost("Redis does not answer", UNLUCKY)

    def _handle_entries(self, news: Received) -> None:
        before = self._places_by_model()
        listened_s = self._listened.end_round(asyncio.get_running_loop().time())
        if self.redis_away:  # silence meanwhile says nothing
            for link in self._links.values():
                link.rhythm.pardon_silence(listened_s)
        self._answered_at = self._waited.seconds
        self.redis_away = self._warned = False
        # A goodbye counts after the answers that were read with it: they were said before.
        last = [self._note_heartbeat(fields) for fields in news.beats if _is_text(fields)]
        for fields in news.answers:
            with boundary("fleet answer"):
                self._pass_on(fields)
        for beat in last:
            if beat is not None:
                self._note_goodbye(beat)
        self._find_lost()
        for model in self._places_by_model() - before:
            self._pools[model].dispatch_clips()

    def _note_heartbeat(self, fields: Mapping[bytes, bytes]) -> Heartbeat | None:
        """One beat; it is given back when it was the last one."""
        worker, name = fields[b"w"].decode(), fields[b"name"].decode()
        spoken = spoken_by(fields)
        if self._compatibility.speaks_other_version(worker, name, spoken):
            return None
        try:
            beat = decode(fields[b"d"])
        except msgspec.MsgspecError as error:
            log.warning("a beat of worker %s cannot be read: %s", name, error)
            return None
        link = self._links.get(worker)
        if beat.gone:
            return beat
        if link is not None:
            link.note_heartbeat(beat, self._listened.seconds)
        elif not self._leaving:
            model = self._compatibility.find_model(beat)
            if not self._compatibility.refuses_worker(beat, model, self._formats(model)):
                self._add_worker(beat, model, spoken[0])
        return None

    def _formats(self, model: str) -> frozenset[OutputFormat]:
        employed = frozenset(
            output_format(link.heartbeat.ready)
            for link in self._links.values()
            if link.model == model and not link.ended
        )
        return employed | self._own_formats(model)

    def _pass_on(self, fields: Mapping[bytes, bytes]) -> None:
        worker, link = fields[b"w"].decode(), self._links.get(fields[b"w"].decode())
        if link is not None:
            link.receive_entry(fields)
        else:  # it was taken for dead, and does not know
            self._send(worker, messages.Cancel(fields[b"c"].decode()))

    def _note_goodbye(self, beat: Heartbeat) -> None:
        link = self._links.get(beat.worker)
        if link is not None and not link.ended:
            link.heartbeat = beat
            link.mark_lost(beat.gone)

    def _find_lost(self) -> None:
        for link in self._links.values():
            if link.rhythm.is_lost(self._listened.seconds) and not link.ended:
                link.mark_lost("it has fallen silent")
            elif differs(link.heartbeat, self._own_formats(link.model)) and not link.ended:
                link.mark_lost("this instance draws with another model now")

    def _own_formats(self, model: str) -> frozenset[OutputFormat]:
        workers = self._pools[model].ready_workers if model in self._pools else ()
        return frozenset(output_format(one.ready) for one in workers if not one.is_remote)

    def _add_worker(self, beat: Heartbeat, model: str, wire: int) -> None:
        self._offers[model].weights = beat.ready.fingerprint
        hears = self._blobs, self._send, self._spawn, self._listened.seconds
        link = RemoteLink(beat, model, wire, *hears)
        self._links[beat.worker] = link
        self._agree_on_wire(model)
        keeping = hold("remote worker", partial(self._use_worker, link), beat.name)
        self._tasks.create_task(keeping, name=f"worker {beat.name}")

    async def _use_worker(self, link: RemoteLink) -> None:
        log.info("worker %s draws for this instance", link.name)
        worker = WorkerHandle(link.heartbeat.ready, link, self._limits)
        worker.cost = link.heartbeat.cost
        try:
            await self._pools[link.model].use_worker(worker)
        except* ProcessLost as lost:
            level = (
                logging.INFO
                if link.heartbeat.gone and not link.heartbeat.clips
                else logging.WARNING
            )
            self.workers_lost += level == logging.WARNING
            log.log(level, "worker %s is gone: %s", link.name, loss_reason(lost))
        finally:
            link.ended = True
            del self._links[link.heartbeat.worker]
            self._agree_on_wire(link.model)

    def _agree_on_wire(self, model: str) -> None:
        """Clips go into the queue that the oldest of the workers reads: so do later ones."""
        spoken = (link.wire for link in self._links.values() if link.model == model)
        self._offers[model].wire = min((messages.WIRE, *spoken))

    def _send(self, worker: str, order: messages.Order) -> None:
        self._post_field(worker, "d", messages.encode_message(order))

    def _refuse(self, worker: str, reason: str) -> None:
        self._post_field(worker, "refused", reason)

    def _post_field(self, worker: str, field: str, value: bytes | str) -> None:
        key = names.orders(worker)
        self._outbox.post_command(
            *("XADD", key, "MAXLEN", "~", names.MOST_ORDERS, "*", "i", self._name, field, value)
        )
        self._outbox.post_command("EXPIRE", key, names.EXPIRES_S)

    def _spawn(self, work: Work) -> "asyncio.Task[None]":
        return self._tasks.create_task(hold("parcel", work))


@asynccontextmanager
async def open_fleet(
    url: str, blobs: str, name: str, pools: ModelPools, limits: WorkerLimits | None = None
) -> AsyncIterator[Fleet]:
    """From now on ``pools`` use workers of other machines that beat at the Redis of ``url``, draw
    with one of their models and share the blob store ``blobs``. Redis need not be there yet.

    Raises:
        BadInput: ``url`` is no Redis URL, or the blob store cannot be used.
    """
    large = open_blob_messages(blobs)
    try:
        store = await large.read_mark()
    except Undeliverable as error:
        raise BadInput(f"blobs: {error}") from None
    async with task_group() as tasks:
        # New with each start: what was meant for the process before must not reach this one.
        fresh = f"{name}:{secrets.token_hex(4)}"
        fleet = Fleet(url, fresh, pools, large, store, limits or WorkerLimits(), tasks)
        async with _running(fleet, pools):
            yield fleet


@asynccontextmanager
async def _running(fleet: Fleet, pools: ModelPools) -> AsyncIterator[None]:
    fleet.take_pools()
    running = fleet.start_tasks()
    try:
        yield
    finally:
        # First the pools, which fail the clips of the workers that are given up next, instead of
        # putting them in line again.
        for pool in pools:
            pool.close()
        await fleet.leave_fleet()
        for task in running:
            task.cancel()
        await fleet.close()


def _is_text(fields: Mapping[bytes, bytes]) -> bool:
    """Whether what names a worker can be read: anybody can write into the stream."""
    try:
        return all(fields[name].decode() for name in (b"w", b"name", b"v"))
    except UnicodeDecodeError:
        return False
