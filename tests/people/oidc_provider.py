"""An OpenID Connect provider that lets everybody in: discovery, code flow with PKCE, signed tokens.

It holds to what the standards ask of it, so that it finds what a client does wrong; ``lies`` are
claims that it changes, ``asked`` what it was last asked for.
"""

import asyncio
import base64
import hashlib
import secrets
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.social.serving import Server

CLIENT, SECRET = "phosphene", "a secret: with a colon"


class Provider:
    """``subject``: who is signed in there, since ``signed_in_at``."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.port = port
        self.key: Any = RSAKey.generate_key(2048, {"kid": "1"})
        self.subject = "somebody"
        self.signed_in_at = time.time()
        self.heeds_prompt = True
        self.lies: dict[str, Any] = {}
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "1"}
        self.signs_with: Any = self.key
        self.asked: dict[str, str] = {}
        self._codes: dict[str, dict[str, str]] = {}

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.document),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
                Route("/keys", self.keys),
            ]
        )

    async def document(self, request: Request) -> Response:
        urls = {f"{one}_endpoint": f"{self.issuer}/{one_path}" for one, one_path in
                (("authorization", "authorize"), ("token", "token"))}  # fmt: skip
        return JSONResponse(
            {
                "issuer": self.lies.get("document", self.issuer),
                "jwks_uri": self.lies.get("jwks_uri", f"{self.issuer}/keys"),
            }
            | urls
        )

    async def keys(self, request: Request) -> Response:
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    async def authorize(self, request: Request) -> Response:
        asked = self.asked = dict(request.query_params)
        assert (asked["response_type"], asked["scope"]) == ("code", "openid")
        assert (asked["client_id"], asked["code_challenge_method"]) == (CLIENT, "S256")
        assert len(asked["nonce"]) > 20
        if asked.get("prompt") == "login" and self.heeds_prompt:
            self.signed_in_at = time.time()
        code = secrets.token_urlsafe()
        self._codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}")

    async def token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        asked = self._codes.pop(str(form.get("code")), None)
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        known = base64.b64decode(given).decode() if scheme == "Basic" else ""
        digest = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            asked is None
            or known != f"{CLIENT}:{SECRET}"
            or form["redirect_uri"] != asked["redirect_uri"]
            or challenge != asked["code_challenge"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        token = {"access_token": "x", "token_type": "Bearer", "id_token": self.id_token(asked)}
        return JSONResponse(token)

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "auth_time": int(self.signed_in_at),
        }
        told = {name: one for name, one in (claims | self.lies).items() if one is not None}
        return jwt.encode(self.header, told, self.signs_with, algorithms=["RS256", "HS256"])


@asynccontextmanager
async def a_provider(port: int) -> AsyncIterator[Provider]:
    """One that listens at a port."""
    provider = Provider(port)
    config = uvicorn.Config(provider.app(), lifespan="off", log_level="error")
    server = Server(config)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        serving = asyncio.ensure_future(server.serve([listener]))
        await server.listening.wait()
        try:
            yield provider
        finally:
            server.should_exit = True
            await serving
