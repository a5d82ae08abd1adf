"""Pages of allowed origins read and write as ours do: CORS with credentials, for them alone."""

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from server.cors import ASKED, METHODS, PREFLIGHT_S, TOLD
from server.trust.origins import Origins


class AllowedOrigins:
    """Pure ASGI middleware. All other origins are answered as each route says."""

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        self._app = app
        self._allowed = origins.allowed
        self._shared = CORSMiddleware(
            app,
            allow_origins=sorted(origins.allowed),
            allow_methods=METHODS,
            allow_headers=ASKED,
            allow_credentials=True,
            expose_headers=TOLD,
            max_age=PREFLIGHT_S,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        shared = scope["type"] == "http" and Headers(scope=scope).get("origin") in self._allowed
        await (self._shared if shared else self._app)(scope, receive, send)
