"""Routes of one's likeness: who may show it, who asks, what shows it, and taking it back."""

import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.paging import PRIVATE
from phosphene.api.visitors import Visitor, Visitors, person_operation
from phosphene.consent.card import Card, card_choices
from phosphene.consent.ledger import OwnLedger, Withdrawal
from phosphene.consent.likeness import Likeness
from phosphene.consent.terms import LikenessTerms, UsageRules, is_wider
from phosphene.consent.uses import LikenessAsk, LikenessPerson, OwnUse
from phosphene.errors import Unusable
from phosphene.events import Publish
from phosphene.language import translate
from phosphene.model import Person
from phosphene.operation import Operation
from phosphene.people.accounts import need_confirmed
from phosphene.store.likeness_store import LikenessStore
from phosphene.trust.normalize import rule_words
from phosphene.trust.rate_limits import RateLimits
from phosphene.trust.refusal_rules import Rules
from phosphene.web import answer, read_json, read_query


class LikenessCategory(Struct, frozen=True):
    """Something that a likeness can be kept out of."""

    code: str
    name: str


class OwnLikeness(Struct, frozen=True):
    """``likeness``: what was checked and what is lent (``grant`` 0: nothing). ``choices``: the
    values of each field of a card; ``categories``: what it can be kept out of."""

    likeness: Likeness
    choices: dict[str, tuple[str, ...]]
    categories: tuple[LikenessCategory, ...]


class NewTerms(Struct, frozen=True, forbid_unknown_fields=True):
    """How one is drawn, and who may: in the place of all that one allowed before."""

    card: Card
    terms: LikenessTerms


class AllowPerson(Struct, frozen=True, forbid_unknown_fields=True):
    """``allowed``: approve a person (true), or shut them out whatever the scope is (false)."""

    allowed: bool


class AskReply(Struct, frozen=True, forbid_unknown_fields=True):
    yes: bool


class NewWithdrawal(Struct, frozen=True, forbid_unknown_fields=True):
    """``what`` is taken back: a ``clip`` with all that was made of it, all clips of a ``person`` (a
    handle), who may use it no more, the ``portrait`` with all that was drawn from it, or
    everything."""

    what: Withdrawal
    clip: str = ""
    person: str = ""


class WithdrawnClips(Struct, frozen=True):
    """Clips that are withheld now. What others have saved, or a player elsewhere has loaded,
    cannot be called back."""

    clips: Sequence[str]


class UsesQuery(Struct, frozen=True):
    before: Annotated[float, Meta(description="only uses from before this time")] | None = None


class ConsentRoutes:
    """``withdraw`` takes back, ``forget_face`` all that is kept of somebody's face, and
    ``forget_portrait`` their portrait alone, with the clips of it; ``find_person``
    gives who has a handle, ``publish`` tells what was recorded to whoever is there."""

    def __init__(
        self,
        store: LikenessStore,
        withdraw: Callable[[str, Withdrawal, str], Awaitable[Sequence[str]]],
        forget_face: Callable[[str], Awaitable[None]],
        forget_portrait: Callable[[str], Awaitable[Sequence[str]]],
        find_person: Callable[[str], Awaitable[Person]],
        rules: Rules,
        publish: Publish,
        limits: RateLimits,
        visitors: Visitors,
    ) -> None:
        self._store = store
        self._withdraw = withdraw
        self._forget_face = forget_face
        self._forget_portrait = forget_portrait
        self._find_person = find_person
        softer = rules.for_likeness
        self._categories = softer.categories if softer is not None else ()
        self._publish = publish
        self._limits = limits
        self._visitors = visitors

    async def read_likeness(self, request: Request, visitor: Visitor) -> Response:
        return answer(await self._own(visitor), headers=PRIVATE)

    async def change_likeness(self, request: Request, visitor: Visitor) -> Response:
        new = await read_json(request, NewTerms)
        await self._count(visitor)
        owner, terms = visitor.person.id, self._checked(new.terms)
        before = await self._store.get_likeness(owner)
        # Narrower is at once. Before anything is lent nobody but oneself may.
        lent = before.terms if before.grant else LikenessTerms()
        if is_wider(terms, lent):
            need_confirmed(visitor.confirmed_at, time.time())
        await self._store.grant_terms(owner, new.card, terms)
        return answer(await self._own(visitor), headers=PRIVATE)

    async def list_likeness_people(self, request: Request, visitor: Visitor) -> Response:
        return answer(await self._store.list_people(visitor.person.id), headers=PRIVATE)

    async def allow_likeness_person(self, request: Request, visitor: Visitor) -> Response:
        allow = await read_json(request, AllowPerson)
        return await self._set_person(request, visitor, allow.allowed)

    async def forget_likeness_person(self, request: Request, visitor: Visitor) -> Response:
        return await self._set_person(request, visitor, None)

    async def list_likeness_asks(self, request: Request, visitor: Visitor) -> Response:
        return answer(await self._store.list_asks(visitor.person.id), headers=PRIVATE)

    async def answer_likeness_ask(self, request: Request, visitor: Visitor) -> Response:
        said = await read_json(request, AskReply)
        await self._count(visitor)
        ask_id = request.path_params["ask"]
        ask, told = await self._store.answer_ask(visitor.person.id, ask_id, said.yes)
        await self._publish(told)
        return answer(ask, headers=PRIVATE)

    async def list_likeness_uses(self, request: Request, visitor: Visitor) -> Response:
        before = read_query(request, UsesQuery).before
        # What is shown at this very moment is in the list.
        until = time.time() + 1 if before is None else before
        return answer(await self._store.list_uses(visitor.person.id, until), headers=PRIVATE)

    async def read_likeness_ledger(self, request: Request, visitor: Visitor) -> Response:
        return answer(await self._store.read_ledger(visitor.person.id), headers=PRIVATE)

    async def withdraw_likeness(self, request: Request, visitor: Visitor) -> Response:
        # No allowance, and no proof: taking back is never too often, and must not wait.
        new = await read_json(request, NewWithdrawal)
        owner, subject = visitor.person.id, await self._subject(new)
        if new.what == "portrait":
            return answer(WithdrawnClips(await self._forget_portrait(owner)))
        try:
            return answer(WithdrawnClips(await self._withdraw(owner, new.what, subject)))
        finally:
            # After what is on air, and also of who lends nothing.
            if new.what == "everything":
                await self._forget_face(owner)

    async def _subject(self, new: NewWithdrawal) -> str:
        if new.what == "person":
            return (await self._find_person(new.person.removeprefix("@"))).id
        return new.clip if new.what == "clip" else ""

    async def _own(self, visitor: Visitor) -> OwnLikeness:
        named = [LikenessCategory(one.code, translate(one.message)) for one in self._categories]
        likeness = await self._store.get_likeness(visitor.person.id)
        return OwnLikeness(likeness, card_choices(), tuple(named))

    def _checked(self, terms: LikenessTerms) -> LikenessTerms:
        """As they are kept: words as they are looked for. Raises Unusable."""
        known = {one.code for one in self._categories}
        if unknown := set(terms.rules.categories) - known:
            raise Unusable(f"rules.categories: there is no {min(unknown)}")
        read = tuple(dict.fromkeys(filter(None, map(rule_words, terms.rules.words))))
        rules = UsageRules(tuple(dict.fromkeys(terms.rules.categories)), read)
        return LikenessTerms(
            scope=terms.scope, rules=rules, ask_each=terms.ask_each, until=terms.until
        )

    async def _set_person(
        self, request: Request, visitor: Visitor, allowed: bool | None
    ) -> Response:
        await self._count(visitor)
        person = await self._find_person(request.path_params["handle"].removeprefix("@"))
        # Whoever sits down before an open browser could else let themselves in.
        if allowed or (
            allowed is None and await self._store.is_shut_out(visitor.person.id, person.id)
        ):
            need_confirmed(visitor.confirmed_at, time.time())
        await self._store.set_person(visitor.person.id, person.id, allowed)
        return Response(status_code=204)

    async def _count(self, visitor: Visitor) -> None:
        await self._limits.count_act("write", visitor.person.id, visitor.address)

    def operations(self) -> list[Operation]:
        """All of them; who is suspended may read, and take back."""
        reads = partial(person_operation, self._visitors, suspended=True, errors=(401, 403))
        writes = partial(person_operation, self._visitors, limit="write")
        one = "/v1/me/likeness"
        person, wrong = f"{one}/people/{{handle}}", (400, 401, 403, 404, 413, 415, 422)
        return [
            reads("GET", one, "What one lends, and what can be chosen", self.read_likeness,
                  answer=OwnLikeness),
            writes("PUT", one, "Lend one's likeness on these terms", self.change_likeness,
                   body=NewTerms, answer=OwnLikeness, errors=(400, 401, 403, 413, 415, 422)),
            reads("GET", f"{one}/people", "Whom one approved, or shut out",
                  self.list_likeness_people, answer=list[LikenessPerson]),
            writes("PUT", person, "Approve a person, or shut them out",
                   self.allow_likeness_person, body=AllowPerson, status=204, errors=wrong),
            writes("DELETE", person, "Neither approve nor shut out a person",
                   self.forget_likeness_person, status=204, errors=(401, 403, 404, 422)),
            reads("GET", f"{one}/asks", "Who asks for one use, newest first",
                  self.list_likeness_asks, answer=list[LikenessAsk]),
            writes("PUT", f"{one}/asks/{{ask}}", "Say yes or no to one use",
                   self.answer_likeness_ask, body=AskReply, answer=LikenessAsk,
                   errors=(400, 401, 403, 404, 409, 413, 415)),
            reads("GET", f"{one}/uses", "Clips that show one, newest first",
                  self.list_likeness_uses, query=UsesQuery, answer=list[OwnUse],
                  errors=(400, 401, 403)),
            reads("GET", f"{one}/ledger", "All that was allowed, used, refused and taken back",
                  self.read_likeness_ledger, answer=OwnLedger),
            person_operation(
                self._visitors, "POST", f"{one}/withdrawals",
                "Take back a clip, all by one person, the portrait, or everything, at once",
                self.withdraw_likeness, body=NewWithdrawal, answer=WithdrawnClips,
                suspended=True, makes=False, errors=(400, 401, 403, 404, 413, 415, 422)),
        ]  # fmt: skip
