"""Clips on their way: drawn under a lease, told of and kept; whatever happens, each one ends."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from functools import partial

import msgspec

from phosphene.boundary import Backoff, boundary
from phosphene.errors import Busy, LeaseLost, PhospheneError
from phosphene.model import (
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
from phosphene.render import messages
from phosphene.social.poll import Poll, open_poll
from phosphene.stream.live import LiveClip
from phosphene.studio.archive import Archive
from phosphene.studio.checkpoints import Checkpoints, delete_checkpoint, open_checkpoints
from phosphene.studio.redactor import Redactor
from phosphene.studio.resume import remaining_work
from phosphene.studio.services import ActiveClip, Services
from phosphene.studio.stills import open_still

# A clip that a stop cuts off is said to have failed within so long, or at the next start.
LAST_WORD_S = 3.0
# How often the store is tried again while it does not answer.
STORE_BACK_OFF_S = (0.1, 2.0)

log = logging.getLogger("phosphene.studio")


class ActiveClips:
    """The clips that this instance sees through, each in a task of its own; ``tasks`` outlive the
    requests."""

    def __init__(
        self, services: Services, archive: Archive, redactor: Redactor, tasks: asyncio.TaskGroup
    ) -> None:
        self._services = services
        self._archive = archive
        self._redactor = redactor
        self._tasks = tasks
        self._running: dict[str, asyncio.Task[None]] = {}
        self._active: dict[str, ActiveClip] = {}
        self._polls: dict[str, Poll] = {}

    def __len__(self) -> int:
        """Clips that are queued or being drawn here."""
        return len(self._running)

    def __contains__(self, clip_id: str) -> bool:
        return clip_id in self._running

    def holds_clip(self, clip_id: str) -> bool:
        """Whether a clip is this instance's for certain: it has not slept too long."""
        active = self._active.get(clip_id)
        return active is not None and self._services.holder.is_held(active.lease)

    def poll_of(self, clip_id: str) -> Poll | None:
        """What decides how a clip that is on air goes on."""
        return self._polls.get(clip_id)

    @property
    def can_steer(self) -> bool:
        """Whether the model of this instance follows an audience."""
        info = self._services.pool.info
        return info is not None and info.steers != "never"

    def begin_clip(self, active: ActiveClip) -> None:
        """Draw a clip whose lease is held."""
        clip_id = active.clip.id
        task = self._tasks.create_task(self._run_clip(active), name=f"clip {clip_id}")
        self._running[clip_id], self._active[clip_id] = task, active
        task.add_done_callback(lambda _: self._forget(clip_id))

    def _forget(self, clip_id: str) -> None:
        del self._running[clip_id], self._active[clip_id]

    async def wait_finished(self, seconds: float) -> None:
        """Wait for the clips that are drawn here, at most so long."""
        if self._running:
            await asyncio.wait(self._running.values(), timeout=seconds)

    def cancel_all(self) -> None:
        """Stop drawing what is left."""
        for task in self._running.values():
            task.cancel()

    async def end_clip(self, active: ActiveClip, status: Status, reason: str) -> None:
        """Record how a clip ended without being done. Raises LeaseLost."""
        clip = active.clip
        self._close_poll(clip.id)
        ended = msgspec.structs.replace(clip, status=status, reason=reason, finished_at=time.time())
        log.info("clip %s %s: %s", clip.id, status, reason)
        await self._record(active, ended, ClipFailed(ended))
        active.ended = True
        self._services.metrics.clips.labels(status).inc()

    async def _run_clip(self, active: ActiveClip) -> None:
        """Draw one clip; whatever happens, its topic learns how it ended, here or where another
        instance goes on with it."""
        clip_id = active.clip.id
        with boundary("clip", clip_id):
            try:
                await self._see_through(active)
            except LeaseLost as error:
                log.warning("clip %s is left to another instance: %s", clip_id, error)
            finally:
                active.place.release()
                self._services.holder.drop_lease(active.lease)
                await delete_checkpoint(active, self._services)
                seen = active.spectator
                self._services.metrics.observe_viewing(
                    active.model_name, seen.pictures, seen.late, seen.stalled_s
                )

    async def _see_through(self, active: ActiveClip) -> None:
        try:
            await self._draw(active)
        except asyncio.CancelledError:
            async with asyncio.timeout(LAST_WORD_S):
                await self._hand_over(active)
            raise
        except LeaseLost:
            raise
        except PhospheneError as error:
            await self.end_clip(active, "failed", str(error))
        except OSError as error:
            log.exception("clip %s: a file could not be kept", active.clip.id)
            await self.end_clip(active, "failed", f"a file could not be kept: {error.strerror}")
        except Exception:
            await self.end_clip(active, "failed", "something went wrong while drawing it")
            raise

    async def _hand_over(self, active: ActiveClip) -> None:
        """The server stops: another instance, or its next start, goes on with the clip at once."""
        if self._services.holder.alone:
            await self.end_clip(active, "failed", "the server was stopped while drawing it")
        else:
            log.info("clip %s is left to other instances", active.clip.id)
            await self._services.holder.release_lease(active.lease)

    async def _draw(self, active: ActiveClip) -> None:
        clip, pool = active.clip, self._services.pool
        rest = await remaining_work(active, self._services)
        with self._services.live_clips.on_air(
            clip.id,
            width=clip.width,
            height=clip.height,
            fps=clip.fps,
            ask_keyframe=lambda: pool.request_keyframe(clip.id),
            ask_rendition=partial(pool.request_rendition, clip.id),
            sound=clip.recipe is not None and clip.recipe.sound,
            lease=active.lease.number,
        ) as live:
            live.continue_after(rest.units)
            async with (
                self._polling(active) as active.poll,
                open_checkpoints(active, self._services) as checkpoints,
                open_still(self._services.blobs, clip.id) as active.renew_still,
                aclosing(pool.render_clip(rest.order, active.place)) as answers,
            ):
                with _handing_over(live):
                    async for message in answers:
                        # Who slept too long says nothing more: it may be drawn elsewhere by now.
                        await self._services.holder.confirm_lease(active.lease)
                        await self._handle_answer(active, live, checkpoints, message)

    @asynccontextmanager
    async def _polling(self, active: ActiveClip) -> AsyncIterator[Poll]:
        clip_id, steer = active.clip.id, partial(self._services.pool.steer_clip, active.clip.id)
        lease = active.lease.number
        async with open_poll(clip_id, self._services.topics, steer, lease) as poll:
            try:
                yield poll
            finally:
                self._close_poll(clip_id)

    def _close_poll(self, clip_id: str) -> None:
        """Before anybody is told that a clip ended: a vote on that is refused as not live."""
        self._polls.pop(clip_id, None)

    async def _handle_answer(
        self,
        active: ActiveClip,
        live: LiveClip,
        checkpoints: Checkpoints,
        message: messages.ClipAnswer,
    ) -> None:
        match message:
            case messages.Encoded(_, unit, rendition):
                if rendition == live.name:
                    self._measure(active, unit, first=not live.units.items)
                live.append_unit(unit, rendition)
            case messages.Progress():
                progress = ClipProgress(**msgspec.structs.asdict(message))
                await self._services.topics.emit_volatile(progress, active.lease.number)
            case messages.Waiting(clip, place, wait_s):
                waiting = ClipWaiting(clip, place, wait_s)
                await self._services.topics.emit_volatile(waiting, active.lease.number)
            case messages.Started():
                await self._start(active, message)
            case messages.Steered(_, steer):
                await self._follow(active, steer)
            case messages.ClipCheckpoint():
                checkpoints.note_kept(message)
            case messages.Still():
                await active.renew_still(message.data)
            case messages.Artifact():
                active.files[message.kind] = message
            case messages.Done():
                await self._finish(active, live, message)
            case messages.Failed():
                status: Status = "cancelled" if message.cancelled else "failed"
                await self.end_clip(active, status, message.reason)

    def _measure(self, active: ActiveClip, unit: Unit, *, first: bool) -> None:
        """Measure what a viewer gets."""
        if first:
            self._services.metrics.first_light.labels(active.model_name).observe(active.age_s)
        active.spectator.see_unit(unit, active.age_s)

    async def _start(self, active: ActiveClip, started: messages.Started) -> None:
        """Say that the clip can be watched, unless another instance has said so."""
        self._services.metrics.waited.labels(active.model_name).observe(active.age_s)
        if active.clip.status != "live":
            active.clip = msgspec.structs.replace(
                active.clip, status="live", understood=started.understood
            )
            await self._record(active, active.clip, ClipStarted(active.clip))
        assert active.poll is not None
        self._polls[active.clip.id] = active.poll
        if self.can_steer:
            active.poll.open_voting()

    async def _follow(self, active: ActiveClip, steer: Steer) -> None:
        """Keep the line that counts now, and say so."""
        assert active.poll is not None
        assert active.clip.recipe is not None
        recipe = active.clip.recipe
        recipe = msgspec.structs.replace(recipe, steering=(*recipe.steering, steer))
        active.clip = msgspec.structs.replace(active.clip, recipe=recipe)
        await self._record(active, active.clip, ClipSteered(active.clip, steer))
        active.poll.mark_followed()

    async def _finish(self, active: ActiveClip, live: LiveClip, done: messages.Done) -> None:
        """Keep the files, then say that the clip is done."""
        self._close_poll(active.clip.id)
        ratio = done.render_s / active.clip.seconds
        self._services.metrics.render.labels(active.model_name).observe(ratio)
        active.clip = await self._archive.keep_files(active, live, done)
        await self._record(active, active.clip, ClipFinished(active.clip))
        active.ended = True
        # Its parent may have been removed meanwhile.
        self._redactor.wake_up()
        self._services.metrics.clips.labels("done").inc()

    async def _record(self, active: ActiveClip, clip: Clip, event: StoredEvent) -> None:
        """Record what became of a clip, however long the store does not answer.

        Raises:
            LeaseLost: it is another instance's by now.
        """
        backoff, number = Backoff(*STORE_BACK_OFF_S), active.lease.number
        while True:
            try:
                recorded = await self._services.store.change_clip(clip, event, number)
            except Busy as error:
                if not backoff.failures:
                    log.warning("clip %s: %s; it is tried again", clip.id, error)
                await backoff.pause()
            else:
                await self._services.topics.publish_events(recorded)
                return


@contextmanager
def _handing_over(live: LiveClip) -> Iterator[None]:
    """Those who watch a clip from elsewhere wait for who goes on with it."""
    try:
        yield
    except (LeaseLost, asyncio.CancelledError):
        live.handed_over = True
        raise
