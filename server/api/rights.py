"""Routes of the registry of rights: holders show which domain is theirs and register what is
theirs; everybody reads the log and may contest an entry; operators decide."""

import secrets
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.deciders import Deciders
from phosphene.api.paging import PRIVATE
from phosphene.api.visitors import Visitor, Visitors, with_visitor
from phosphene.operation import Operation
from phosphene.people.free_text import clean_words
from phosphene.reports import Decider
from phosphene.rights import (
    Conflict,
    Contest,
    DomainProof,
    Holder,
    NewHolder,
    NewRight,
    NewRights,
    Right,
    RightDecision,
    Rights,
    RightsLog,
    check_right,
)
from phosphene.store.rights_store import RightsStore
from phosphene.trust.rate_limits import RateLimits
from phosphene.trust.refusal_rules import Rules
from phosphene.trust.rights_proof import LABEL, RightsProver
from phosphene.trust.rights_rules import check_letters, find_conflicts, keys_of, today
from phosphene.web import answer, read_json, read_query

NEWEST: Final = 2**53 - 1
TOKEN_BYTES: Final = 18
PREFIX: Final = "phosphene-rights="
WRITES: Final = (400, 401, 403, 413, 415, 422, 429)
Entry = tuple[NewRight, tuple[Conflict, ...], frozenset[str]]


class RightsLogQuery(Struct, frozen=True):
    """``before``: a number that the last answer gave."""

    before: Annotated[int, Meta(ge=1, le=NEWEST)] = NEWEST
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class RightsQuery(Struct, frozen=True):
    state: Literal["waits", "asks", "confirmed", "rejected"] = "waits"


class RightContest(Struct, frozen=True):
    """What somebody said against an entry, when (seconds since the epoch)."""

    words: str
    at: float


class RightContests(Struct, frozen=True):
    contests: tuple[RightContest, ...]


class RightsRoutes:
    """``rules`` are those that hold beside the registry."""

    def __init__(
        self,
        store: RightsStore,
        prover: RightsProver,
        rules: Rules,
        limits: RateLimits,
        visitors: Visitors,
        deciders: Deciders,
    ) -> None:
        self._store = store
        self._prover = prover
        self._rules = rules
        self._limits = limits
        self._visitors = visitors
        self._deciders = deciders

    async def put_holder(self, request: Request, visitor: Visitor) -> Response:
        new = await read_json(request, NewHolder)
        await self._limits.count_act("report", visitor.person.id, visitor.address)
        new = NewHolder(clean_words(new.name), new.domain.lower())
        token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
        await self._store.keep_holder(visitor.person.id, new, token)
        return answer(await self._holder(visitor), headers=PRIVATE)

    async def get_holder(self, request: Request, visitor: Visitor) -> Response:
        return answer(await self._holder(visitor), headers=PRIVATE)

    async def prove(self, request: Request, visitor: Visitor) -> Response:
        method = (await read_json(request, DomainProof)).method
        await self._limits.count_act("report", visitor.person.id, visitor.address)
        kept = await self._store.get_holder(visitor.person.id)
        await self._prover.check(kept.domain, kept.token, method)
        await self._store.prove_holder(visitor.person.id, kept.token, method)
        return answer(await self._holder(visitor), headers=PRIVATE)

    async def add(self, request: Request, visitor: Visitor) -> Response:
        new = await read_json(request, NewRights)
        await self._limits.count_act("report", visitor.person.id, visitor.address)
        entries = [await self._entry(one, visitor.person.id) for one in new.rights]
        await self._store.add_rights(visitor.person.id, entries)
        return answer(Rights(await self._store.list_own(visitor.person.id)), 201, PRIVATE)

    async def list_own(self, request: Request, visitor: Visitor) -> Response:
        return answer(Rights(await self._store.list_own(visitor.person.id)), headers=PRIVATE)

    async def withdraw(self, request: Request, visitor: Visitor) -> Response:
        await self._store.withdraw_right(request.path_params["right"], visitor.person.id)
        return Response(status_code=204)

    async def contest(self, request: Request, visitor: Visitor) -> Response:
        words = clean_words((await read_json(request, Contest)).words)
        await self._limits.count_act("report", visitor.person.id, visitor.address)
        await self._store.contest_right(request.path_params["right"], visitor.person.id, words)
        return Response(status_code=204)

    async def get_right(self, request: Request) -> Response:
        return answer(await self._store.get_right(request.path_params["right"]))

    async def read_log(self, request: Request) -> Response:
        query = read_query(request, RightsLogQuery)
        return answer(await self._store.read_log(query.before, query.limit))

    async def list_all(self, request: Request, by: Decider) -> Response:
        state = read_query(request, RightsQuery).state
        return answer(Rights(await self._store.list_in(state)), headers=PRIVATE)

    async def list_contests(self, request: Request, by: Decider) -> Response:
        said = await self._store.list_contests(request.path_params["right"])
        found = tuple(RightContest(words, at) for words, at in said)
        return answer(RightContests(found), headers=PRIVATE)

    async def decide(self, request: Request, by: Decider) -> Response:
        decision = await read_json(request, RightDecision)
        right = await self._store.decide_right(request.path_params["right"], decision, by)
        return answer(right, headers=PRIVATE)

    def operations(self) -> list[Operation]:
        """All of them."""
        everybodys = (*self._of_holders(), *self._of_entries(), *self._of_everybody())
        return [*everybodys, *self._of_operators()]

    def _of_holders(self) -> list[Operation]:
        wrap = self._visitors
        holder, writes = "/v1/rights/holder", WRITES
        return [
            Operation(
                method="PUT",
                path=holder,
                summary="Say which domain is one's own; the answer says what is to be put there",
                name="put_rights_holder",
                caller="person",
                limit="report",
                endpoint=with_visitor(wrap, self.put_holder),
                body=NewHolder,
                answer=Holder,
                errors=writes,
            ),
            Operation(
                method="GET",
                path=holder,
                summary="Oneself as a holder of rights",
                name="get_rights_holder",
                caller="person",
                endpoint=with_visitor(wrap, self.get_holder),
                answer=Holder,
                errors=(401, 403, 404),
            ),
            Operation(
                method="POST",
                path=f"{holder}/proof",
                summary="Have the domain looked at: a file on it, or a TXT record of its name",
                name="prove_rights_holder",
                caller="person",
                limit="report",
                endpoint=with_visitor(wrap, self.prove),
                body=DomainProof,
                answer=Holder,
                errors=(*writes, 404, 409),
            ),
        ]

    def _of_entries(self) -> list[Operation]:
        wrap, writes = self._visitors, WRITES
        return [
            Operation(
                method="POST",
                path="/v1/rights",
                summary="Register names, characters, styles, brands, an estate",
                name="add_rights",
                caller="person",
                limit="report",
                endpoint=with_visitor(wrap, self.add),
                body=NewRights,
                answer=Rights,
                status=201,
                errors=(*writes, 404),
            ),
            Operation(
                method="GET",
                path="/v1/me/rights",
                summary="What one registered, newest first",
                name="list_own_rights",
                caller="person",
                endpoint=with_visitor(wrap, self.list_own),
                answer=Rights,
                errors=(401, 403),
            ),
            Operation(
                method="DELETE",
                path="/v1/rights/{right}",
                summary="Take an entry back",
                name="withdraw_right",
                caller="person",
                endpoint=with_visitor(wrap, self.withdraw),
                status=204,
                errors=(401, 403, 404),
            ),
            Operation(
                method="POST",
                path="/v1/rights/{right}/contests",
                summary="Say why an entry is wrong, once",
                name="contest_right",
                caller="person",
                limit="report",
                endpoint=with_visitor(wrap, self.contest),
                body=Contest,
                status=204,
                errors=(*writes, 404, 409),
            ),
        ]

    def _of_everybody(self) -> list[Operation]:
        return [
            Operation(
                method="GET",
                path="/v1/rights-log",
                summary="What happened in the registry of rights, newest first",
                name="read_rights_log",
                endpoint=self.read_log,
                query=RightsLogQuery,
                answer=RightsLog,
                errors=(422,),
            ),
            Operation(
                method="GET",
                path="/v1/rights/{right}",
                summary="An entry of the registry of rights",
                name="get_right",
                endpoint=self.get_right,
                answer=Right,
                errors=(404,),
            ),
        ]

    def _of_operators(self) -> list[Operation]:
        wraps, all_ = self._deciders.with_role, "/v1/operator/rights"
        return [
            Operation(
                method="GET",
                path=all_,
                summary="Entries of the registry that wait, or in another state, for operators",
                name="list_rights",
                caller="operator",
                endpoint=wraps("operator", self.list_all),
                query=RightsQuery,
                answer=Rights,
                errors=(401, 403, 422),
            ),
            Operation(
                method="GET",
                path=all_ + "/{right}/contests",
                summary="What was said against an entry, for operators",
                name="list_right_contests",
                caller="operator",
                endpoint=wraps("operator", self.list_contests),
                answer=RightContests,
                errors=(401, 403),
            ),
            Operation(
                method="PUT",
                path=all_ + "/{right}",
                summary="Confirm or reject an entry, for operators",
                name="decide_right",
                caller="operator",
                endpoint=wraps("operator", self.decide),
                body=RightDecision,
                answer=Right,
                errors=(400, 401, 403, 404, 413, 415, 422),
            ),
        ]

    async def _entry(self, new: NewRight, person: str) -> Entry:
        """Raises Unusable, BadInput."""
        check_right(new, today())
        check_letters(new)
        keys = keys_of(new)
        taken = await self._store.taken_keys(keys, person)
        return new, find_conflicts(new, self._rules, taken), keys

    async def _holder(self, visitor: Visitor) -> Holder:
        kept = await self._store.get_holder(visitor.person.id)
        return Holder(
            name=kept.name,
            domain=kept.domain,
            token=kept.token,
            file=self._prover.file_url(kept.domain),
            record=f"{LABEL}.{kept.domain}",
            method="dns" if kept.method == "dns" else "file" if kept.method else None,
            proved_at=kept.proved_at,
        )
