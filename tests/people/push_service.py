"""A push service and its browsers, as RFC 8030, 8291 and 8292 want them.

The service checks who sends, and the browsers open what came.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import Struct

from phosphene.trust.web_push import Keys

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Pushed(Struct, frozen=True):
    """What came for a browser: the headers by lower-case name, and what the browser read."""

    browser: str
    headers: dict[str, str]
    message: Any

    @property
    def title(self) -> str:
        return str(self.message["notification"]["title"])


class Browser:
    """One that subscribed; ``status`` is what the service answers of it, once ``answers`` is set
    where there is one."""

    def __init__(self, name: str, endpoint: str) -> None:
        self.name = name
        self.endpoint = endpoint
        self.private_key = ec.generate_private_key(ec.SECP256R1())
        self.auth = b"0123456789abcdef"
        self.status = "201 Created"
        self.answers: asyncio.Event | None = None
        self.headers = "Content-Length: 0\r\n"

    @property
    def keys(self) -> Keys:
        return Keys(unpadded(point_of(self.private_key.public_key())), unpadded(self.auth))

    @property
    def subscription(self) -> dict[str, Any]:
        """As ``PushSubscription.toJSON()`` says it."""
        keys = msgspec.to_builtins(self.keys)
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}


class PushService:
    """``pushed`` holds what came and was not looked at yet; ``asked`` counts all requests."""

    def __init__(self) -> None:
        self.origin = ""
        self.pushed: asyncio.Queue[Pushed] = asyncio.Queue()
        self.faults: list[str] = []
        self.asked = 0
        self._browsers: dict[str, Browser] = {}

    def browser(self, name: str) -> Browser:
        """One more browser."""
        path = f"/push/{name}-secret"
        self._browsers[path] = Browser(name, self.origin + path)
        return self._browsers[path]

    async def next(self) -> Pushed:
        """What comes next."""
        async with asyncio.timeout(20):
            return await self.pushed.get()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            line, *rest = head.decode("latin1").strip().split("\r\n")
            named = (one.partition(": ") for one in rest)
            headers = {name.lower(): value for name, _, value in named}
            body = await reader.readexactly(int(headers["content-length"]))
            browser = self._browsers[line.split()[1]]
            self.asked += 1
            # Written first: a test that has what was pushed goes on, and the answer may be its.
            if browser.status.startswith("2"):
                self._take(browser, line, headers, body)
            if browser.answers is not None:
                await browser.answers.wait()
            writer.write(f"HTTP/1.1 {browser.status}\r\n{browser.headers}\r\n".encode())
            await writer.drain()

    def _take(self, browser: Browser, line: str, headers: dict[str, str], body: bytes) -> None:
        try:
            assert line.startswith("POST ")
            assert headers["content-encoding"] == "aes128gcm"
            assert int(headers["ttl"]) > 0
            _, claims = read_vapid(headers["authorization"])
            assert claims["aud"] == self.origin
            opened = open_message(body, browser.private_key, browser.auth)
            self.pushed.put_nowait(Pushed(browser.name, headers, json.loads(opened)))
        except Exception as error:  # the test shows it
            self.faults.append(f"{browser.name}: {error!r}")


@asynccontextmanager
async def push_service(port: int = 0) -> AsyncIterator[PushService]:
    """One on a port, or a free one."""
    service = PushService()
    async with answering(service.serve, port) as service.origin:
        yield service
    assert service.faults == []


@asynccontextmanager
async def answering(serve: Serve, port: int = 0) -> AsyncIterator[str]:
    """A server on a port, or a free one; its origin."""
    lines = set[asyncio.Task[None]]()

    async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        lines.add(task)
        try:
            await serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(keep, "127.0.0.1", port)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines)
        await server.wait_closed()


def open_message(body: bytes, private_key: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """What a browser does with the body of a push (RFC 8291, 3.4; RFC 8188, 2)."""
    salt, record, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
    theirs, sealed = body[21 : 21 + length], body[21 + length :]
    assert len(sealed) <= record
    their_key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
    ours = point_of(private_key.public_key())
    secret = private_key.exchange(ec.ECDH(), their_key)
    material = derive(auth, secret, b"WebPush: info\0" + ours + theirs, 32)
    key = derive(salt, material, b"Content-Encoding: aes128gcm\0", 16)
    nonce = derive(salt, material, b"Content-Encoding: nonce\0", 12)
    message, last, padding = AESGCM(key).decrypt(nonce, sealed, None).rpartition(b"\x02")
    assert last
    assert not padding.strip(b"\0")
    return message


def read_vapid(authorization: str) -> tuple[str, dict[str, Any]]:
    """The key and the claims of a signature that holds (RFC 8292, RFC 7515)."""
    scheme, _, rest = authorization.partition(" ")
    given = dict(part.strip().split("=", 1) for part in rest.split(","))
    head, claims, signature = given["t"].split(".")
    assert scheme == "vapid"
    assert json.loads(padded(head))["alg"] == "ES256"
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), padded(given["k"]))
    both = padded(signature)
    made = encode_dss_signature(int.from_bytes(both[:32], "big"), int.from_bytes(both[32:], "big"))
    key.verify(made, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    return given["k"], json.loads(padded(claims))


def derive(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(material)


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def padded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
