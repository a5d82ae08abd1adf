"""How a clip on air goes on: lines that its audience proposes and votes for, here or elsewhere."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from phosphene.bus.bus import Bus
from phosphene.errors import Busy, NotLive, Unprocessable
from phosphene.events import Proposal
from phosphene.model import Clip, Person, ReactionKind
from phosphene.render.dispatch.pool import ModelPools
from phosphene.social.poll import Poll
from phosphene.social.rpc import InstanceRpc, Question, Result
from phosphene.social.topics import Topics
from phosphene.studio.active_clips import ActiveClips
from phosphene.studio.dialogue import CleanText, Dialogue
from phosphene.studio.said_before import GetClip, texts_of

STEER_LATER_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Steering:
    """Asks the instance that draws the clip, if it is another one. ``clean_text`` gives a text as
    it may be drawn (``PromptCheck``), ``admit_line`` raises Refused where somebody in the clip says
    no (``Likenesses``), ``note_deed`` keeps what somebody did for their feed
    (``ReactionStore``)."""

    clean_text: CleanText
    get_clip: GetClip
    admit_line: Callable[[str, Person, Clip], Awaitable[object]]
    note_deed: Callable[[str, str, ReactionKind], Awaitable[None]]
    bus: Bus
    rpc: InstanceRpc
    topics: Topics
    pools: ModelPools
    active_clips: ActiveClips

    async def propose_line(self, clip: Clip, person: Person, text: str) -> Proposal:
        """Propose a line for a clip on air, here or at another instance.

        Raises:
            BadInput, Refused (by the policy), NotLive (not drawn now), Unprocessable (its model
            cannot be steered), TooMany (the ballot is full, or holds one of this person).
        """
        said = Dialogue("steering", await texts_of(self.get_clip, clip))
        cleaned = await self.clean_text(text, person.id, said)
        await self.admit_line(cleaned, person, clip)
        if self._is_elsewhere(clip):
            made = await self.rpc.propose_line(clip.id, person, cleaned)
        else:
            made = self._poll_of(clip.id).add_proposal(person, cleaned)
        await self._note_steered(person, clip)
        return made

    async def vote_for(self, clip: Clip, person: Person, proposal_id: str) -> Proposal:
        """Vote for a proposed line. Raises NotFound, NotLive, Unprocessable."""
        if self._is_elsewhere(clip):
            made = await self.rpc.vote_for(clip.id, person, proposal_id)
        else:
            made = self._poll_of(clip.id).add_vote(person, proposal_id)
        await self._note_steered(person, clip)
        return made

    async def _note_steered(self, person: Person, clip: Clip) -> None:
        with suppress(Busy):  # the line stands, noted or not
            await self.note_deed(person.id, clip.id, "steer")

    def answer_call(self, question: Question) -> Result | None:
        """What another instance asks about a clip; None when it is not drawn here. That instance
        has seen whose clip it is, and what the policy says.

        Raises:
            NotFound, NotLive, Unprocessable, TooMany.
        """
        if not self.active_clips.holds_clip(question.clip):
            return None
        if question.text:
            return self._poll_of(question.clip).add_proposal(question.person, question.text)
        if question.proposal:
            return self._poll_of(question.clip).add_vote(question.person, question.proposal)
        self.pools.cancel_clip(question.clip)
        return "cancelled"

    def _is_elsewhere(self, clip: Clip) -> bool:
        """Whether another instance may be drawing the clip."""
        return clip.status == "live" and clip.id not in self.active_clips and self.bus.is_shared

    def _poll_of(self, clip_id: str) -> Poll:
        poll = self.active_clips.poll_of(clip_id)
        pool = self.pools.pool_of(self.active_clips.recipe_of(clip_id))
        if poll is None:
            raise NotLive("only a clip that is being drawn can be steered", STEER_LATER_S)
        if pool is None or pool.info is None or not pool.info.can_steer:
            raise Unprocessable("the model of this clip keeps to its first prompt")
        drawn = self.topics.progress_of(clip_id)
        # A line that is taken and changes nothing would be a vote for nothing.
        if drawn is not None and drawn.percent >= 100:
            raise NotLive("it is drawn to its end: nothing is left to steer", STEER_LATER_S)
        return poll
