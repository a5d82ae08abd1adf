"""No request holds the event loop: the worst texts, offers and queries at every route."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from math import inf
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio
from msgspec import Struct
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Scope

from phosphene.api.loop_time import SLOW_S, LoopTime
from phosphene.app import create_app
from phosphene.ids import new_id
from phosphene.model import Clip, Person
from phosphene.settings import Settings
from phosphene.social.protocol import MESSAGE_LIMIT
from phosphene.web import BODY_LIMIT
from tests.store.making import a_store
from tests.stream.webrtc.test_offer import SMALL

pytestmark = [pytest.mark.slow, pytest.mark.asyncio]
untraced = pytest.mark.skipif(
    sys.gettrace() is not None, reason="`make coverage` adds to the CPU time of every line"
)
TRIES = 40
"""At most: what the rest of the machine does can only add to what an input costs."""
MARKS = "\u0315\u0316\u0300\u0327"
"""Each of another combining class: what NFC must sort."""
TEXTS = (
    *("a" * 60_000, MARKS * 4000, MARKS * 125, "\u0344" * 20_000, "mickey " * 71, "a b " * 125),
    *("xn--" * 125, "ß" * 500, "1|!" * 166, "\u3164" * 500, "\0" * 500, "[" * 60_000),
)
LINES = (
    "a=candidate:1 1 udp 1 127.0.0.1 9 typ host\n",
    "a=rtpmap:97 x/90000\n",
    "a=ssrc:1 cname:x\n",
    "a=extmap:1 x\n",
    "a=rtcp-fb:* nack\n",
)
EXPECTED = {*range(200, 500), 501, 503}


class Ask(Struct, frozen=True):
    """One request."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    kind: str = "application/json"

    @property
    def short(self) -> str:
        return f"{self.method} {self.path[:70]}?{self.query[:40]} {self.body[:60]!r}"

    def scope(self) -> Scope:
        headers = [(b"host", b"clips.example"), (b"content-type", self.kind.encode())]
        return {
            "type": "http",
            "http_version": "1.1",
            "method": self.method.upper(),
            "scheme": "http",
            "path": self.path,
            "raw_path": self.path.encode(),
            "query_string": self.query.encode(),
            "headers": headers,
            "client": ("192.0.2.1", 1000),
            "server": ("clips.example", 80),
            "root_path": "",
        }


@pytest_asyncio.fixture
async def clips(tmp_path: Path) -> list[str]:
    """Ids of a shelf that is full."""
    async with a_store(tmp_path / "phosphene.db", "test", time.time) as store:
        made = [a_clip(number) for number in range(500)]
        await asyncio.gather(*map(store.add_clip, made))
    return [clip.id for clip in made]


@pytest_asyncio.fixture
async def app(tmp_path: Path) -> AsyncIterator[Starlette]:
    settings = Settings(
        data=str(tmp_path),
        workers=0,
        house=False,
        policy_meaning=False,
        joins_per_minute=10_000,
        writes_per_minute=10_000,
        prompts_per_minute=10_000,
    )
    opened = create_app(settings)
    async with opened.router.lifespan_context(opened):
        yield opened


@untraced
async def test_no_request_holds_the_loop(clips: list[str], app: Starlette) -> None:
    asks = [*worst_asks(clips, await operations(app)), *worst_offers(), *beside(clips[0])]
    assert len(asks) > 100

    async def send(timed: ASGIApp, ask: Ask) -> None:
        assert await status_of(timed, ask) in EXPECTED, ask.short

    too_long = [one.short for one in asks if await least_hold(app, partial(send, ask=one)) > SLOW_S]
    assert too_long == []


@untraced
async def test_no_message_of_a_socket_holds_the_loop(clips: list[str], app: Starlette) -> None:
    too_long = [
        said[:80]
        for said in worst_messages(clips)
        if await least_hold(app, partial(converse, said=said)) > SLOW_S
    ]
    assert too_long == []


async def test_what_held_the_loop_is_counted(app: Starlette) -> None:
    async def busy(request: Request) -> Response:
        began = time.thread_time()
        while time.thread_time() - began < SLOW_S:
            pass
        await asyncio.to_thread(time.sleep, 0)
        return PlainTextResponse("")

    app.router.routes.append(Route("/busy/{clip}", busy))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://clips.example"
    ) as http:
        assert (await http.get("/busy/1")).status_code == 200
        text = (await http.get("/metrics")).text
    assert 'phosphene_loop_holds_total{route="/busy/{clip}"} 1.0' in text


async def least_hold(app: Starlette, send: Callable[[ASGIApp], Awaitable[None]]) -> float:
    """The longest step of a request, of the try in which that was least."""
    steps: list[float] = []
    timed, least = LoopTime(app, lambda _, seconds: steps.append(seconds), slow_s=0.0), inf
    for _ in range(TRIES):
        steps.clear()
        await send(timed)
        least = min(least, max(steps))
        if least < SLOW_S:
            break
    return least


def worst_asks(clips: list[str], paths: Any) -> Iterator[Ask]:
    """What takes longest to read, at every operation of the document."""
    ids = ",".join(clips)
    unknown = ",".join(f"{number:020}" for number in range(3000))
    values = [ids, unknown, "%00" * 20_000, "&a=1" * 15_000, "[" * 60_000, "%D9%A3" * 10_000]
    for path, methods in paths.items():
        if path == "/v1/verify":
            continue  # what is sent there is read by a process of its own
        at = path.replace("{clip}", clips[0]).replace("{proposal}", "p" * 60_000)
        for method, operation in methods.items():
            if "requestBody" in operation:
                for text in TEXTS:
                    body = msgspec.json.encode({"text": text, "handle": text, "id": text})
                    yield Ask(method, at, body=body[: BODY_LIMIT - 1])
                    yield Ask(method, at, body=msgspec.json.encode(text)[: BODY_LIMIT - 1])
            names = [one["name"] for one in operation["parameters"] if one["in"] == "query"]
            for value in values if names else ():
                every = "&".join(f"{name}={value[: 60_000 // len(names)]}" for name in names)
                yield from (Ask(method, at, query=f"{name}={value}") for name in names)
                yield Ask(method, at, query=every)


def worst_offers() -> Iterator[Ask]:
    offer = SMALL.replace("AA:BB", ":".join(["AA"] * 32))
    head, media = offer.split("m=", 1)
    section = "m=" + "".join(media.splitlines(keepends=True)[:5])
    offers = [
        offer,
        *(offer + line * (60_000 // len(line)) for line in LINES),
        *(offer + line * 470 for line in LINES),
        offer + "a=fmtp:97 " + "a=b;" * 15_000 + "\n",
        offer + "a=fingerprint:sha-256 " + "AA:" * 20_000 + "\n",
        head + section * 190,
        head + "m=video 9 UDP/TLS/RTP/SAVPF " + "102 " * 15_000,
        head + "a=group:BUNDLE" + " 0" * 30_000 + "\nm=" + media,
        "v=0\n" * 15_000,
        "a" * 64_000,
        "\n" * 999,
    ]
    for one in offers:
        yield Ask("post", "/v1/whep", body=one.encode()[: BODY_LIMIT - 1], kind="application/sdp")


def beside(clip: str) -> Iterator[Ask]:
    """What the document does not name."""
    long = "x" * 15_000
    for path in ("/", "/embed/" + long, "/client/" + "../" * 4000, "/v1/socket", "/metrics"):
        yield Ask("get", path, query="clip=" + long[:900])
    for name in ("video.mp4", "hls/index.m3u8", "hls/live.m3u8", "whep"):
        yield Ask("get", f"/v1/clips/{clip}/{name}", query="_HLS_msn=9" + "9" * 9000)
    for fragment in ("a=ice-ufrag:" + long * 4, "a=ice-ufrag:a\n" * 4000, "\n" * 60_000):
        kind = "application/trickle-ice-sdpfrag"
        yield Ask("patch", f"/v1/clips/{clip}/whep/{long}", body=fragment.encode(), kind=kind)
    yield Ask("put", "/v1/whep/" + long, body=b'{"clip": "' + b"x" * 60_000 + b'"}')


def worst_messages(clips: list[str]) -> Iterator[str]:
    for long in TEXTS:
        text = long.encode()[: MESSAGE_LIMIT // 3].decode(errors="ignore")
        for said in (
            {"type": "comment", "clip": clips[0], "text": text * 2, "id": 1},
            {"type": "comment", "clip": clips[0], "text": text[:1000], "key": text, "id": 1},
            {"type": "subscribe", "topic": text, "token": text, "id": 1},
        ):
            yield msgspec.json.encode(said).decode()
    yield '{"type":"ping","x":' + "[" * 8000 + "]" * 8000 + "}"
    yield '{"a":' * 3000 + "1" + "}" * 3000
    yield msgspec.json.encode({"type": "subscribe", "topic": f"clip:{clips[0]}"}).decode()


async def converse(app: ASGIApp, said: str) -> None:
    """One socket that says this, hears the answer and leaves."""
    answered = asyncio.Event()
    steps = iter([{"type": "websocket.connect"}, {"type": "websocket.receive", "text": said}])

    async def receive() -> Message:
        if (message := next(steps, None)) is None:
            await answered.wait()
            return {"type": "websocket.disconnect", "code": 1000}
        return message

    async def send(message: Message) -> None:
        text = message.get("text") or ""
        if message["type"] == "websocket.close" or (text and "welcome" not in text):
            answered.set()

    scope: Scope = {**Ask("get", "/v1/socket").scope(), "type": "websocket", "subprotocols": []}
    await app(scope, receive, send)


async def operations(app: Starlette) -> Any:
    """Of the API's document."""
    sent: list[bytes] = []
    await status_of(app, Ask("get", "/v1/openapi.json"), sent)
    return msgspec.json.decode(b"".join(sent))["paths"]


async def status_of(app: ASGIApp, ask: Ask, sent: list[bytes] | None = None) -> int:
    """The status of the answer to one request; its body is added to ``sent``."""
    body = iter([{"type": "http.request", "body": ask.body}])
    status = 0

    async def receive() -> Message:
        return next(body, {"type": "http.disconnect"})

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)
        if sent is not None:
            sent.append(message.get("body", b""))

    await app(ask.scope(), receive, send)
    return status


def a_clip(number: int) -> Clip:
    clip_id = new_id(time.time())
    colours, things = ("red", "blue", "green", "gold"), ("fox", "whale", "owl", "snail", "bear")
    text = f"a {colours[number % 4]} {things[number % 5]} number {number} in the forest at night"
    return Clip(
        id=clip_id,
        author=Person(f"author-{number % 50}", f"author_{number % 50}"),
        text=text,
        seconds=3,
        status="done",
        created_at=time.time(),
        root=clip_id,
    )
