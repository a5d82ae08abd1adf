"""A clip's story from prompt to file, and to its end."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from functools import partial

import msgspec

from server.boundary import Backoff, boundary
from server.errors import (
    BadInput,
    Busy,
    NotFound,
    NotLive,
    PhospheneError,
    Refused,
    Unprocessable,
)
from server.model import (
    Clip,
    ClipBallot,
    ClipFailed,
    ClipFinished,
    ClipProgress,
    ClipStarted,
    ClipSteered,
    ClipWaiting,
    Person,
    Prompt,
    Proposal,
    Steer,
    StoredEvent,
    Unit,
)
from server.render import wire
from server.render.line import Place
from server.render.pool import LOADING
from server.render.recipe import check_fork, new_clip, parent_of
from server.render.schedule import Asker
from server.social.asking import Question, Result
from server.social.poll import Poll, open_poll
from server.store.store import Removal, Reservation
from server.stream.live import Live
from server.stream.spectator import Spectator
from server.studio.admission import check_admission, find_parent
from server.studio.archive import Archive
from server.studio.redactor import Redactor
from server.studio.rooms import Making, Rooms
from server.studio.stills import open_still
from server.trust.policy import clean_prompt, decide

STEER_LATER_S = 1.0
# By then another instance, or this one started again, takes new clips.
STOPPING_RETRY_S = 5.0
# A clip that a stop cuts off is said to have failed within so long, or at the next start.
LAST_WORD_S = 3.0
# How often the store is tried again while it does not answer.
STORE_BACK_OFF_S = (0.1, 2.0)

log = logging.getLogger("phosphene.studio")


class Studio:
    """Accepts prompts and sees each clip through; ``tasks`` outlive the requests."""

    def __init__(self, rooms: Rooms, tasks: asyncio.TaskGroup) -> None:
        self._rooms = rooms
        self._archive = Archive(
            rooms.store, rooms.blobs, rooms.signer, births=rooms.settings.births
        )
        self._redactor = Redactor(rooms.store, self._archive)
        self._tasks = tasks
        self._making: dict[str, asyncio.Task[None]] = {}
        self._polls: dict[str, Poll] = {}

    @property
    def busy(self) -> int:
        """Clips that are queued or being drawn here."""
        return len(self._making)

    async def accept(
        self,
        prompt: Prompt,
        author: Person,
        address: str = "",
        reserve: Callable[[Clip], Reservation | None] = lambda _: None,
    ) -> Clip:
        """Check a prompt, record the clip and begin; returns at once with the queued clip.
        ``address`` is where the author is, as far as that counts for fairness.

        ``reserve`` gives what is kept with it as the answer to this request.

        Raises:
            Repeated: the request was answered already.
            BadInput, NotFound (no such parent), Refused (by the policy), QuotaReached, RetryLater
            (full, or the parent is on its way), Unprocessable (the model does not fork this clip).
        """
        if self._rooms.lifecycle.stopping:
            raise Busy("the server is stopping; try again in a moment", STOPPING_RETRY_S)
        text = clean_prompt(prompt.text)
        await self._refuse_what_is_forbidden(text)
        parent = await find_parent(self._rooms.store, parent_of(prompt), author)
        most = self._rooms.settings.clips_per_person
        await check_admission(self._rooms.store, self._rooms.usage, most, author)
        info = self._rooms.pool.info
        if self._rooms.pool.unready == LOADING:
            raise Busy(LOADING, 2.0)
        if info is None or self._rooms.pool.hopeless:
            raise Busy("nothing can be drawn here now; try another instance, or later", 30.0)
        if prompt.fork is not None and parent is not None:
            check_fork(prompt.fork, prompt.seconds, parent, info)
        clip = new_clip(prompt, text, author, parent, info, self._rooms.settings.steps)
        # Before anybody else is asked: who is told yes must find room, however many come meanwhile.
        place = self._rooms.pool.reserve(Asker(author.id, address))
        try:
            await self._rooms.topics.publish(await self._rooms.store.add_clip(clip, reserve(clip)))
        except BaseException:
            place.release()
            raise
        task = self._tasks.create_task(self._make(clip, parent, place), name=f"clip {clip.id}")
        self._making[clip.id] = task
        task.add_done_callback(lambda _: self._making.pop(clip.id, None))
        return clip

    def waiting(self, clip_id: str) -> ClipWaiting | None:
        """The place in the line that a clip has, while it has one."""
        return self._rooms.topics.waiting(clip_id)

    def ballot(self, clip_id: str) -> ClipBallot | None:
        """What the audience of a clip proposes, while it can be steered."""
        return self._rooms.topics.ballot(clip_id)

    async def propose(self, clip: Clip, person: Person, text: str) -> Proposal:
        """Propose a line for a clip on air, here or at another instance.

        Raises:
            BadInput, Refused (by the policy), NotLive (not drawn now), Unprocessable (its model
            cannot be steered), TooMany (the ballot is full, or holds one of this person).
        """
        cleaned = clean_prompt(text)
        await self._refuse_what_is_forbidden(cleaned)
        if self._is_elsewhere(clip):
            return await self._rooms.asking.propose(clip.id, person, cleaned)
        return self._poll(clip.id).propose(person, cleaned)

    async def vote(self, clip: Clip, person: Person, proposal_id: str) -> Proposal:
        """Vote for a proposed line. Raises NotFound, NotLive, Unprocessable."""
        if self._is_elsewhere(clip):
            return await self._rooms.asking.vote(clip.id, person, proposal_id)
        return self._poll(clip.id).vote(person, proposal_id)

    def answer(self, question: Question) -> Result | None:
        """What another instance asks about a clip; None when it is not drawn here. That instance
        has seen whose clip it is, and what the policy says.

        Raises:
            NotFound, NotLive, Unprocessable, TooMany.
        """
        if question.clip not in self._making:
            return None
        if question.text:
            return self._poll(question.clip).propose(question.person, question.text)
        if question.proposal:
            return self._poll(question.clip).vote(question.person, question.proposal)
        self._rooms.pool.cancel(question.clip)
        return "cancelled"

    def steer(self, clip_id: str, text: str) -> None:
        """Let a clip on air follow a text that the policy has allowed."""
        self._rooms.pool.steer(clip_id, text)

    async def remove(self, clip_id: str, person: Person | None) -> Clip:
        """Stop drawing a clip, or forget a finished one with its files; the clip as it was.

        ``person`` whose clip it must be, None for an operator. Raises NotFound, BadInput (it ended
        at this very moment).
        """
        clip = await self._rooms.store.clip(clip_id)
        if person is not None and clip.author.id != person.id:
            raise NotFound(f"no clip {clip_id} of yours")
        if clip.status in {"queued", "live"}:
            await self._stop(clip)
        else:
            await self.finish_removal(await self._rooms.store.remove_clip(clip_id))
        return clip

    async def finish_removal(self, removal: Removal) -> None:
        """Tell of what was removed, and let go of its files."""
        await self._rooms.topics.publish(removal.recorded)
        self._redactor.wake()
        await self._archive.forget(removal.blobs)

    async def recover(self) -> None:
        """Say of the clips that a stop cut off that they failed, so that nobody waits for them."""
        alone = not self._rooms.bus.shared
        for clip_id in await self._rooms.store.unfinished():
            taken = await self._rooms.store.take_over(clip_id, alone=alone)
            if taken is not None:
                reason = "the server stopped while drawing it"
                await self._end(taken.clip, "failed", reason, taken.number)

    async def redact(self) -> None:
        """Sign clips anew whose parents are gone, for as long as the instance runs."""
        await self._redactor.run()

    async def finish(self, seconds: float) -> None:
        """Wait for the clips that are drawn here, at most so long."""
        if self._making:
            await asyncio.wait(self._making.values(), timeout=seconds)

    def cut_off(self) -> None:
        """Stop drawing what is left."""
        for task in self._making.values():
            task.cancel()

    async def _stop(self, clip: Clip) -> None:
        """Stop drawing a clip, here or at another instance."""
        if clip.id in self._making:
            self._rooms.pool.cancel(clip.id)
        elif self._rooms.bus.shared:
            await self._rooms.asking.ask(clip.id, clip.author)
        else:
            raise BadInput("the clip is not being drawn")

    @property
    def _drawable(self) -> tuple[str, ...]:
        """The subjects that the model knows; none of a model that knows no bounds."""
        info = self._rooms.pool.info
        return info.vocabulary.get("subject", ()) if info is not None else ()

    async def _refuse_what_is_forbidden(self, text: str) -> None:
        # Off the loop: the worst 500 characters take milliseconds.
        refusal = await asyncio.to_thread(decide, text, self._rooms.rules, self._drawable)
        if refusal is not None:
            self._rooms.metrics.refusals.labels(refusal.code).inc()
            raise Refused(refusal)

    def _is_elsewhere(self, clip: Clip) -> bool:
        """Whether another instance may be drawing the clip."""
        return clip.status == "live" and clip.id not in self._making and self._rooms.bus.shared

    def _poll(self, clip_id: str) -> Poll:
        poll = self._polls.get(clip_id)
        if poll is None:
            raise NotLive("only a clip that is being drawn can be steered", STEER_LATER_S)
        if not self._steerable:
            raise Unprocessable("the model of this clip keeps to its first prompt")
        drawn = self._rooms.topics.progress(clip_id)
        if drawn is not None and drawn.percent >= 100:
            raise NotLive("it is drawn to its end: nothing is left to steer", STEER_LATER_S)
        return poll

    @property
    def _steerable(self) -> bool:
        info = self._rooms.pool.info
        return info is not None and info.steers != "never"

    async def _make(self, clip: Clip, parent: Clip | None, place: Place) -> None:
        """Draw one clip; whatever happens, its topic learns how it ended."""
        making = Making(clip, time.perf_counter(), Spectator(clip.fps))
        with boundary("clip", clip.id):
            try:
                await self._draw(making, parent, place)
            except asyncio.CancelledError:
                async with asyncio.timeout(LAST_WORD_S):
                    await self._end(
                        making.clip, "failed", "the server was stopped while drawing it"
                    )
                raise
            except PhospheneError as error:
                await self._end(making.clip, "failed", str(error))
            except OSError as error:
                log.exception("clip %s: a file could not be kept", clip.id)
                await self._end(
                    making.clip, "failed", f"a file could not be kept: {error.strerror}"
                )
            except Exception:
                await self._end(making.clip, "failed", "something went wrong while drawing it")
                raise
            finally:
                place.release()
                seen = making.spectator
                self._rooms.metrics.seen(making.model, seen.pictures, seen.late, seen.stalled_s)

    async def _draw(self, making: Making, parent: Clip | None, place: Place) -> None:
        clip, pool = making.clip, self._rooms.pool
        order = await self._archive.order(clip, parent)
        with self._rooms.stage.on_air(
            clip.id,
            width=clip.width,
            height=clip.height,
            fps=clip.fps,
            ask_keyframe=lambda: pool.keyframe(clip.id),
            ask_rendition=partial(pool.ask, clip.id),
            sound=clip.recipe is not None and clip.recipe.sound,
        ) as live:
            async with (
                self._polling(clip.id) as making.poll,
                open_still(self._rooms.blobs, clip.id) as making.renew_still,
                aclosing(pool.render(order, place)) as answers,
            ):
                async for message in answers:
                    await self._take(making, live, message)

    @asynccontextmanager
    async def _polling(self, clip_id: str) -> AsyncIterator[Poll]:
        async with open_poll(clip_id, self._rooms.topics, partial(self.steer, clip_id)) as poll:
            try:
                yield poll
            finally:
                self._polls.pop(clip_id, None)

    async def _take(self, making: Making, live: Live, message: wire.ClipAnswer) -> None:
        match message:
            case wire.Encoded(_, unit, rendition):
                if rendition == live.name:
                    self._see(making, unit, first=not live.units.items)
                live.take(unit, rendition)
            case wire.Progress():
                await self._rooms.topics.say(ClipProgress(**msgspec.structs.asdict(message)))
            case wire.Waiting(clip, place, wait_s):
                await self._rooms.topics.say(ClipWaiting(clip, place, wait_s))
            case wire.Started():
                self._rooms.metrics.waited.labels(making.model).observe(making.age_s)
                making.clip = msgspec.structs.replace(
                    making.clip, status="live", understood=message.understood
                )
                await self._record(making.clip, ClipStarted(making.clip))
                self._open_ballot(making)
            case wire.Steered(_, steer):
                await self._follow(making, steer)
            case wire.Still():
                await making.renew_still(message.data)
            case wire.Artifact():
                making.files[message.kind] = message
            case wire.Done():
                ratio = message.render_s / making.clip.seconds
                self._rooms.metrics.render.labels(making.model).observe(ratio)
                await self._finish(making, live, message)
            case wire.Failed():
                await self._end(
                    making.clip, "cancelled" if message.cancelled else "failed", message.reason
                )

    def _see(self, making: Making, unit: Unit, *, first: bool) -> None:
        """Measure what a viewer gets."""
        if first:
            self._rooms.metrics.first_light.labels(making.model).observe(making.age_s)
        making.spectator.see(unit, making.age_s)

    def _open_ballot(self, making: Making) -> None:
        assert making.poll is not None
        self._polls[making.clip.id] = making.poll
        if self._steerable:
            making.poll.begin()

    async def _follow(self, making: Making, steer: Steer) -> None:
        """Keep the line that counts now, and say so."""
        assert making.poll is not None
        assert making.clip.recipe is not None
        recipe = making.clip.recipe
        recipe = msgspec.structs.replace(recipe, steering=(*recipe.steering, steer))
        making.clip = msgspec.structs.replace(making.clip, recipe=recipe)
        await self._record(making.clip, ClipSteered(making.clip, steer))
        making.poll.followed()

    async def _finish(self, making: Making, live: Live, done: wire.Done) -> None:
        """Keep the files, then say that the clip is done."""
        making.clip = await self._archive.keep(making, live, done)
        await self._record(making.clip, ClipFinished(making.clip))
        # Its parent may have been removed meanwhile.
        self._redactor.wake()
        self._rooms.metrics.clips.labels("done").inc()

    async def _end(self, clip: Clip, status: str, reason: str, number: int = 1) -> None:
        ended = msgspec.structs.replace(clip, status=status, reason=reason, finished_at=time.time())
        self._rooms.metrics.clips.labels(status).inc()
        log.info("clip %s %s: %s", clip.id, status, reason)
        await self._record(ended, ClipFailed(ended), number)

    async def _record(self, clip: Clip, event: StoredEvent, number: int = 1) -> None:
        """Record what became of a clip, however long the store does not answer."""
        backoff = Backoff(*STORE_BACK_OFF_S)
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
