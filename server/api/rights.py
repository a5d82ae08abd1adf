"""Routes of the registry of rights: holders show which domain is theirs and register what is
theirs; everybody may contest an entry; operators decide."""

import asyncio
import secrets
from collections.abc import Sequence
from functools import partial
from typing import Final, Literal

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.deciders import Deciders
from phosphene.api.paging import PRIVATE
from phosphene.api.visitors import Visitor, Visitors, person_operation
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
    check_right,
)
from phosphene.store.rights_store import RightsStore
from phosphene.trust.rate_limits import RateLimits
from phosphene.trust.refusal_rules import Rules
from phosphene.trust.rights_proof import LABEL, RightsProver
from phosphene.trust.rights_rules import check_letters, current_day, find_conflicts, keys_of
from phosphene.web import answer, read_json, read_query

TOKEN_BYTES: Final = 18
PREFIX: Final = "phosphene-rights="
WRITES: Final = (400, 401, 403, 413, 415, 422, 429)
Entry = tuple[NewRight, tuple[Conflict, ...], frozenset[str]]


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

    async def put_rights_holder(self, request: Request, visitor: Visitor) -> Response:
        new = await read_json(request, NewHolder)
        await self._limits.count_act("report", visitor.person.id, visitor.address)
        new = NewHolder(clean_words(new.name), new.domain.lower())
        token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
        await self._store.keep_holder(visitor.person.id, new, token)
        return answer(await self._holder(visitor), headers=PRIVATE)

    async def get_rights_holder(self, request: Request, visitor: Visitor) -> Response:
        return answer(await self._holder(visitor), headers=PRIVATE)

    async def prove_rights_holder(self, request: Request, visitor: Visitor) -> Response:
        method = (await read_json(request, DomainProof)).method
        await self._limits.count_act("report", visitor.person.id, visitor.address)
        kept = await self._store.get_holder(visitor.person.id)
        await self._prover.check_proof(kept.domain, kept.token, method)
        await self._store.prove_holder(visitor.person.id, kept.token, method)
        return answer(await self._holder(visitor), headers=PRIVATE)

    async def add_rights(self, request: Request, visitor: Visitor) -> Response:
        new = await read_json(request, NewRights)
        await self._limits.count_act("report", visitor.person.id, visitor.address)
        # As many spellings as a body holds take 70 ms of a core.
        entries = await asyncio.to_thread(read_entries, new.rights, self._rules)
        await self._store.add_rights(visitor.person.id, entries)
        return answer(Rights(await self._store.list_own(visitor.person.id)), 201, PRIVATE)

    async def list_own_rights(self, request: Request, visitor: Visitor) -> Response:
        return answer(Rights(await self._store.list_own(visitor.person.id)), headers=PRIVATE)

    async def withdraw_right(self, request: Request, visitor: Visitor) -> Response:
        await self._store.withdraw_right(request.path_params["right"], visitor.person.id)
        return Response(status_code=204)

    async def contest_right(self, request: Request, visitor: Visitor) -> Response:
        words = clean_words((await read_json(request, Contest)).words)
        await self._limits.count_act("report", visitor.person.id, visitor.address)
        await self._store.contest_right(request.path_params["right"], visitor.person.id, words)
        return Response(status_code=204)

    async def list_rights(self, request: Request, by: Decider) -> Response:
        state = read_query(request, RightsQuery).state
        return answer(Rights(await self._store.list_in(state)), headers=PRIVATE)

    async def list_right_contests(self, request: Request, by: Decider) -> Response:
        said = await self._store.list_contests(request.path_params["right"])
        found = tuple(RightContest(words, at) for words, at in said)
        return answer(RightContests(found), headers=PRIVATE)

    async def decide_right(self, request: Request, by: Decider) -> Response:
        decision = await read_json(request, RightDecision)
        right = await self._store.decide_right(request.path_params["right"], decision, by)
        return answer(right, headers=PRIVATE)

    def operations(self) -> list[Operation]:
        """All of them."""
        return [*self._of_holders(), *self._of_entries(), *self._of_operators()]

    def _of_holders(self) -> list[Operation]:
        ask, holder = partial(person_operation, self._visitors), "/v1/rights/holder"
        return [
            ask(
                "PUT",
                holder,
                "Say which domain is one's own; the answer says what is to be put there",
                self.put_rights_holder,
                limit="report",
                body=NewHolder,
                answer=Holder,
                errors=WRITES,
            ),
            ask(
                "GET",
                holder,
                "Oneself as a holder of rights",
                self.get_rights_holder,
                answer=Holder,
                errors=(401, 403, 404),
            ),
            ask(
                "POST",
                f"{holder}/proof",
                "Have the domain looked at: a file on it, or a TXT record of its name",
                self.prove_rights_holder,
                limit="report",
                body=DomainProof,
                answer=Holder,
                errors=(*WRITES, 404, 409),
            ),
        ]

    def _of_entries(self) -> list[Operation]:
        ask = partial(person_operation, self._visitors)
        return [
            ask(
                "POST",
                "/v1/rights",
                "Register names, characters, styles, brands, an estate",
                self.add_rights,
                limit="report",
                body=NewRights,
                answer=Rights,
                status=201,
                errors=(*WRITES, 404),
            ),
            ask(
                "GET",
                "/v1/me/rights",
                "What one registered, newest first",
                self.list_own_rights,
                answer=Rights,
                errors=(401, 403),
            ),
            ask(
                "DELETE",
                "/v1/rights/{right}",
                "Take an entry back",
                self.withdraw_right,
                status=204,
                errors=(401, 403, 404),
            ),
            ask(
                "POST",
                "/v1/rights/{right}/contests",
                "Say why an entry is wrong, once",
                self.contest_right,
                limit="report",
                body=Contest,
                status=204,
                errors=(*WRITES, 404, 409),
            ),
        ]

    def _of_operators(self) -> list[Operation]:
        wraps, all_ = self._deciders.with_role, "/v1/operator/rights"
        return [
            Operation(
                method="GET",
                path=all_,
                summary="Entries of the registry that wait, or in another state, for operators",
                caller="operator",
                endpoint=wraps("operator", self.list_rights),
                query=RightsQuery,
                answer=Rights,
                errors=(401, 403, 422),
            ),
            Operation(
                method="GET",
                path=all_ + "/{right}/contests",
                summary="What was said against an entry, for operators",
                caller="operator",
                endpoint=wraps("operator", self.list_right_contests),
                answer=RightContests,
                errors=(401, 403),
            ),
            Operation(
                method="PUT",
                path=all_ + "/{right}",
                summary="Confirm or reject an entry, for operators",
                caller="operator",
                endpoint=wraps("operator", self.decide_right),
                body=RightDecision,
                answer=Right,
                errors=(400, 401, 403, 404, 413, 415, 422),
            ),
        ]

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


def read_entries(rights: Sequence[NewRight], rules: Rules) -> list[Entry]:
    """What is to be kept of entries. Raises Unusable."""
    for new in rights:
        check_right(new, current_day())
        check_letters(new)
    return [(new, find_conflicts(new, rules), keys_of(new)) for new in rights]
