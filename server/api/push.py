"""Routes of push: which browsers are told while no page of them is open."""

import time
from collections.abc import Collection, Sequence
from functools import partial
from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.paging import PRIVATE
from phosphene.api.visitors import Visitor, Visitors, person_operation
from phosphene.errors import NotFound, Unprocessable
from phosphene.language import LANGUAGES, choose_language
from phosphene.operation import Operation
from phosphene.people.push_client import check_endpoint
from phosphene.store.push_store import PushStore
from phosphene.store.pushes import PushSubscription, subscription_id
from phosphene.trust.origins import origin_of
from phosphene.trust.public_network import LONGEST_URL
from phosphene.trust.rate_limits import RateLimits
from phosphene.trust.web_push import Keys, check_keys
from phosphene.web import answer, read_json


class NewSubscription(Struct, frozen=True):
    """What ``PushSubscription.toJSON()`` says, and the language of what is told."""

    endpoint: Annotated[str, Meta(min_length=1, max_length=LONGEST_URL)]
    keys: Keys
    language: Annotated[str, Meta(min_length=2, max_length=35)] = LANGUAGES[0]


class SubscriptionView(Struct, frozen=True, kw_only=True):
    """A browser that is told; ``service``: whose push service it is; ``here``: of the login that
    asks."""

    id: str
    service: str
    created_at: float
    here: bool


class PushView(Struct, frozen=True):
    """``key``: what pages subscribe with (``applicationServerKey``, RFC 8292), in base64url."""

    key: str
    subscriptions: Sequence[SubscriptionView]


class PushRoutes:
    """``public_key``: this server's, ``allowed`` as of ``check_endpoint``."""

    def __init__(
        self,
        pushes: PushStore,
        public_key: str,
        allowed: Collection[str],
        limits: RateLimits,
        visitors: Visitors,
    ) -> None:
        self._pushes = pushes
        self._public_key = public_key
        self._allowed = allowed
        self._limits = limits
        self._visitors = visitors

    async def read_push(self, request: Request, visitor: Visitor) -> Response:
        found = await self._pushes.list_subscriptions(visitor.person.id)
        views = [_view(one, visitor) for one in found]
        return answer(PushView(self._public_key, views), headers=PRIVATE)

    async def subscribe_push(self, request: Request, visitor: Visitor) -> Response:
        new = await read_json(request, NewSubscription)
        check_endpoint(new.endpoint, self._allowed)
        check_keys(new.keys)
        # Signing out ends it: who is in no row yet cannot sign out.
        if not visitor.login:
            raise Unprocessable("nobody knows you yet: come back with your cookie or token first")
        await self._limits.count_act("write", visitor.person.id, visitor.address)
        now = time.time()
        one = PushSubscription(
            id=subscription_id(new.endpoint),
            person=visitor.person.id,
            login=visitor.login,
            endpoint=new.endpoint,
            p256dh=new.keys.p256dh,
            auth=new.keys.auth,
            language=choose_language(new.language),
            created_at=now,
            told_at=now,
        )
        await self._pushes.subscribe_browser(one)
        return answer(_view(one, visitor), 201, PRIVATE)

    async def unsubscribe_push(self, request: Request, visitor: Visitor) -> Response:
        given = request.path_params["subscription"]
        if not await self._pushes.unsubscribe_browser(visitor.person.id, given):
            raise NotFound("no such browser of yours is told")
        return Response(status_code=204)

    def operations(self) -> list[Operation]:
        """All of them."""
        of_person = partial(person_operation, self._visitors, suspended=True)
        return [
            of_person(
                *("GET", "/v1/me/push", "Which browsers are told by push, and the key for more"),
                self.read_push,
                answer=PushView,
                errors=(401, 403),
            ),
            of_person(
                *("POST", "/v1/me/push", "Let a browser be told by push"),
                self.subscribe_push,
                body=NewSubscription,
                answer=SubscriptionView,
                status=201,
                # The same browser once more is the same subscription.
                makes=False,
                limit="write",
                errors=(400, 401, 403, 413, 415, 422),
            ),
            of_person(
                *("DELETE", "/v1/me/push/{subscription}", "Tell a browser no more"),
                self.unsubscribe_push,
                status=204,
                errors=(401, 403, 404),
            ),
        ]


def _view(one: PushSubscription, visitor: Visitor) -> SubscriptionView:
    return SubscriptionView(
        id=one.id,
        service=origin_of(one.endpoint) or "",
        created_at=one.created_at,
        here=one.login == visitor.login,
    )
