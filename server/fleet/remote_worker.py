"""The lender's side of the fleet: one worker process of this machine, offered to all instances.

It takes clips from the shared line while it has room, passes on what the process says of them to
the instance whose clips they are, and beats. When the process is lost it says so and ends.
"""

import asyncio
import logging
import secrets
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from redis.asyncio import Redis

from server.bus.connection import Away, ask
from server.errors import RenderFailed
from server.fleet import names
from server.fleet.blob_messages import Parcels, Undeliverable
from server.fleet.heartbeat import Beat, entry
from server.fleet.job_owners import Owners
from server.fleet.outbox import Outbox
from server.fleet.queue import Entry, Queue
from server.fleet.reply_stream import Mail, Post
from server.fleet.waiting import within
from server.render import messages
from server.render.dispatch.job import Job
from server.render.dispatch.worker_handle import Worker, WorkerLost, first

BLOCK_S: Final = 0.5
REST_S: Final = 0.1
STOP_S: Final = 10.0
"""So long without Redis, all clips are stopped: their instances have given this worker up."""

STOPPED: Final = "it was told to stop"

log = logging.getLogger(__name__)


class Outpost:
    """``card`` is the beat that says who this is; ``places`` and ``pace`` as in the settings."""

    def __init__(
        self, worker: Worker, card: Beat, reading: Redis, commands: Redis, parcels: Parcels,
        *, places: int, pace: float,
    ) -> None:  # fmt: skip
        self._worker = worker
        self._card = msgspec.structs.replace(card, worker=secrets.token_hex(8))
        self._reading = reading
        self._commands = commands
        self._parcels = parcels
        self._places = places
        self._pace = pace
        self._outbox = Outbox(commands)
        self._owners = Owners()
        self._early: dict[str, list[messages.Order]] = {}
        self._mails: dict[str, Mail] = {}
        self._stirred = asyncio.Event()
        self._hungry = asyncio.Event()
        self._draining = False
        self._up = True
        me, weights = self._card.worker, self._card.ready.fingerprint
        self._queue = Queue(commands, me, weights)
        self._last = {names.orders(me): "0-0", names.bell(weights): "0-0"}

    def drain(self) -> None:
        """Take no more clips; ``run`` ends after the last one."""
        self._draining = True
        self._stir()

    async def run(self) -> None:
        """Lend the worker until it is lost or drained. Raises WorkerLost (in a group)."""
        self._worker.changed = self._stir
        reason = STOPPED
        try:
            async with asyncio.TaskGroup() as tasks:
                work = (self._outbox.run(), self._listen(), self._take_clips(tasks))
                running = [tasks.create_task(one) for one in (*work, self._worker.serve())]
                await self._beat()
                for task in running:
                    task.cancel()
        except* WorkerLost as lost:
            reason = first(lost)
            raise
        finally:
            await self._leave(reason)

    def _stir(self) -> None:
        self._stirred.set()
        self._hungry.set()

    def _room(self) -> int:
        """Places that are neither taken nor about to be."""
        places = self._worker.room(self._places, self._pace) + len(self._worker.jobs)
        return 0 if self._draining else max(0, places - len(self._owners))

    def _says(self, gone: str = "") -> Beat:
        return msgspec.structs.replace(
            self._card,
            cost=self._worker.cost,
            room=0 if gone else self._room(),
            clips=len(self._worker.jobs),
            on_device=tuple(self._worker.suspects()),
            gone=gone,
        )

    async def _beat(self) -> None:
        """Beat in time and whenever there is more or less room, until drained."""
        while not self._draining or self._owners:
            if self._outbox.stalled_s < names.BEAT_S:
                self._post_beat(self._says())
            self._hungry.set()
            await self._stop_unwanted()
            self._stirred.clear()
            await within(names.BEAT_S, self._stirred)

    async def _leave(self, reason: str) -> None:
        """The last beat, after everything that was said before."""
        async with asyncio.TaskGroup() as tasks:
            sending = tasks.create_task(self._outbox.run())
            self._post_beat(self._says(gone=reason))
            self._queue.leave(self._outbox)
            await self._outbox.flushed(1.0)
            sending.cancel()

    def _post_beat(self, beat: Beat) -> None:
        pairs = (part for pair in entry(beat).items() for part in pair)
        self._outbox.post("XADD", names.BEATS, "MAXLEN", "~", names.MOST_BEATS, "*", *pairs)

    async def _stop_unwanted(self) -> None:
        """Stop clips of instances that are gone, and all of them when Redis is."""
        stalled = self._outbox.stalled_s > STOP_S
        for clip in list(self._owners) if stalled else await self._owners.gone(self._commands):
            if clip in self._worker.jobs:
                self._worker.send(messages.Cancel(clip))

    async def _listen(self) -> None:
        """Orders for this worker, and the bell of the line."""
        mine = names.orders(self._card.worker)
        places: Any = self._last
        block_ms = int(BLOCK_S * 1000)
        while True:
            try:
                found: Any = await ask(
                    self._reading, self._reading.xread(places, count=100, block=block_ms)
                )
            except Away as error:
                self._heard(False, str(error))
                await asyncio.sleep(REST_S)
                continue
            self._heard(True)
            for stream, entries in found or ():
                self._last[stream.decode()] = entries[-1][0].decode()
                for _, fields in entries if stream.decode() == mine else ():
                    self._heed(fields)
                self._hungry.set()

    def _heard(self, up: bool, reason: str = "") -> None:
        """Say when Redis goes and comes."""
        if not up and self._up:
            log.warning("Redis does not answer: %s", reason)
        elif up and not self._up:
            log.info("Redis answers again")
        self._up = up

    def _heed(self, fields: Mapping[bytes, bytes]) -> None:
        instance = fields.get(b"i", b"somebody").decode(errors="replace")
        if b"refused" in fields:
            log.error("%s does not use this worker: %s", instance, fields[b"refused"].decode())
            return
        try:
            order = messages.decode_order(fields.get(b"d", b""))
        except msgspec.MsgspecError as error:
            log.warning("an order of %s cannot be read: %s", instance, error)
        else:
            self._obey(instance, order)

    def _obey(self, instance: str, order: messages.Order) -> None:
        match order:
            case messages.WorkerPing(number):
                self._mail(instance).post("", messages.WorkerPong(number, self._worker.work))
            case messages.Render(clip=clip):
                log.debug("%s orders clip %s past the line", instance, clip)
            case _ if order.clip in self._early:
                self._early[order.clip].append(order)
            case _ if self._owners.get(order.clip) == instance:
                self._worker.send(order)
            case _:  # it crossed with the last word of its clip
                log.debug("nothing to do for %s", order)

    async def _take_clips(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            await self._hungry.wait()
            self._hungry.clear()
            while self._room() and (entry := await self._queue.next()) is not None:
                self._accept(entry, tasks)

    def _accept(self, entry: Entry, tasks: asyncio.TaskGroup) -> None:
        clip = entry.clip
        if clip not in self._owners:  # else its last attempt here is not over: it is offered again
            self._owners[clip], self._early[clip] = entry.instance, []
            self._mail(entry.instance).post(clip, messages.Claimed(clip))
            tasks.create_task(self._draw(entry, tasks), name=f"clip {clip}")
        self._queue.acknowledge(entry, self._outbox)

    async def _draw(self, entry: Entry, tasks: asyncio.TaskGroup) -> None:
        clip = entry.clip
        post = Post(clip, self._mail(entry.instance), tasks.create_task)
        try:
            await self._relay(Job(await self._order(entry.fields)), post)
        except (RenderFailed, Undeliverable) as error:
            await post.say(messages.Failed(clip=clip, reason=str(error)))
        finally:
            del self._owners[clip]
            self._early.pop(clip, None)
            self._stir()

    async def _relay(self, job: Job, post: Post) -> None:
        """Let a clip be drawn, and pass on what comes of it."""
        self._worker.take(job)
        for order in self._early.pop(job.clip):
            self._worker.send(order)
        answer: messages.ClipAnswer | None = None
        while not isinstance(answer, messages.Done | messages.Failed):
            answer = await job.next()
            await post.say(answer)

    async def _order(self, fields: dict[bytes, bytes]) -> messages.Render:
        try:
            order = messages.decode_order(await self._parcels.unpack(fields))
        except msgspec.MsgspecError as error:
            raise RenderFailed(f"the order cannot be read: {error}") from error
        if not isinstance(order, messages.Render):
            raise RenderFailed("the line holds something that is no clip")
        return order

    def _mail(self, instance: str) -> Mail:
        if instance not in self._mails:
            sender = self._card.worker
            self._mails[instance] = Mail(instance, sender, self._outbox, self._parcels)
        return self._mails[instance]
