"""Sign-in by a provider that the operator trusts: OpenID Connect Core 1.0, by authlib.

The authorization code flow with PKCE (RFC 7636), state and nonce. A person is known by the issuer
and its subject and by nothing else: addresses of mail change hands, and are asked for by nobody.
"""

import hmac
import secrets
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import httpx2
import msgspec
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core.claims import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from msgspec import Struct

from phosphene.base64url import decode_base64url, encode_base64url
from phosphene.errors import Busy, Unauthorized
from phosphene.people.outbound_transport import OutboundTransport
from phosphene.trust.origins import origin_of
from phosphene.trust.public_network import PATIENCE_S, OutboundClient

KEPT_S: Final = 3600.0
"""So long the provider's document and keys are taken as they were."""
RETURN_S: Final = 600
"""So long somebody may take at the provider."""
# Clocks of providers differ by so much.
LEEWAY_S: Final = 60
ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]
"""Signatures by a key that only the provider has: never ``none``, nor one of a shared secret."""
MEANING: Final = b"phosphene oidc flow"

Purpose = Literal["sign-in", "add", "confirm", "verify"]
ANEW: Final = frozenset({"confirm", "verify"})
"""Purposes for which somebody is asked anew, whoever is signed in there."""


class Flow(Struct, frozen=True):
    """What a browser was sent to the provider for, and by what it is known again. ``person``: who
    may come back, empty for anybody; ``began_at`` in seconds since the epoch."""

    purpose: Purpose
    person: str
    state: str
    nonce: str
    verifier: str
    began_at: float


class Identity(Struct, frozen=True):
    """Whom the provider says somebody is, and when it last asked them, 0.0 where it does not
    say."""

    issuer: str
    subject: str
    auth_time: float = 0.0


class Flows:
    """Keeps flows where they belong, in the browser: signed, in a cookie that scripts cannot read.
    ``key`` is the instances' common secret."""

    def __init__(self, key: bytes, clock: Callable[[], float]) -> None:
        self._key = hmac.digest(key, MEANING, "sha256")
        self._clock = clock

    def begin_flow(self, purpose: Purpose, person_id: str) -> Flow:
        """A new one, with secrets that nobody can guess."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return Flow(purpose, person_id, state, nonce, verifier, self._clock())

    def seal_flow(self, flow: Flow) -> str:
        """As a cookie."""
        body = encode_base64url(msgspec.json.encode(flow))
        return f"{body}.{self._mac(body)}"

    def open_flow(self, cookie: str, state: str) -> Flow:
        """The flow that this answer belongs to. Raises Unauthorized: none that began in this
        browser."""
        body, _, mac = cookie.rpartition(".")
        if not hmac.compare_digest(self._mac(body).encode(), mac.encode(errors="replace")):
            raise Unauthorized("this sign-in was not begun in this browser")
        flow = msgspec.json.decode(decode_base64url(body), type=Flow)
        if not hmac.compare_digest(flow.state.encode(), state.encode(errors="replace")):
            raise Unauthorized("this sign-in was not begun in this browser")
        if flow.began_at + RETURN_S < self._clock():
            raise Unauthorized("this took longer than ten minutes: begin again")
        return flow

    def _mac(self, body: str) -> str:
        return encode_base64url(hmac.digest(self._key, body.encode(errors="replace"), "sha256"))


class OidcProvider:
    """The provider of the settings. ``clock`` gives seconds since the epoch; ``inside``: origins
    that its document may name although they are neither public nor https, beside its own."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        clock: Callable[[], float],
        inside: Collection[str] = (),
    ) -> None:
        self._inside = (origin_of(issuer) or issuer, *inside)
        self.issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._clock = clock
        self._known: tuple[float, dict[str, Any], KeySet] | None = None

    async def authorization_url(
        self, flow: Flow, redirect_uri: str, claims: Mapping[str, Any] | None = None
    ) -> str:
        """Where to send the browser; ``claims`` are asked for beside who it is (OpenID Connect Core
        1.0, 5.5). Raises Busy: the provider does not answer."""
        document, _ = await self._discover()
        more: dict[str, Any] = {"nonce": flow.nonce}
        if claims is not None:
            more["claims"] = msgspec.json.encode(claims).decode()
        if flow.purpose in ANEW:
            # ``auth_time`` proves that it was.
            more |= {"prompt": "login", "max_age": 0}
        async with (
            self._outbound() as outbound,
            self._client(document, redirect_uri, outbound) as client,
        ):
            url, _ = client.create_authorization_url(
                document["authorization_endpoint"],
                state=flow.state,
                code_verifier=flow.verifier,
                **more,
            )
        return str(url)

    async def identify_person(self, flow: Flow, code: str, redirect_uri: str) -> Identity:
        """Who came back with a code.

        Raises:
            Unauthorized: the code or what the provider says of it is not good. Busy: it does not
            answer.
        """
        claims = await self.fetch_claims(flow, code, redirect_uri)
        at = min(float(claims.get("auth_time") or 0.0), self._clock())
        return Identity(self.issuer, str(claims["sub"]), at)

    async def fetch_claims(self, flow: Flow, code: str, redirect_uri: str) -> Mapping[str, Any]:
        """What the provider says of who came back with a code, checked. Raises as
        ``identify_person``."""
        document, keys = await self._discover()
        try:
            async with (
                self._outbound() as outbound,
                self._client(document, redirect_uri, outbound) as client,
            ):
                token = await client.fetch_token(
                    document["token_endpoint"], code=code, code_verifier=flow.verifier
                )
        except httpx2.HTTPError as error:
            raise Busy(f"{self.host} does not answer: {type(error).__name__}", 5.0) from None
        except (AuthlibBaseError, ValueError) as error:
            raise Unauthorized(f"{self.host} did not take the code: {_said(error)}") from None
        signed = str(token.get("id_token", ""))
        try:
            claims = jwt.decode(signed, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # It may sign by another key since it was asked: providers change them.
            self._known = None
            _, keys = await self._discover()
            claims = self._decode(signed, keys)
        return self._read_claims(claims, flow)

    @property
    def host(self) -> str:
        """The provider as people know it."""
        return urlsplit(self.issuer).netloc

    def _decode(self, text: str, keys: KeySet) -> jwt.Token:
        try:
            return jwt.decode(text, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError) as error:
            raise Unauthorized(f"{self.host} did not prove who you are: {_said(error)}") from None

    def _read_claims(self, token: jwt.Token, flow: Flow) -> Mapping[str, Any]:
        now = self._clock()
        try:
            claims = CodeIDToken(
                token.claims,
                token.header,
                {
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self._client_id},
                    "sub": {"essential": True},
                },
                {"nonce": flow.nonce, "client_id": self._client_id},
            )
            claims.validate(int(now), LEEWAY_S)
        # Of claims of other types than they should be.
        except (JoseError, ValueError, TypeError) as error:
            raise Unauthorized(f"{self.host} did not prove who you are: {_said(error)}") from None
        subject, at = str(claims["sub"]), float(claims.get("auth_time") or 0.0)
        if not 1 <= len(subject) <= 255:
            raise Unauthorized(f"{self.host} did not prove who you are: sub")
        if flow.purpose in ANEW and not flow.began_at - LEEWAY_S <= at <= now + LEEWAY_S:
            raise Unauthorized(f"{self.host} did not ask you anew")
        return dict(claims)

    @asynccontextmanager
    async def _outbound(self) -> AsyncIterator[OutboundTransport]:
        # Where to ask says the provider's document, which is somebody else's word.
        async with OutboundClient(self._inside, PATIENCE_S) as client:
            yield OutboundTransport(client)

    def _client(
        self, document: dict[str, Any], redirect_uri: str, transport: OutboundTransport
    ) -> AsyncOAuth2Client:
        methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        method = next(
            (one for one in ("client_secret_basic", "client_secret_post") if one in methods), None
        )
        return AsyncOAuth2Client(
            self._client_id,
            self._client_secret or None,
            token_endpoint_auth_method=method if self._client_secret else "none",
            # Nothing else is asked for: no name, no address.
            scope="openid",
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            transport=transport,
        )

    async def _discover(self) -> tuple[dict[str, Any], KeySet]:
        """The provider's document (OpenID Connect Discovery 1.0) and its keys. Raises Busy."""
        now = time.monotonic()
        if self._known is not None and now - self._known[0] < KEPT_S:
            return self._known[1:]
        try:
            async with (
                self._outbound() as outbound,
                httpx2.AsyncClient(transport=outbound) as client,
            ):
                url = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
                document = (await client.get(url)).raise_for_status().json()
                # Else another provider's tokens would be taken for this one's (Discovery, 4.3).
                if document["issuer"] != self.issuer:
                    raise ValueError("its document is another issuer's")
                keys = KeySet.import_key_set((await client.get(document["jwks_uri"])).json())
        # ValueError: also of what is no JSON.
        except (httpx2.HTTPError, JoseError, ValueError, KeyError, TypeError) as error:
            raise Busy(f"{self.host} cannot be asked who you are: {_said(error)}", 5.0) from None
        self._known = now, document, keys
        return document, keys


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
