"""What moderators and operators decide, carried out: stored, told, and no longer drawn."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from phosphene.events import Publish, Recorded
from phosphene.model import Clip
from phosphene.reports import (
    Action,
    Answered,
    Appeal,
    AppealAnswer,
    Decided,
    Decider,
    Decision,
    NewDecision,
    SubjectKind,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderator:
    """``record`` and ``record_final`` store a decision, the second one of what the caller does and
    nobody can undo; ``take_back`` undoes one, ``answer`` answers an appeal; ``publish`` tells what
    was recorded. ``hold_family`` holds some of what was made of what a decision took away, and says
    whether there is more. ``stop_clip`` ends its drawing, ``remove`` forgets it, ``redact`` has its
    remixes signed anew."""

    record: Callable[[NewDecision, Decider], Awaitable[Decided]]
    record_final: Callable[[NewDecision, Decider], Awaitable[Decided]]
    hold_family: Callable[[str], Awaitable[tuple[Sequence[Recorded], bool]]]
    take_back: Callable[[str, Decider], Awaitable[Decided]]
    answer: Callable[[str, AppealAnswer, Decider], Awaitable[Answered]]
    publish: Publish
    stop_clip: Callable[[str], Awaitable[None]]
    remove: Callable[[str, None], Awaitable[Clip]]
    redact: Callable[[], None]

    async def decide(self, new: NewDecision, by: Decider) -> Decision:
        """Decide of something, and of all open reports of it. Raises NotFound, Unusable, Forbidden,
        AlreadyTaken."""
        decided = await self.record(new, by)
        if new.kind == "clip" and new.action != "dismiss":
            await self.stop_clip(new.subject)
        decision = await self._tell(decided)
        more = new.kind == "clip" and new.action != "dismiss"
        while more:
            recorded, more = await self.hold_family(decision.id)
            await self.publish(recorded)
        return decision

    async def undo(self, decision_id: str, by: Decider) -> Decision:
        """Take a decision back. Raises NotFound, Forbidden, AlreadyTaken, Unprocessable: it is
        final."""
        return await self._tell(await self.take_back(decision_id, by))

    async def answer_appeal(self, decision_id: str, answer: AppealAnswer, by: Decider) -> Appeal:
        """Say what comes of an appeal. Raises NotFound, AlreadyTaken, Forbidden."""
        answered = await self.answer(decision_id, answer, by)
        await self.publish(answered.recorded)
        if answered.appeal.state == "overturned" and answered.appeal.decision.kind == "clip":
            self.redact()
        return answered.appeal

    async def decide_finally(
        self, kind: SubjectKind, subject: str, action: Action, by: Decider
    ) -> None:
        """Write down, and tell, what the caller does next and nobody can undo. Raises NotFound,
        Forbidden."""
        await self._tell(await self.record_final(NewDecision(kind, subject, action), by))

    async def remove_clip(self, clip_id: str, by: Decider) -> Clip:
        """Stop or remove anybody's clip, for good. Raises NotFound, BadInput, Forbidden."""
        await self.decide_finally("clip", clip_id, "remove", by)
        return await self.remove(clip_id, None)

    async def _tell(self, decided: Decided) -> Decision:
        await self.publish(decided.recorded)
        # Files of remixes name what they were made of, or hide it.
        if decided.decision.kind == "clip":
            self.redact()
        return decided.decision
