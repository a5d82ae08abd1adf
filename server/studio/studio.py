"""A clip's story from prompt to file, and to its end."""

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial

from phosphene.errors import BadInput, Busy, NotFound, NotLive, Unprocessable
from phosphene.model import Clip, ClipBallot, ClipWaiting, Person, Prompt, Proposal
from phosphene.render.dispatch.pool import LOADING
from phosphene.render.dispatch.recipe import check_fork, new_clip, parent_of
from phosphene.render.schedule import Asker
from phosphene.social.poll import Poll
from phosphene.social.rpc import Question, Result
from phosphene.store.leases import FIRST, lease_of
from phosphene.store.store import Removal, Reservation
from phosphene.stream.simulated_viewer import SimulatedViewer
from phosphene.studio.admission import check_admission, find_parent
from phosphene.studio.archive import Archive
from phosphene.studio.drawings import ActiveClips
from phosphene.studio.redactor import Redactor
from phosphene.studio.services import ActiveClip, Services
from phosphene.studio.takeovers import Takeovers

STEER_LATER_S = 1.0
# By then another instance, or this one started again, takes new clips.
STOPPING_RETRY_S = 5.0

log = logging.getLogger("phosphene.studio")


class Studio:
    """Accepts prompts and sees each clip through; ``tasks`` outlive the requests."""

    def __init__(self, services: Services, tasks: asyncio.TaskGroup) -> None:
        self._services = services
        self._archive = Archive(
            services.store, services.blobs, services.signer, births=services.settings.births
        )
        self._redactor = Redactor(services.store, self._archive)
        self._active_clips = ActiveClips(services, self._archive, self._redactor, tasks)
        self._takeovers = Takeovers(services, self._active_clips)

    @property
    def busy_clips(self) -> int:
        """Clips that are queued or being drawn here."""
        return len(self._active_clips)

    async def accept_prompt(
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
        if self._services.lifecycle.stopping:
            raise Busy("the server is stopping; try again in a moment", STOPPING_RETRY_S)
        text = await self._services.check.clean_text(prompt.text)
        parent = await find_parent(self._services.store, parent_of(prompt), author)
        most = self._services.settings.clips_per_person
        await check_admission(self._services.store, self._services.usage, most, author)
        info = self._services.pool.info
        if self._services.pool.unready_reason == LOADING:
            raise Busy(LOADING, 2.0)
        if info is None or self._services.pool.unavailable_reason:
            raise Busy("nothing can be drawn here now; try another instance, or later", 30.0)
        if prompt.fork is not None and parent is not None:
            check_fork(prompt.fork, prompt.seconds, parent, info)
        clip = new_clip(prompt, text, author, parent, info, self._services.settings.steps)
        # Before anybody else is asked: who is told yes must find room, however many come meanwhile.
        place, since = self._services.pool.reserve_place(Asker(author.id, address)), time.time()
        try:
            await self._services.topics.publish_events(
                await self._services.store.add_clip(clip, reserve(clip))
            )
        except BaseException:
            place.release()
            raise
        lease = self._services.holder.hold_lease(
            lease_of(clip.id), FIRST, since, partial(self._services.pool.cancel_clip, clip.id)
        )
        active = ActiveClip(clip, time.perf_counter(), SimulatedViewer(clip.fps), lease, place)
        self._active_clips.begin_clip(active)
        return clip

    def waiting_of(self, clip_id: str) -> ClipWaiting | None:
        """The place in the queue that a clip has, while it has one."""
        return self._services.topics.waiting_of(clip_id)

    def ballot_of(self, clip_id: str) -> ClipBallot | None:
        """What the audience of a clip proposes, while it can be steered."""
        return self._services.topics.ballot_of(clip_id)

    async def propose_line(self, clip: Clip, person: Person, text: str) -> Proposal:
        """Propose a line for a clip on air, here or at another instance.

        Raises:
            BadInput, Refused (by the policy), NotLive (not drawn now), Unprocessable (its model
            cannot be steered), TooMany (the ballot is full, or holds one of this person).
        """
        cleaned = await self._services.check.clean_text(text)
        if self._is_elsewhere(clip):
            return await self._services.rpc.propose_line(clip.id, person, cleaned)
        return self._poll_of(clip.id).add_proposal(person, cleaned)

    async def vote_for(self, clip: Clip, person: Person, proposal_id: str) -> Proposal:
        """Vote for a proposed line. Raises NotFound, NotLive, Unprocessable."""
        if self._is_elsewhere(clip):
            return await self._services.rpc.vote_for(clip.id, person, proposal_id)
        return self._poll_of(clip.id).add_vote(person, proposal_id)

    def answer_call(self, question: Question) -> Result | None:
        """What another instance asks about a clip; None when it is not drawn here. That instance
        has seen whose clip it is, and what the policy says.

        Raises:
            NotFound, NotLive, Unprocessable, TooMany.
        """
        if not self._active_clips.holds_clip(question.clip):
            return None
        if question.text:
            return self._poll_of(question.clip).add_proposal(question.person, question.text)
        if question.proposal:
            return self._poll_of(question.clip).add_vote(question.person, question.proposal)
        self._services.pool.cancel_clip(question.clip)
        return "cancelled"

    async def remove_clip(self, clip_id: str, person: Person | None) -> Clip:
        """Stop drawing a clip, or forget a finished one with its files; the clip as it was.

        ``person`` whose clip it must be, None for an operator. Raises NotFound, BadInput (it ended
        at this very moment).
        """
        clip = await self._services.store.get_clip(clip_id)
        if person is not None and clip.author.id != person.id:
            raise NotFound(f"no clip {clip_id} of yours")
        if clip.status in {"queued", "live"}:
            await self._cancel_clip(clip)
        else:
            await self.finish_removal(await self._services.store.remove_clip(clip_id))
        return clip

    async def finish_removal(self, removal: Removal) -> None:
        """Tell of what was removed, and let go of its files."""
        await self._services.topics.publish_events(removal.recorded)
        self._redactor.wake_up()
        await self._archive.delete_blobs(removal.blobs)

    async def recover_clips(self) -> None:
        """At the start: go on with the clips that a stop cut off. Beside other instances that is
        done by ``take_over``, when their leases have run out."""
        if self._services.holder.alone:
            await self._takeovers.recover_own()

    async def run_takeovers(self) -> None:
        """Go on with clips of instances that are gone, for as long as this one runs."""
        if not self._services.holder.alone:
            await self._takeovers.run()

    async def run_redactor(self) -> None:
        """Sign clips anew whose parents are gone, for as long as the instance runs."""
        await self._redactor.run()

    async def wait_finished(self, seconds: float) -> None:
        """Wait for the clips that are drawn here, at most so long."""
        await self._active_clips.wait_finished(seconds)

    def cancel_all(self) -> None:
        """Stop drawing what is left."""
        self._active_clips.cancel_all()

    async def _cancel_clip(self, clip: Clip) -> None:
        """Stop drawing a clip, here or at another instance."""
        if clip.id in self._active_clips:
            self._services.pool.cancel_clip(clip.id)
        elif self._services.bus.is_shared:
            await self._services.rpc.call_owner(clip.id, clip.author)
        else:
            raise BadInput("the clip is not being drawn")

    def _is_elsewhere(self, clip: Clip) -> bool:
        """Whether another instance may be drawing the clip."""
        return (
            clip.status == "live"
            and clip.id not in self._active_clips
            and self._services.bus.is_shared
        )

    def _poll_of(self, clip_id: str) -> Poll:
        poll = self._active_clips.poll_of(clip_id)
        if poll is None:
            raise NotLive("only a clip that is being drawn can be steered", STEER_LATER_S)
        if not self._active_clips.can_steer:
            raise Unprocessable("the model of this clip keeps to its first prompt")
        drawn = self._services.topics.progress_of(clip_id)
        if drawn is not None and drawn.percent >= 100:
            raise NotLive("it is drawn to its end: nothing is left to steer", STEER_LATER_S)
        return poll
