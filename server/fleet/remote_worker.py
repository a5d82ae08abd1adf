"""The lender's side of the fleet: one worker process of this machine, offered to all instances.

It takes clips from the shared line while it has room, passes on what the process says of them to
the instance whose clips they are, and beats. When the process is lost it says so and ends.
"""

import asyncio
import logging
import secrets
from collections.abc import Mapping
from time import monotonic
from typing import Any, Final

import msgspec
from redis.asyncio import Redis

from phosphene.bus.connection import RedisUnavailable, run_command
from phosphene.children.process import ProcessLost, loss_reason
from phosphene.errors import RenderFailed
from phosphene.fleet import names
from phosphene.fleet.blob_messages import BlobMessages, Undeliverable
from phosphene.fleet.heartbeat import Heartbeat, stream_entry
from phosphene.fleet.job_owners import JobOwners
from phosphene.fleet.outbox import Outbox
from phosphene.fleet.queue import JobQueue, QueuedJob
from phosphene.fleet.reply_stream import ClipReplies, ReplyStream
from phosphene.fleet.waiting import within
from phosphene.render import messages
from phosphene.render.dispatch.job import Job
from phosphene.render.dispatch.worker_handle import WorkerHandle
from phosphene.running_time import RunningTime

BLOCK_S: Final = 0.5
REST_S: Final = 0.1
# A little later than the instances give it up (8 s): so no clip is drawn twice for long, and none
# is stopped that somebody still waits for.
# So long without Redis, all clips are stopped: their instances have given this worker up.
STOP_S: Final = 10.0

STOPPED: Final = "it was told to stop"

log = logging.getLogger(__name__)


class RemoteWorker:
    """``card`` is the beat that says who this is; ``places`` and ``pace`` as in the settings."""

    def __init__(
        self, worker: WorkerHandle, card: Heartbeat, reading: Redis, commands: Redis,
        blobs: BlobMessages, *, places: int, pace: float,
    ) -> None:  # fmt: skip
        self._worker = worker
        self._identity = msgspec.structs.replace(card, worker=secrets.token_hex(8))
        self._reading = reading
        self._commands = commands
        self._blobs = blobs
        self._places = places
        self._pace = pace
        # Seconds of beats: a machine that was asleep for longer than ``STOP_S`` sent nothing, and
        # Redis was not away.
        self._beating = RunningTime(names.BEAT_S, monotonic())
        self._outbox = Outbox(commands, lambda: self._beating.read(monotonic()))
        self._owners = JobOwners()
        self._early: dict[str, list[messages.Order]] = {}
        self._reply_streams: dict[str, ReplyStream] = {}
        self._changed = asyncio.Event()
        self._wants_clips = asyncio.Event()
        self._draining = False
        self._up = True
        me, weights = self._identity.worker, self._identity.ready.fingerprint
        self._queue = JobQueue(commands, me, weights)
        heard = (names.orders(me), *(names.bell(weights, wire) for wire in names.wires()))
        self._last = dict.fromkeys(heard, "0-0")

    def drain(self) -> None:
        """Take no more clips; ``run`` ends after the last one."""
        self._draining = True
        self._note_change()

    async def run(self) -> None:
        """Lend the worker until it is lost or drained. Raises ProcessLost (in a group)."""
        reason = STOPPED
        try:
            async with asyncio.TaskGroup() as tasks:
                taking = tasks.create_task(self._take_clips(tasks))
                work = self._outbox.run(), self._receive_orders(tasks), self._watch_owners()
                serving = self._worker.serve_clips(self._note_change, _claim_nothing)
                running = [tasks.create_task(one) for one in (*work, serving)]
                await self._post_heartbeats(taking)
                for task in running:
                    task.cancel()
        except* ProcessLost as lost:
            reason = loss_reason(lost)
            raise
        finally:
            await self._say_goodbye(reason)

    def _note_change(self) -> None:
        self._changed.set()
        self._wants_clips.set()

    def _free_places(self) -> int:
        """Places that are neither taken nor about to be."""
        places = self._worker.free_places(self._places, self._pace) + len(self._worker.jobs)
        # Counted with those that were taken and not yet begun, or two clips would take the same
        # place.
        return 0 if self._draining else max(0, places - len(self._owners))

    def _heartbeat_now(self, gone: str = "") -> Heartbeat:
        return msgspec.structs.replace(
            self._identity,
            cost=self._worker.cost,
            room=0 if gone else self._free_places(),
            clips=len(self._worker.jobs),
            on_device=tuple(self._worker.suspect_clips()),
            gone=gone,
            draining=self._draining,
        )

    async def _post_heartbeats(self, taking: asyncio.Task[None]) -> None:
        """Beat in time and whenever there is more or less room, until drained."""
        while self._owners or not taking.done():
            self._beating.end_round(monotonic())
            if self._outbox.stalled_s < names.BEAT_S:
                self._post_heartbeat(self._heartbeat_now())
            self._wants_clips.set()
            self._changed.clear()
            await within(names.BEAT_S, self._changed)

    async def _say_goodbye(self, reason: str) -> None:
        """The last beat, after everything that was said before."""
        async with asyncio.TaskGroup() as tasks:
            # The task that sent until now has ended with the others.
            sending = tasks.create_task(self._outbox.run())
            self._post_heartbeat(self._heartbeat_now(gone=reason))
            self._queue.leave_group(self._outbox)
            await self._outbox.wait_until_empty(1.0)
            sending.cancel()

    def _post_heartbeat(self, beat: Heartbeat) -> None:
        pairs = (part for pair in stream_entry(beat).items() for part in pair)
        self._outbox.post_command("XADD", names.BEATS, "MAXLEN", "~", names.MOST_BEATS, "*", *pairs)

    async def _watch_owners(self) -> None:
        # Beside the beats: a Redis that takes half a second for the question would make each of
        # them as late, and a late worker is taken for dead.
        while True:
            await self._stop_unwanted()
            await asyncio.sleep(names.BEAT_S)

    async def _stop_unwanted(self) -> None:
        """Stop clips of instances that are gone, and all of them when Redis is."""
        stalled = self._outbox.stalled_s > STOP_S
        for clip in (
            list(self._owners) if stalled else await self._owners.orphaned_clips(self._commands)
        ):
            if clip in self._worker.jobs:
                # An instance that only slept, or did not reach Redis, would else hear that its clip
                # was cancelled, and say so to everybody.
                self._reply_stream(self._owners[clip]).skip_number()
                self._worker.send_order(messages.Cancel(clip))

    async def _receive_orders(self, tasks: asyncio.TaskGroup) -> None:
        """Orders for this worker, and the bell of the queue."""
        mine = names.orders(self._identity.worker)
        places: Any = self._last
        block_ms = int(BLOCK_S * 1000)
        while True:
            try:
                found: Any = await run_command(
                    self._reading, self._reading.xread(places, count=100, block=block_ms)
                )
            except RedisUnavailable as error:
                self._note_redis(False, str(error))
                await asyncio.sleep(REST_S)
                continue
            self._note_redis(True)
            for stream, entries in found or ():
                self._last[stream.decode()] = entries[-1][0].decode()
                for _, fields in entries if stream.decode() == mine else ():
                    self._read_order(fields, tasks)
                self._wants_clips.set()

    def _note_redis(self, up: bool, reason: str = "") -> None:
        """Say when Redis goes and comes."""
        if not up and self._up:
            log.warning("Redis does not answer: %s", reason)
        elif up and not self._up:
            log.info("Redis answers again")
        self._up = up

    def _read_order(self, fields: Mapping[bytes, bytes], tasks: asyncio.TaskGroup) -> None:
        instance = fields.get(b"i", b"somebody").decode(errors="replace")
        if b"refused" in fields:
            log.error("%s does not use this worker: %s", instance, fields[b"refused"].decode())
            return
        try:
            order = messages.decode_order(fields.get(b"d", b""))
        except msgspec.MsgspecError as error:
            # What a later release can be asked besides is nothing that a clip needs.
            if not messages.is_of_later_release(fields.get(b"d", b"")):
                log.warning("an order of %s cannot be read: %s", instance, error)
        else:
            if isinstance(order, messages.ReadPrompt):
                tasks.create_task(self._read_prompt(instance, order), name="reading")
            else:
                self._carry_out(instance, order)

    async def _read_prompt(self, instance: str, order: messages.ReadPrompt) -> None:
        read = messages.PromptRead(order.number, await self._worker.read_prompt(order.text))
        self._reply_stream(instance).post_answer("", read)

    def _carry_out(self, instance: str, order: messages.ClipOrder | messages.WorkerPing) -> None:
        match order:
            case messages.WorkerPing(number):
                self._reply_stream(instance).post_answer(
                    "", messages.WorkerPong(number, self._worker.work)
                )
            case messages.Render(clip=clip):
                log.debug("%s orders clip %s past the queue", instance, clip)
            case _ if order.clip in self._early:
                self._early[order.clip].append(order)
            case _ if self._owners.get(order.clip) == instance:
                self._worker.send_order(order)
            case _:  # it crossed with the last word of its clip
                log.debug("nothing to do for %s", order)

    async def _take_clips(self, tasks: asyncio.TaskGroup) -> None:
        """Until drained. Not to be cancelled then: Redis may read a question that is under way
        after the goodbye, which has another connection, and count who asked among the workers
        again, or give it a clip."""
        while not self._draining:
            await self._wants_clips.wait()
            self._wants_clips.clear()
            while self._free_places() and (entry := await self._queue.next_job()) is not None:
                self._accept(entry, tasks)
        self._changed.set()

    def _accept(self, entry: QueuedJob, tasks: asyncio.TaskGroup) -> None:
        clip = entry.clip
        if clip not in self._owners:  # else its last attempt here is not over: it is offered again
            # Before the order is unpacked, which may take the blob store a while: the instance is
            # told at once that it is taken, and what it says meanwhile is kept.
            self._owners[clip], self._early[clip] = entry.instance, []
            self._reply_stream(entry.instance).post_answer(clip, messages.Claimed(clip))
            tasks.create_task(self._draw_clip(entry, tasks), name=f"clip {clip}")
        # After Claimed in the same outbox: a worker that dies between the two leaves an entry that
        # is pending, and not a clip that nobody has.
        self._queue.acknowledge_job(entry, self._outbox)

    async def _draw_clip(self, entry: QueuedJob, tasks: asyncio.TaskGroup) -> None:
        clip = entry.clip
        post = ClipReplies(clip, self._reply_stream(entry.instance), tasks.create_task)
        try:
            await self._relay_answers(Job(await self._order(entry.fields)), post)
        except (RenderFailed, Undeliverable) as error:
            await post.post_reply(messages.Failed(clip=clip, reason=str(error)))
        finally:
            del self._owners[clip]
            self._early.pop(clip, None)
            self._note_change()

    async def _relay_answers(self, job: Job, post: ClipReplies) -> None:
        """Let a clip be drawn, and pass on what comes of it."""
        self._worker.start_clip(job)
        for order in self._early.pop(job.clip):
            self._worker.send_order(order)
        answer: messages.ClipAnswer | None = None
        while not isinstance(answer, messages.Done | messages.Failed):
            answer = await job.next_answer()
            await post.post_reply(answer)

    async def _order(self, fields: dict[bytes, bytes]) -> messages.Render:
        try:
            order = messages.decode_order(await self._blobs.unpack_body(fields))
        except msgspec.MsgspecError as error:
            raise RenderFailed(f"the order cannot be read: {error}") from error
        if not isinstance(order, messages.Render):
            raise RenderFailed("the queue holds something that is no clip")
        return order

    def _reply_stream(self, instance: str) -> ReplyStream:
        if instance not in self._reply_streams:
            sender = self._identity.worker
            self._reply_streams[instance] = ReplyStream(instance, sender, self._outbox, self._blobs)
        return self._reply_streams[instance]


def _claim_nothing(clip: str) -> None:
    """A process of this machine takes no clips from the queue by itself."""
