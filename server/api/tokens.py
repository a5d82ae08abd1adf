"""The route by which an author lets others' pages show a private clip."""

import time
from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.access import Access
from phosphene.api.paging import PRIVATE
from phosphene.api.sharing import embed_url, fit, frame
from phosphene.api.visitors import Visitor, Visitors, with_visitor
from phosphene.errors import NotFound, Unusable
from phosphene.operation import Operation
from phosphene.store.store import Store
from phosphene.trust.embed_tokens import EmbedClaims, EmbedTokens, clean_origins
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import answer, read_json

DAY_S = 86400
Life = Annotated[int, Meta(ge=60, le=366 * DAY_S)]


class NewToken(Struct, frozen=True):
    """``origins``: whose pages may show the clip, like https://blog.example; none: everybody who
    has the token. ``seconds``: how long it is good. It cannot be taken back before."""

    origins: Sequence[str] = ()
    seconds: Life = 30 * DAY_S


class EmbedToken(Struct, frozen=True, kw_only=True):
    """``url`` goes into a frame, ``html`` into a page; ``expires_at`` in Unix seconds."""

    token: str
    expires_at: int
    origins: Sequence[str]
    url: str
    html: str


class Tokens:
    def __init__(
        self,
        store: Store,
        access: Access,
        tokens: EmbedTokens,
        limits: RateLimits,
        visitors: Visitors,
    ) -> None:
        self._store = store
        self._access = access
        self._tokens = tokens
        self._limits = limits
        self._visitors = visitors

    async def create_token(self, request: Request, visitor: Visitor) -> Response:
        clip = await self._store.get_clip(request.path_params["clip"])
        # As if there were none: whether somebody has a private clip of this id is theirs to tell.
        if clip.author.id != visitor.person.id:
            raise NotFound(f"no clip {clip.id} of yours")
        if clip.visibility != "private":
            raise Unusable(f"the clip is {clip.visibility}: any page may show it without a token")
        new = await read_json(request, NewToken)
        origins = clean_origins(new.origins)
        await self._limits.count_act("write", visitor.person.id, visitor.address)
        # Signed and not stored: every request of a player brings it, on any instance, without a
        # read.
        claims = EmbedClaims(clip.id, int(time.time()) + new.seconds, origins)
        token, base = self._tokens.issue_token(claims), self._access.base_url(request)
        made = EmbedToken(
            token=token,
            expires_at=claims.expires_at,
            origins=origins,
            url=embed_url(base, clip.id, token),
            html=frame(clip, base, fit(clip, None, None), token),
        )
        return answer(made, 201, PRIVATE)

    def operations(self) -> list[Operation]:
        """The one operation."""
        return [
            Operation(
                method="POST",
                path="/v1/clips/{clip}/tokens",
                summary="Let pages of others show a private clip of one's own for a time",
                caller="person",
                keys="clips:write",
                limit="write",
                endpoint=with_visitor(self._visitors, self.create_token),
                body=NewToken,
                answer=EmbedToken,
                status=201,
                errors=(400, 401, 403, 404, 413, 415, 422, 429),
            )
        ]
