"""Routes of API keys: by which programs of the operator's ask, what each may do and how often."""

import secrets
import time

from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.deciders import Deciders, need_proof
from phosphene.api.paging import PRIVATE
from phosphene.api_keys import ApiKey, ApiKeys, MadeApiKey, NewApiKey
from phosphene.errors import NotFound
from phosphene.ids import new_id
from phosphene.operation import Operation
from phosphene.people.key_quotas import SECRET_PREFIX
from phosphene.people.login_sessions import LoginSessions, digest_of
from phosphene.reports import Decider
from phosphene.store.api_key_store import ApiKeyStore
from phosphene.web import answer, read_json

PATH = "/v1/operator/keys"
SECRET_BYTES = 32


class ApiKeyRoutes:
    def __init__(self, store: ApiKeyStore, logins: LoginSessions, deciders: Deciders) -> None:
        self._store = store
        self._logins = logins
        self._deciders = deciders

    async def list_keys(self, request: Request, by: Decider) -> Response:
        return answer(ApiKeys(await self._store.list_keys()), headers=PRIVATE)

    async def make_key(self, request: Request, by: Decider) -> Response:
        need_proof(by)
        new = await read_json(request, NewApiKey)
        secret = SECRET_PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        key_id = new_id(time.time())
        await self._store.add_key(digest_of(secret), key_id, new)
        return answer(MadeApiKey(await self._find_key(key_id), secret), 201, headers=PRIVATE)

    async def revoke_key(self, request: Request, by: Decider) -> Response:
        key_id = request.path_params["key"]
        await self._logins.close_ended(await self._store.revoke_key(key_id))
        return answer(await self._find_key(key_id), headers=PRIVATE)

    def operations(self) -> list[Operation]:
        """All of them."""
        as_operator = self._deciders.with_role
        return [
            Operation(
                method="GET",
                path=PATH,
                summary="Keys of programs, for operators",
                caller="operator",
                endpoint=as_operator("operator", self.list_keys),
                answer=ApiKeys,
                errors=(401, 403),
            ),
            Operation(
                method="POST",
                path=PATH,
                summary="Make a key for a program, which is told this once, for operators",
                caller="operator",
                # No answer under an Idempotency-Key: one that is kept would keep the secret.
                endpoint=as_operator("operator", self.make_key, once=False),
                makes=False,
                body=NewApiKey,
                answer=MadeApiKey,
                status=201,
                errors=(400, 401, 403, 409, 413, 415, 422),
            ),
            Operation(
                method="DELETE",
                path=PATH + "/{key}",
                summary="Revoke a key: it opens nothing from now on, for operators",
                caller="operator",
                endpoint=as_operator("operator", self.revoke_key),
                answer=ApiKey,
                errors=(401, 403, 404),
            ),
        ]

    async def _find_key(self, key_id: str) -> ApiKey:
        for one in await self._store.list_keys():
            if one.id == key_id:
                return one
        raise NotFound(f"no API key {key_id}")
