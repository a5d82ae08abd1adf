"""The instance's side of the fleet: workers of other machines, and the line of clips for them.

One blocking read on Redis hears everything: beats of all workers, and what they say to this
instance. A worker that falls silent, says goodbye or skips a message is lost, and the pool gives
its clips to another one.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

import msgspec

from server.boundary import boundary, hold, keep_running, task_group
from server.bus.connection import Away, close, connect
from server.errors import BadInput
from server.fleet import names
from server.fleet.blob_messages import Parcels, Undeliverable, now, open_parcels
from server.fleet.compatibility import Form, Refusals, form, unfit
from server.fleet.heartbeat import Beat, decode
from server.fleet.link import UNLUCKY, Far, Work
from server.fleet.offers import Offers
from server.fleet.outbox import Outbox
from server.fleet.receiver import Hearing, News
from server.render import messages
from server.render.dispatch.pool import Pool
from server.render.dispatch.worker_handle import Limits, Worker, WorkerLost, first

BLOCK_TIMEOUT_S: Final = 2.0
REST_S: Final = 0.1
GRACE_S: Final = 20.0
"""So long clips wait for a worker when the last one of all has gone."""

STALL_S: Final = 0.5
"""A read that took longer than this says that Redis or this instance was held up."""

LEAVE_S: Final = 1.0
SWEEP_S: Final = 600.0

log = logging.getLogger(__name__)


class Fleet:
    """Made by ``open_fleet``. ``name`` is that of this instance in Redis, new with each start;
    ``model`` and ``store`` are what a worker must have too."""

    def __init__(
        self, url: str, name: str, model: str, parcels: Parcels, store: str, pool: Pool,
        limits: Limits, tasks: asyncio.TaskGroup,
    ) -> None:  # fmt: skip
        self.lost = 0
        self.away = True
        self._leaving = self._warned = False
        self._name = name
        self._parcels = parcels
        self._pool = pool
        self._limits = limits
        self._tasks = tasks
        self._reading, self._commands = connect(url, BLOCK_TIMEOUT_S), connect(url)
        self._outbox = Outbox(self._commands)
        self._far: dict[str, Far] = {}
        self._refusals = Refusals(model, store, self._refuse)
        self._hearing = Hearing(self._reading, names.answers(name))
        self._read_at = asyncio.get_running_loop().time()
        self.line = Offers(
            *(name, self._commands, parcels, self._outbox),
            *(pool.put_back, pool.keep_home, self.room, tasks),
        )

    @property
    def workers(self) -> Sequence[Far]:
        """Those of other machines that can be used now."""
        return tuple(self._far.values())

    def room(self) -> int:
        """How many clips they would take; none while Redis is away."""
        return 0 if self.away else sum(max(0, far.room) for far in self._far.values())

    @property
    def clips(self) -> int:
        """How many clips they have, those of other instances too."""
        return sum(far.beat.clips for far in self._far.values())

    @property
    def offers(self) -> int:
        """Clips of this instance that wait in the shared line."""
        return len(self.line.offered())

    def run(self) -> "list[asyncio.Task[None]]":
        """What runs as long as the fleet is open."""
        work = {
            "fleet outbox": self._outbox.run,
            "fleet life": self._live,
            "fleet hearing": self._hear,
            "fleet sweep": self._sweep,
        }
        return [self._tasks.create_task(keep_running(*one), name=one[0]) for one in work.items()]

    async def leave(self) -> None:
        """Use no worker any more, let the last orders out and say that this instance is gone."""
        self._leaving = True
        for far in self.workers:
            far.lose("the instance is stopping")
        self._outbox.post("DEL", names.instance(self._name), names.answers(self._name))
        await self._outbox.flushed(LEAVE_S)

    async def close(self) -> None:
        """Close the connections."""
        for client in (self._reading, self._commands):
            await close(client)

    async def _live(self) -> None:
        """Say that this instance lives, and give back what it has read."""
        mine = names.answers(self._name)
        while True:
            if self._outbox.stalled_s < names.BEAT_S:
                post = self._outbox.post
                post("SET", names.instance(self._name), 1, "PX", names.INSTANCE_MS)
                post("XTRIM", mine, "MINID", self._hearing.read_to)
                post("EXPIRE", mine, names.EXPIRES_S)
            await asyncio.sleep(names.BEAT_S)

    async def _sweep(self) -> None:
        while True:
            try:
                await self._parcels.sweep(now())
            except Undeliverable as error:
                log.warning("the blob store: %s", error)
            await asyncio.sleep(SWEEP_S)

    async def _hear(self) -> None:
        while True:
            try:
                news = await self._hearing.read()
            except Away as error:
                self._miss(str(error))
                await asyncio.sleep(REST_S)
            else:
                self._take_in(news)
            if self._pool.deserted_at + GRACE_S < asyncio.get_running_loop().time():
                self._pool.desert()

    def _miss(self, reason: str) -> None:
        """Redis is away: nobody can be heard, which is no sign of death for a while."""
        if not self._warned:
            log.warning("Redis does not answer: %s", reason)
        self.away = self._warned = True
        if asyncio.get_running_loop().time() - self._read_at > names.AWAY_S:
            for far in self._far.values():
                if not far.ended:
                    far.lose("Redis does not answer", UNLUCKY)

    def _take_in(self, news: News) -> None:
        before, read_at = self.room(), asyncio.get_running_loop().time()
        if self.away or read_at - self._read_at > STALL_S:  # silence meanwhile says nothing
            for far in self._far.values():
                far.alive_at = read_at
        self._read_at = read_at
        self.away = self._warned = False
        last = [self._live_on(fields) for fields in news.beats if _is_text(fields)]
        for fields in news.answers:
            with boundary("fleet answer"):
                self._pass_on(fields)
        for beat in last:
            if beat is not None:
                self._bury(beat)
        self._find_dead()
        if self.room() > before:
            self._pool.dispatch()

    def _live_on(self, fields: Mapping[bytes, bytes]) -> Beat | None:
        """One beat; it is given back when it was the last one."""
        worker, name = fields[b"w"].decode(), fields[b"name"].decode()
        if self._refusals.speaks_otherwise(worker, name, fields[b"v"].decode()):
            return None
        try:
            beat = decode(fields[b"d"])
        except msgspec.MsgspecError as error:
            log.warning("a beat of worker %s cannot be read: %s", name, error)
            return None
        far = self._far.get(worker)
        if beat.gone:
            return beat
        if far is not None:
            far.live(beat, self._read_at)
        elif not self._leaving and not self._refusals.refuses(beat, self._forms()):
            self._employ(beat)
        return None

    def _forms(self) -> frozenset[Form]:
        employed = frozenset(form(far.beat.ready) for far in self._far.values() if not far.ended)
        return employed | self._own_forms()

    def _pass_on(self, fields: Mapping[bytes, bytes]) -> None:
        worker, far = fields[b"w"].decode(), self._far.get(fields[b"w"].decode())
        if far is not None:
            far.arrive(fields)
        else:  # it was taken for dead, and does not know
            self._send(worker, messages.Cancel(fields[b"c"].decode()))

    def _bury(self, beat: Beat) -> None:
        far = self._far.get(beat.worker)
        if far is not None and not far.ended:
            far.beat = beat
            far.lose(beat.gone)

    def _find_dead(self) -> None:
        for far in self._far.values():
            if self._read_at - far.alive_at > names.LOST_S and not far.ended:
                far.lose("it has fallen silent")
            elif unfit(far.beat, self._own_forms()) and not far.ended:
                far.lose("this instance draws with another model now")

    def _own_forms(self) -> frozenset[Form]:
        return frozenset(form(one.ready) for one in self._pool.workers if not one.remote)

    def _employ(self, beat: Beat) -> None:
        self.line.weights = beat.ready.fingerprint
        far = self._far[beat.worker] = Far(beat, self._parcels, self._send, self._spawn)
        keeping = hold("remote worker", partial(self._keep, far), beat.name)
        self._tasks.create_task(keeping, name=f"worker {beat.name}")

    async def _keep(self, far: Far) -> None:
        log.info("worker %s draws for this instance", far.name)
        worker = Worker(far.beat.ready, far, self._limits)
        worker.cost = far.beat.cost
        try:
            await self._pool.employ(worker)
        except* WorkerLost as lost:
            level = logging.INFO if far.beat.gone and not far.beat.clips else logging.WARNING
            self.lost += level == logging.WARNING
            log.log(level, "worker %s is gone: %s", far.name, first(lost))
        finally:
            far.ended = True
            del self._far[far.beat.worker]

    def _send(self, worker: str, order: messages.Order) -> None:
        self._tell(worker, "d", messages.encode_message(order))

    def _refuse(self, worker: str, reason: str) -> None:
        self._tell(worker, "refused", reason)

    def _tell(self, worker: str, field: str, value: bytes | str) -> None:
        key = names.orders(worker)
        self._outbox.post(
            *("XADD", key, "MAXLEN", "~", names.MOST_ORDERS, "*", "i", self._name, field, value)
        )
        self._outbox.post("EXPIRE", key, names.EXPIRES_S)

    def _spawn(self, work: Work) -> "asyncio.Task[None]":
        return self._tasks.create_task(hold("parcel", work))


@asynccontextmanager
async def open_fleet(
    url: str, blobs: str, name: str, model: str, pool: Pool, limits: Limits | None = None
) -> AsyncIterator[Fleet]:
    """From now on ``pool`` uses workers of other machines that beat at the Redis of ``url``, draw
    with ``model`` and share the blob store ``blobs``. Redis need not be there yet.

    Raises:
        BadInput: ``url`` is no Redis URL, or the blob store cannot be used.
    """
    parcels = open_parcels(blobs)
    try:
        store = await parcels.mark()
    except Undeliverable as error:
        raise BadInput(f"blobs: {error}") from None
    async with task_group() as tasks:
        fresh = f"{name}:{secrets.token_hex(4)}"
        fleet = Fleet(url, fresh, model, parcels, store, pool, limits or Limits(), tasks)
        async with _running(fleet, pool):
            yield fleet


@asynccontextmanager
async def _running(fleet: Fleet, pool: Pool) -> AsyncIterator[None]:
    pool.share(fleet.line)
    running = fleet.run()
    try:
        yield
    finally:
        pool.close()
        await fleet.leave()
        for task in running:
            task.cancel()
        await fleet.close()


def _is_text(fields: Mapping[bytes, bytes]) -> bool:
    """Whether what names a worker can be read: anybody can write into the stream."""
    try:
        return all(fields[name].decode() for name in (b"w", b"name", b"v"))
    except UnicodeDecodeError:
        return False
