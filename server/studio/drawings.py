"""Clips on their way: drawn under a lease, told of and kept; whatever happens, each one ends."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from functools import partial

import msgspec

from server.boundary import Backoff, boundary
from server.errors import Busy, LeaseLost, PhospheneError
from server.model import (
    Clip,
    ClipFailed,
    ClipFinished,
    ClipProgress,
    ClipStarted,
    ClipSteered,
    ClipWaiting,
    Status,
    Steer,
    StoredEvent,
    Unit,
)
from server.render import messages
from server.social.poll import Poll, open_poll
from server.stream.live import LiveClip
from server.studio.archive import Archive
from server.studio.checkpoints import Checkpoints, forget_checkpoint, open_checkpoints
from server.studio.redactor import Redactor
from server.studio.resume import rest_of
from server.studio.services import Making, Rooms
from server.studio.stills import open_still

# A clip that a stop cuts off is said to have failed within so long, or at the next start.
LAST_WORD_S = 3.0
# How often the store is tried again while it does not answer.
STORE_BACK_OFF_S = (0.1, 2.0)

log = logging.getLogger("phosphene.studio")


class Drawings:
    """The clips that this instance sees through, each in a task of its own; ``tasks`` outlive the
    requests."""

    def __init__(
        self, rooms: Rooms, archive: Archive, redactor: Redactor, tasks: asyncio.TaskGroup
    ) -> None:
        self._rooms = rooms
        self._archive = archive
        self._redactor = redactor
        self._tasks = tasks
        self._running: dict[str, asyncio.Task[None]] = {}
        self._making: dict[str, Making] = {}
        self._polls: dict[str, Poll] = {}

    def __len__(self) -> int:
        """Clips that are queued or being drawn here."""
        return len(self._running)

    def __contains__(self, clip_id: str) -> bool:
        return clip_id in self._running

    def holds(self, clip_id: str) -> bool:
        """Whether a clip is this instance's for certain: it has not slept too long."""
        making = self._making.get(clip_id)
        return making is not None and self._rooms.holder.is_held(making.lease)

    def poll(self, clip_id: str) -> Poll | None:
        """What decides how a clip that is on air goes on."""
        return self._polls.get(clip_id)

    @property
    def steerable(self) -> bool:
        """Whether the model of this instance follows an audience."""
        info = self._rooms.pool.info
        return info is not None and info.steers != "never"

    def begin(self, making: Making) -> None:
        """Draw a clip whose lease is held."""
        clip_id = making.clip.id
        task = self._tasks.create_task(self._make(making), name=f"clip {clip_id}")
        self._running[clip_id], self._making[clip_id] = task, making
        task.add_done_callback(lambda _: self._forget(clip_id))

    def _forget(self, clip_id: str) -> None:
        del self._running[clip_id], self._making[clip_id]

    async def finish(self, seconds: float) -> None:
        """Wait for the clips that are drawn here, at most so long."""
        if self._running:
            await asyncio.wait(self._running.values(), timeout=seconds)

    def cut_off(self) -> None:
        """Stop drawing what is left."""
        for task in self._running.values():
            task.cancel()

    async def end(self, making: Making, status: Status, reason: str) -> None:
        """Record how a clip ended without being done. Raises LeaseLost."""
        clip = making.clip
        self._close_poll(clip.id)
        ended = msgspec.structs.replace(clip, status=status, reason=reason, finished_at=time.time())
        log.info("clip %s %s: %s", clip.id, status, reason)
        await self._record(making, ended, ClipFailed(ended))
        making.ended = True
        self._rooms.metrics.clips.labels(status).inc()

    async def _make(self, making: Making) -> None:
        """Draw one clip; whatever happens, its topic learns how it ended, here or where another
        instance goes on with it."""
        clip_id = making.clip.id
        with boundary("clip", clip_id):
            try:
                await self._see_through(making)
            except LeaseLost as error:
                log.warning("clip %s is left to another instance: %s", clip_id, error)
            finally:
                making.place.release()
                self._rooms.holder.drop_lease(making.lease)
                await forget_checkpoint(making, self._rooms)
                seen = making.spectator
                self._rooms.metrics.seen(making.model, seen.pictures, seen.late, seen.stalled_s)

    async def _see_through(self, making: Making) -> None:
        try:
            await self._draw(making)
        except asyncio.CancelledError:
            async with asyncio.timeout(LAST_WORD_S):
                await self._leave(making)
            raise
        except LeaseLost:
            raise
        except PhospheneError as error:
            await self.end(making, "failed", str(error))
        except OSError as error:
            log.exception("clip %s: a file could not be kept", making.clip.id)
            await self.end(making, "failed", f"a file could not be kept: {error.strerror}")
        except Exception:
            await self.end(making, "failed", "something went wrong while drawing it")
            raise

    async def _leave(self, making: Making) -> None:
        """The server stops: another instance, or its next start, goes on with the clip at once."""
        if self._rooms.holder.alone:
            await self.end(making, "failed", "the server was stopped while drawing it")
        else:
            log.info("clip %s is left to other instances", making.clip.id)
            await self._rooms.holder.release_lease(making.lease)

    async def _draw(self, making: Making) -> None:
        clip, pool = making.clip, self._rooms.pool
        rest = await rest_of(making, self._rooms)
        with self._rooms.stage.on_air(
            clip.id,
            width=clip.width,
            height=clip.height,
            fps=clip.fps,
            ask_keyframe=lambda: pool.keyframe(clip.id),
            ask_rendition=partial(pool.ask, clip.id),
            sound=clip.recipe is not None and clip.recipe.sound,
            lease=making.lease.number,
        ) as live:
            live.continue_after(rest.units)
            async with (
                self._polling(making) as making.poll,
                open_checkpoints(making, self._rooms) as checkpoints,
                open_still(self._rooms.blobs, clip.id) as making.renew_still,
                aclosing(pool.render(rest.order, making.place)) as answers,
            ):
                with _handing_over(live):
                    async for message in answers:
                        # Who slept too long says nothing more: it may be drawn elsewhere by now.
                        await self._rooms.holder.confirm_lease(making.lease)
                        await self._take(making, live, checkpoints, message)

    @asynccontextmanager
    async def _polling(self, making: Making) -> AsyncIterator[Poll]:
        clip_id, steer = making.clip.id, partial(self._rooms.pool.steer, making.clip.id)
        lease = making.lease.number
        async with open_poll(clip_id, self._rooms.topics, steer, lease) as poll:
            try:
                yield poll
            finally:
                self._close_poll(clip_id)

    def _close_poll(self, clip_id: str) -> None:
        """Before anybody is told that a clip ended: a vote on that is refused as not live."""
        self._polls.pop(clip_id, None)

    async def _take(
        self, making: Making, live: LiveClip, checkpoints: Checkpoints, message: messages.ClipAnswer
    ) -> None:
        match message:
            case messages.Encoded(_, unit, rendition):
                if rendition == live.name:
                    self._see(making, unit, first=not live.units.items)
                live.append_unit(unit, rendition)
            case messages.Progress():
                progress = ClipProgress(**msgspec.structs.asdict(message))
                await self._rooms.topics.say(progress, making.lease.number)
            case messages.Waiting(clip, place, wait_s):
                waiting = ClipWaiting(clip, place, wait_s)
                await self._rooms.topics.say(waiting, making.lease.number)
            case messages.Started():
                await self._start(making, message)
            case messages.Steered(_, steer):
                await self._follow(making, steer)
            case messages.Checkpoint():
                checkpoints.note(message)
            case messages.Still():
                await making.renew_still(message.data)
            case messages.Artifact():
                making.files[message.kind] = message
            case messages.Done():
                await self._finish(making, live, message)
            case messages.Failed():
                status: Status = "cancelled" if message.cancelled else "failed"
                await self.end(making, status, message.reason)

    def _see(self, making: Making, unit: Unit, *, first: bool) -> None:
        """Measure what a viewer gets."""
        if first:
            self._rooms.metrics.first_light.labels(making.model).observe(making.age_s)
        making.spectator.see_unit(unit, making.age_s)

    async def _start(self, making: Making, started: messages.Started) -> None:
        """Say that the clip can be watched, unless another instance has said so."""
        self._rooms.metrics.waited.labels(making.model).observe(making.age_s)
        if making.clip.status != "live":
            making.clip = msgspec.structs.replace(
                making.clip, status="live", understood=started.understood
            )
            await self._record(making, making.clip, ClipStarted(making.clip))
        assert making.poll is not None
        self._polls[making.clip.id] = making.poll
        if self.steerable:
            making.poll.begin()

    async def _follow(self, making: Making, steer: Steer) -> None:
        """Keep the line that counts now, and say so."""
        assert making.poll is not None
        assert making.clip.recipe is not None
        recipe = making.clip.recipe
        recipe = msgspec.structs.replace(recipe, steering=(*recipe.steering, steer))
        making.clip = msgspec.structs.replace(making.clip, recipe=recipe)
        await self._record(making, making.clip, ClipSteered(making.clip, steer))
        making.poll.followed()

    async def _finish(self, making: Making, live: LiveClip, done: messages.Done) -> None:
        """Keep the files, then say that the clip is done."""
        self._close_poll(making.clip.id)
        ratio = done.render_s / making.clip.seconds
        self._rooms.metrics.render.labels(making.model).observe(ratio)
        making.clip = await self._archive.keep(making, live, done)
        await self._record(making, making.clip, ClipFinished(making.clip))
        making.ended = True
        # Its parent may have been removed meanwhile.
        self._redactor.wake()
        self._rooms.metrics.clips.labels("done").inc()

    async def _record(self, making: Making, clip: Clip, event: StoredEvent) -> None:
        """Record what became of a clip, however long the store does not answer.

        Raises:
            LeaseLost: it is another instance's by now.
        """
        backoff, number = Backoff(*STORE_BACK_OFF_S), making.lease.number
        while True:
            try:
                recorded = await self._rooms.store.change_clip(clip, event, number)
            except Busy as error:
                if not backoff.failures:
                    log.warning("clip %s: %s; it is tried again", clip.id, error)
                await backoff.pause()
            else:
                await self._rooms.topics.publish(recorded)
                return


@contextmanager
def _handing_over(live: LiveClip) -> Iterator[None]:
    """Those who watch a clip from elsewhere wait for who goes on with it."""
    try:
        yield
    except (LeaseLost, asyncio.CancelledError):
        live.handed_over = True
        raise
