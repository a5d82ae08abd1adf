"""A clip's story: drawn under a lease, told of and kept; whatever happens, it ends."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial

import msgspec

from phosphene.blobs.blobs import Blobs
from phosphene.bus.bus import Bus
from phosphene.errors import Busy, LeaseLost, PhospheneError, Refused, Withheld
from phosphene.events import (
    ClipBallot,
    ClipFinished,
    ClipProgress,
    ClipStarted,
    ClipSteered,
    ClipWaiting,
    SpokenEvent,
)
from phosphene.failure_boundary import boundary
from phosphene.metrics import Metrics
from phosphene.model import Status, Steer, shows_somebody
from phosphene.render import messages
from phosphene.render.dispatch.inheritance import with_inherited
from phosphene.render.dispatch.pool import ModelPools, Pool
from phosphene.render.dispatch.queue_place import QueuePlace
from phosphene.social.poll import Poll, open_poll
from phosphene.social.topics import Topics
from phosphene.store.fingerprint_store import FingerprintStore
from phosphene.store.holder import LeaseHolder
from phosphene.store.store import Store
from phosphene.stream.live import LiveClip, LiveClips
from phosphene.studio.active_clip import ActiveClip
from phosphene.studio.active_clips import ActiveClips
from phosphene.studio.archive import Archive
from phosphene.studio.blob_patience import insist
from phosphene.studio.card_stills import Renew, open_still
from phosphene.studio.checkpoints import Checkpoints, delete_checkpoint, open_checkpoints
from phosphene.studio.clip_consent import ClipConsent
from phosphene.studio.face_scans import FaceScans, ScanFeed
from phosphene.studio.likeness_portraits import LikenessPortraits
from phosphene.studio.likenesses import Likenesses
from phosphene.studio.records import ClipRecords
from phosphene.studio.resume import remaining_work
from phosphene.trust.watermark_words import WatermarkWords
from phosphene.units import Unit

# A clip that a stop cuts off is said to have failed within so long, or at the next start.
LAST_WORD_S = 3.0

OFF_AIR = "it was taken off the air"

log = logging.getLogger("phosphene.studio")


@dataclass(frozen=True, slots=True)
class OnAir:
    """What goes on beside a clip for as long as ``pool`` draws it."""

    pool: Pool
    live: LiveClip
    poll: Poll
    checkpoints: Checkpoints
    renew_still: Renew
    feed: ScanFeed


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawings:
    """Draws clips and sees each through to its end. ``finished`` is called after each that is
    done."""

    store: Store
    blobs: Blobs
    bus: Bus
    holder: LeaseHolder
    pools: ModelPools
    live_clips: LiveClips
    topics: Topics
    metrics: Metrics
    active_clips: ActiveClips
    archive: Archive
    records: ClipRecords
    finished: Callable[[], None]
    consent: ClipConsent
    likenesses: Likenesses
    face_scans: FaceScans
    watermarks: WatermarkWords
    fingerprints: FingerprintStore
    portraits: LikenessPortraits

    async def draw_clip(self, active: ActiveClip) -> None:
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
                self.holder.drop_lease(active.lease)
                await delete_checkpoint(active, self.blobs)
                seen = active.spectator
                self.metrics.observe_viewing(
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
        except Withheld as error:
            await self._end(active, "cancelled", str(error))
        except PhospheneError as error:
            await self._end(active, "failed", str(error))
        except OSError as error:
            log.exception("clip %s: a file could not be kept", active.clip.id)
            await self._end(
                active, "failed", f"a file could not be kept: {error.strerror or error}"
            )
        except Exception:
            await self._end(active, "failed", "something went wrong while drawing it")
            raise

    async def _hand_over(self, active: ActiveClip) -> None:
        """The server stops: another instance, or its next start, goes on with the clip at once."""
        # What waits for nothing but its files was promised: the next start draws it again.
        if self.holder.alone and not active.waits_for_blobs:
            await self._end(active, "failed", "the server was stopped while drawing it")
        else:
            log.info("clip %s is left to other instances", active.clip.id)
            await self.holder.release_lease(active.lease)

    async def _draw(self, active: ActiveClip) -> None:
        clip = active.clip
        await self.consent.confirm_clip(clip)
        pool = await self._find_pool(active)
        find_rest = partial(remaining_work, active, self.store, self.blobs, self.bus)
        rest = await insist(active, partial(_keep_place, active, pool), find_rest)
        # Late, and for this clip alone: an order lies nowhere but here and in its worker.
        portraits = await self.portraits.open_portraits(clip)
        mark = self.watermarks.mark_of(clip.id)
        order = msgspec.structs.replace(rest.order, portraits=portraits, mark=mark)
        with self.live_clips.on_air(
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
                self._polling(active, pool) as poll,
                open_checkpoints(active, self.store, self.blobs) as checkpoints,
                open_still(self.blobs, clip.id) as renew_still,
                self.consent.watching_clip(clip),
                self.face_scans.scanning_clip(clip, lifelike=_is_lifelike(pool)) as feed,
                aclosing(pool.render_clip(order, active.place)) as answers,
            ):
                air = OnAir(pool, live, poll, checkpoints, renew_still, feed)
                for unit in rest.units:
                    feed.add_unit(unit)
                with _handing_over(live):
                    async for message in answers:
                        # Who slept too long says nothing more: it may be drawn elsewhere by now.
                        await self.holder.confirm_lease(active.lease)
                        if live.units.closed and not self.face_scans.is_held(clip.id):
                            raise Withheld(OFF_AIR)
                        await self._handle_answer(active, air, message)

    async def _find_pool(self, active: ActiveClip) -> Pool:
        """Whose workers draw it. Raises RenderFailed: none can go on with it."""
        if active.takeover is not None:
            return await self.pools.wait_pool_with(active.clip.recipe)
        return self.pools.pool_of(active.clip.recipe) or self.pools.usual

    @asynccontextmanager
    async def _polling(self, active: ActiveClip, pool: Pool) -> AsyncIterator[Poll]:
        clip_id = active.clip.id

        async def tell(ballot: ClipBallot) -> None:
            await self._emit(active, ballot)

        viewers = partial(self.topics.viewers_of, clip_id)
        steer = partial(pool.steer_clip, clip_id)
        async with open_poll(clip_id, tell, viewers, steer) as poll:
            try:
                yield poll
            finally:
                self.active_clips.drop_poll(clip_id)

    async def _handle_answer(
        self, active: ActiveClip, air: OnAir, message: messages.ClipAnswer
    ) -> None:
        match message:
            case messages.Encoded(_, unit, rendition):
                if rendition == air.live.name:
                    self._measure(active, unit, first=not air.live.units.items)
                    air.feed.add_unit(unit)
                # What is held is drawn to its end for who looks at it, and shown to nobody.
                if not self.face_scans.is_held(active.clip.id):
                    air.live.append_unit(unit, rendition)
            case messages.Progress():
                await self._confirm_second(active, message)
                await self._emit(active, ClipProgress(**msgspec.structs.asdict(message)))
            case messages.Waiting(clip, place, wait_s):
                await self._emit(active, ClipWaiting(clip, place, wait_s))
            case messages.Started():
                await self._start(active, air, message)
            case messages.Steered(_, steer):
                await self._confirm_line(active, air.poll, steer)
                await self._follow(active, air.poll, steer)
            case messages.ClipCheckpoint():
                air.checkpoints.note_kept(message)
            case messages.Still():
                await air.renew_still(message.data)
            case messages.Artifact():
                active.files[message.kind] = message
            case messages.Done():
                await air.feed.wait_looked()
                await self._finish(active, air, message)
            case messages.Failed():
                status: Status = "cancelled" if message.cancelled else "failed"
                await self._end(active, status, message.reason)

    async def _confirm_second(self, active: ActiveClip, progress: messages.Progress) -> None:
        """Before each second is drawn. Raises Withheld."""
        if progress.chunk != active.confirmed:
            await self.consent.confirm_clip(active.clip)
            active.confirmed = progress.chunk

    async def _confirm_line(self, active: ActiveClip, poll: Poll, steer: Steer) -> None:
        """Before a picture follows a line. Raises Withheld."""
        if not shows_somebody(active.clip):
            return
        await self.consent.confirm_clip(active.clip)
        chosen = poll.chosen
        if chosen is None or chosen.text != steer.text:
            return
        try:
            request = await self.likenesses.admit_line(steer.text, chosen.author, active.clip)
            if request is not None:
                await self.likenesses.add_steering(active.clip.id, request)
        except Refused:
            raise Withheld(OFF_AIR) from None

    async def _emit(self, active: ActiveClip, event: SpokenEvent) -> None:
        await self.topics.emit_volatile(event, active.lease.number)

    def _measure(self, active: ActiveClip, unit: Unit, *, first: bool) -> None:
        """Measure what a viewer gets."""
        if first:
            self.metrics.first_light.labels(active.model_name).observe(active.age_s)
        active.spectator.see_unit(unit, active.age_s)

    async def _start(self, active: ActiveClip, air: OnAir, started: messages.Started) -> None:
        """Say that the clip can be watched, unless another instance has said so."""
        self.metrics.waited.labels(active.model_name).observe(active.age_s)
        # Before it is said: who hears of the start may propose a line at once.
        self.active_clips.add_poll(active.clip.id, air.poll)
        if active.clip.status != "live":
            understood = with_inherited(started.understood, active.clip.understood)
            active.clip = msgspec.structs.replace(active.clip, status="live", understood=understood)
            await self.records.record_event(active, active.clip, ClipStarted(active.clip))
            await self._note_fingerprint(active.clip.id)
        if air.pool.info is not None and air.pool.info.can_steer:
            air.poll.open_voting()

    async def _follow(self, active: ActiveClip, poll: Poll, steer: Steer) -> None:
        """Keep the line that counts now, and say so."""
        assert active.clip.recipe is not None
        recipe = active.clip.recipe
        recipe = msgspec.structs.replace(recipe, steering=(*recipe.steering, steer))
        active.clip = msgspec.structs.replace(active.clip, recipe=recipe)
        await self.records.record_event(active, active.clip, ClipSteered(active.clip, steer))
        chosen = poll.chosen
        if chosen is not None and chosen.text == steer.text:
            with suppress(Busy):  # the clip goes on, told or not
                told = await self.store.tell_steered(active.clip, chosen.author, steer.text)
                await self.topics.publish_events(told)
        poll.mark_followed()

    async def _finish(self, active: ActiveClip, air: OnAir, done: messages.Done) -> None:
        """Keep the files, then say that the clip is done."""
        self.active_clips.drop_poll(active.clip.id)
        ratio = done.render_s / active.clip.seconds
        self.metrics.render.labels(active.model_name).observe(ratio)
        # First the files, then the word: a clip that is said to be done and has no file would be a
        # broken one for whoever is quick, and for good after a crash.
        keep = partial(self.archive.keep_files, active, air.live, done)
        active.clip = await insist(active, partial(_keep_place, active, air.pool), keep)
        await self._note_fingerprint(active.clip.id, done.hashes)
        await self.records.record_event(active, active.clip, ClipFinished(active.clip))
        active.ended = True
        self.metrics.clips.labels("done").inc()
        self.finished()

    async def _note_fingerprint(self, clip_id: str, hashes: bytes = b"") -> None:
        """By what its pictures are recognised from now on, whoever has them."""
        with suppress(Busy):  # a clip goes on; of a copy it is only said that it was made here
            mark = self.watermarks.id_of(clip_id)
            await self.fingerprints.add_fingerprint(clip_id, mark, hashes)

    async def _end(self, active: ActiveClip, status: Status, reason: str) -> None:
        """The clip is not to be done. Raises LeaseLost."""
        self.active_clips.drop_poll(active.clip.id)
        await self.records.end_clip(active, status, reason)


def _keep_place(active: ActiveClip, pool: Pool) -> QueuePlace:
    return pool.keep_place(active.place.asker, ahead=False)


def _is_lifelike(pool: Pool) -> bool:
    """Whether a face that its model draws may be somebody's."""
    return pool.info is None or pool.info.lifelike


@contextmanager
def _handing_over(live: LiveClip) -> Iterator[None]:
    """Those who watch a clip from elsewhere wait for who goes on with it."""
    try:
        yield
    except (LeaseLost, asyncio.CancelledError):
        live.handed_over = True
        raise
