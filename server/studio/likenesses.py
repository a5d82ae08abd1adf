"""Where people ask to show others: decided, told to the owners, and taken back."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from phosphene.consent.ledger import Withdrawal
from phosphene.consent.refusal import refuse_use
from phosphene.consent.request import AdmittedUse, UseRequest
from phosphene.consent.terms import DrawnFrom, UseWords, Via
from phosphene.consent.uses import UseReview, WithdrawnSome
from phosphene.errors import Refusal, Unprocessable
from phosphene.events import Publish, Recorded
from phosphene.letters import mentioned_handles
from phosphene.model import Clip, Person

NO_LOOKS: Final = "the model here draws nobody as they chose: name no @handle"
NO_PORTRAIT: Final = "the model here draws you from a portrait, and you have none: be checked again"
TOO_MANY: Final = "the model here draws fewer people at once"


class LikenessAbility(Struct, frozen=True):
    """What the model here draws people from, and how many in one clip."""

    drawn_from: DrawnFrom
    most_people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Likenesses:
    """``review_use`` gives what owners say, ``note_refusals`` and ``open_asks`` tell them,
    ``owners_in`` whom a clip shows, ``record_steering`` writes down who steers it;
    ``begin_withdrawal`` and ``withdraw_some`` withhold clips; ``read_words`` reads a text as the
    policy does, ``publish`` tells what was recorded to whoever is there."""

    review_use: Callable[[UseRequest], Awaitable[UseReview]]
    note_refusals: Callable[[UseRequest], Awaitable[Sequence[Recorded]]]
    open_asks: Callable[[UseRequest], Awaitable[Sequence[Recorded]]]
    owners_in: Callable[[str], Awaitable[Sequence[str]]]
    record_steering: Callable[[str, UseRequest], Awaitable[Sequence[Recorded]]]
    begin_withdrawal: Callable[[str, Withdrawal, str], Awaitable[WithdrawnSome]]
    withdraw_some: Callable[[str, Withdrawal, str, Sequence[str]], Awaitable[WithdrawnSome]]
    read_words: Callable[[str], UseWords]
    publish: Publish
    count_refusal: Callable[[Refusal, str], Awaitable[None]]

    async def admit_use(
        self,
        text: str,
        by: Person,
        via: Via,
        parent: Clip | None,
        *,
        ability: LikenessAbility | None,
    ) -> AdmittedUse | None:
        """Whether somebody may show those whom a text names and its parent shows; None: nobody.
        ``ability``: None where the model draws nobody as they chose.

        Raises:
            Refused: somebody says no, or is asked first; their owners are told. TooMany: enough
            that was asked of one waits for an answer. Unprocessable: the model cannot.
        """
        handles = mentioned_handles(text)
        shown = parent is not None and bool(await self.owners_in(parent.id))
        if not handles and not shown:
            return None
        if ability is None:
            raise Unprocessable(NO_LOOKS)
        parent_id = parent.id if parent is not None and shown else ""
        drawn_from = ability.drawn_from
        request = await self._request(text, by, via, handles, parent_id, drawn_from)
        review = await self.review_use(request)
        if review.answer == "yes":
            if len(review.allowed_looks) > ability.most_people:
                raise Unprocessable(TOO_MANY)
            return AdmittedUse(request, review.allowed_looks)
        if _lacks_own_portrait(review, by):
            raise Unprocessable(NO_PORTRAIT)
        await self._refuse(request, asked=review.answer == "ask")
        raise refuse_use(handles, asked=review.answer == "ask")

    async def admit_line(self, text: str, by: Person, clip: Clip) -> UseRequest | None:
        """Whether somebody may steer a clip with a line; None: it shows nobody. A line brings
        nobody new in.

        Raises Refused: somebody says no; their owners are told.
        """
        handles = mentioned_handles(text)
        looks = clip.recipe.looks if clip.recipe is not None else ()
        if not handles and not looks:
            return None
        drawn_from: DrawnFrom = "portrait" if any(one.portrait for one in looks) else "card"
        request = await self._request(text, by, "steer", handles, clip.id, drawn_from)
        review = await self.review_use(request)
        known = {one.owner for one in looks}
        if review.answer == "yes" and known.issuperset(handles):
            return request
        await self._refuse(request, asked=False)
        raise refuse_use(handles)

    async def add_steering(self, clip_id: str, request: UseRequest) -> None:
        """Somebody steers a clip that shows people from now on; they are told. Raises Refused."""
        await self.publish(await self.record_steering(clip_id, request))

    async def withdraw_likeness(
        self, owner: str, what: Withdrawal, subject: str = ""
    ) -> Sequence[str]:
        """Take back one clip, all by one person, the portrait, or everything; the clips that are
        withheld. Those on air end at once, on all instances. Raises NotFound."""
        part = await self.begin_withdrawal(owner, what, subject)
        await self.publish(part.recorded)
        clips = list(part.clips)
        while part.left:
            part = await self.withdraw_some(owner, what, subject, part.left)
            await self.publish(part.recorded)
            clips += part.clips
        return clips

    async def _request(
        self,
        text: str,
        by: Person,
        via: Via,
        handles: tuple[str, ...],
        parent_id: str,
        drawn_from: DrawnFrom,
    ) -> UseRequest:
        # Off the loop, as the policy: the worst 500 characters take milliseconds.
        reading = await asyncio.to_thread(self.read_words, text)
        # Who says yes to a card has not said yes to their face.
        kind = f"\0{drawn_from}" if drawn_from != "card" else ""
        purpose = hashlib.sha256(f"{via}\0{parent_id}\0{text}{kind}".encode()).hexdigest()[:32]
        return UseRequest(
            by=by,
            via=via,
            handles=handles,
            parent=parent_id,
            reading=reading,
            purpose=purpose,
            text=text,
            drawn_from=drawn_from,
        )

    async def _refuse(self, request: UseRequest, *, asked: bool) -> None:
        """A transaction either way: how long an answer takes says nothing about who is enrolled."""
        tell = self.open_asks if asked else self.note_refusals
        await self.publish(await tell(request))
        refused = refuse_use(request.handles, asked=asked)
        await self.count_refusal(replace(refused.refusal, ask=asked), request.text)


def _lacks_own_portrait(review: UseReview, by: Person) -> bool:
    """Whether nothing else is in the way than that somebody has no portrait of their own, which
    only they are told."""
    no = [one for one in review.owners if one.verdict.answer != "yes"]
    return bool(no) and all(one.owner == by.id and one.verdict.why == "no_portrait" for one in no)
