"""Routes of webhooks: whom the instance tells of what happens here, for operators."""

import time
from collections.abc import Callable, Collection
from typing import Annotated, Any, get_args

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.deciders import Deciders, Endpoint
from phosphene.api.paging import PRIVATE
from phosphene.ids import new_id
from phosphene.operation import Operation
from phosphene.reports import Decider
from phosphene.schemas import (
    MadeWebhook,
    NewWebhook,
    Webhook,
    WebhookDeliveries,
    WebhookKind,
    Webhooks,
)
from phosphene.store.webhook_store import WebhookStore
from phosphene.trust.public_network import check_public_url
from phosphene.web import answer, read_json, read_query
from phosphene.webhooks.message import make_secret

PATH = "/v1/operator/webhooks"


class DeliveriesQuery(Struct, frozen=True):
    limit: Annotated[int, Meta(ge=1, le=500)] = 50


class WebhookRoutes:
    """``allowed``: origins that need be neither public nor https; ``wake`` lets messages be
    sent."""

    def __init__(
        self,
        store: WebhookStore,
        deciders: Deciders,
        allowed: Collection[str],
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._deciders = deciders
        self._allowed = allowed
        self._wake = wake

    async def list_webhooks(self, request: Request, by: Decider) -> Response:
        return answer(Webhooks(await self._store.list_webhooks()), headers=PRIVATE)

    async def add_webhook(self, request: Request, by: Decider) -> Response:
        new = await read_json(request, NewWebhook)
        check_public_url(new.url, self._allowed)
        now = time.time()
        events = tuple(new.events) or get_args(WebhookKind)
        hook = Webhook(id=new_id(now), url=new.url, events=events, created_at=now)
        secret = make_secret()
        await self._store.add_webhook(hook, secret)
        return answer(MadeWebhook(hook, secret), 201, headers=PRIVATE)

    async def remove_webhook(self, request: Request, by: Decider) -> Response:
        await self._store.remove_webhook(request.path_params["webhook"])
        return answer(Webhooks(await self._store.list_webhooks()), headers=PRIVATE)

    async def list_deliveries(self, request: Request, by: Decider) -> Response:
        limit = read_query(request, DeliveriesQuery).limit
        found = await self._store.list_deliveries(request.path_params["webhook"], limit)
        return answer(WebhookDeliveries(found), headers=PRIVATE)

    async def test_webhook(self, request: Request, by: Decider) -> Response:
        webhook = request.path_params["webhook"]
        await self._store.put_test(webhook)
        self._wake()
        found = await self._store.list_deliveries(webhook, 1)
        return answer(WebhookDeliveries(found), 202, headers=PRIVATE)

    def operations(self) -> list[Operation]:
        """All of them."""
        one = f"{PATH}/{{webhook}}"
        return [
            self._operation(
                "GET",
                PATH,
                "Whom the instance tells of what happens here",
                self.list_webhooks,
                answer=Webhooks,
            ),
            self._operation(
                "POST",
                PATH,
                "Tell an address of what happens here (Standard Webhooks 1.0)",
                self.add_webhook,
                body=NewWebhook,
                answer=MadeWebhook,
                status=201,
                errors=(400, 401, 403, 415, 422),
            ),
            self._operation(
                "DELETE",
                one,
                "Tell an address no more; who is left",
                self.remove_webhook,
                answer=Webhooks,
                errors=(401, 403, 404),
            ),
            self._operation(
                "GET",
                f"{one}/deliveries",
                "What came of the newest messages to an address",
                self.list_deliveries,
                query=DeliveriesQuery,
                answer=WebhookDeliveries,
                errors=(400, 401, 403, 404),
            ),
            self._operation(
                "POST",
                f"{one}/tests",
                "Send a message of no consequence to an address",
                self.test_webhook,
                answer=WebhookDeliveries,
                status=202,
                errors=(401, 403, 404),
            ),
        ]

    def _operation(
        self, method: str, path: str, summary: str, endpoint: Endpoint, **more: Any
    ) -> Operation:
        more = {"errors": (401, 403)} | more
        return Operation(
            method=method,
            path=path,
            summary=f"{summary}, for operators",
            caller="operator",
            endpoint=self._deciders.with_role("operator", endpoint),
            **more,
        )
