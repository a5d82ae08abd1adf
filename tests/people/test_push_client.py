"""Endpoints are addresses that strangers give: what is connected to, what an answer comes to."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from phosphene.errors import Unusable
from phosphene.people.push_client import (
    MOST_RETRY_S,
    PushClient,
    PushMessage,
    check_endpoint,
)
from phosphene.trust.public_network import LONGEST_URL
from phosphene.trust.web_push import Vapid, load_push_key
from tests.people.push_service import answering, push_service

MESSAGE = PushMessage(b'{"notification": {"title": "hello"}}', "topic", "low", 60)


@asynccontextmanager
async def a_client(folder: Path, *allowed: str) -> AsyncIterator[PushClient]:
    vapid = Vapid(load_push_key(folder / "push.key"), "", lambda: 1e9)
    async with PushClient(vapid, allowed) as client:
        yield client


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example/x",
        "ftp://push.example/x",
        "push.example",
        "https://",
        "https:///x",
        "https://user@push.example/x",
        "https://:secret@push.example/x",
        "https://push.example:99999/x",
        "https://push.example/ x",
        "https://push.example/x\r\nHost: y",
        "https://pu\u0455h.example/x",
        "https://[::1/x",
        f"https://push.example/{'x' * LONGEST_URL}",
        "https://127.0.0.1/x",
        "https://10.0.0.8/x",
        "https://169.254.169.254/latest",
        "https://[::1]/x",
        "https://[::ffff:192.168.0.1]/x",
        "http://127.0.0.1:9001/x",
    ],
)
def test_what_is_no_push_service_is_refused(endpoint: str) -> None:
    with pytest.raises(Unusable, match="endpoint"):
        check_endpoint(endpoint, ["http://127.0.0.1:9000"])


@pytest.mark.parametrize(
    "endpoint",
    ["https://push.example/x?y=z", "https://push.example:8443/x", "http://127.0.0.1:9000/x"],
)
def test_push_services_are_taken(endpoint: str) -> None:
    check_endpoint(endpoint, ["http://127.0.0.1:9000"])


@pytest.mark.asyncio
@pytest.mark.parametrize("answers", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::1"]])
async def test_a_name_that_leads_inside_is_not_connected_to(
    answers: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = list[str]()

    def answer(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(2, 1, 6, "", (one, port)) for one in answers]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    async with a_client(tmp_path) as client, push_service() as service:
        browser = service.browser("phone")
        # As a name that led elsewhere when the endpoint was given (DNS rebinding).
        endpoint = browser.endpoint.replace("http://127.0.0.1", "https://push.example")
        done = await client.send_push(endpoint, browser.keys, MESSAGE)
        assert (done.outcome, done.why) == ("failed", "ConnectError: not a public address")
        assert (asked, service.asked) == (["push.example"], 0)


@pytest.mark.asyncio
async def test_what_an_answer_means(tmp_path: Path) -> None:
    async with push_service() as service, a_client(tmp_path, service.origin) as client:
        browser = service.browser("phone")
        for status, headers, outcome, retry_s in (
            ("201 Created", "", "sent", 0.0),
            ("202 Accepted", "", "sent", 0.0),
            ("301 Moved", "Location: http://127.0.0.1:1/x\r\n", "failed", 0.0),
            ("404 Not Found", "", "gone", 0.0),
            ("410 Gone", "", "gone", 0.0),
            ("413 Too Large", "", "failed", 0.0),
            ("429 Slow", "Retry-After: 120\r\n", "failed", 120.0),
            ("503 Later", "Retry-After: 99999999999\r\n", "failed", MOST_RETRY_S),
            ("503 Later", "Retry-After: Wed, 21 Oct 2026 07:28:00 GMT\r\n", "failed", 0.0),
        ):
            browser.status, browser.headers = status, f"{headers}Content-Length: 0\r\n"
            done = await client.send_push(browser.endpoint, browser.keys, MESSAGE)
            assert (done.outcome, done.retry_s) == (outcome, retry_s), status
        pushed = await service.next()
        assert (pushed.headers["topic"], pushed.headers["ttl"]) == ("topic", "60")
        assert pushed.headers["urgency"] == "low"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 201 Created\r\n\r\n" + b"x" * 100_000,  # and no end
        b"HTTP/1.1 201 Created\r\nContent-Length: 9999999999\r\n\r\n" + b"x" * 100_000,
        b"this is no HTTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 100_000,
        b"",
    ],
)
async def test_whatever_a_service_answers_is_cut_off(answer: bytes, tmp_path: Path) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        if answer:
            await reader.read()  # holds the line until the client leaves

    async with (
        push_service() as service,
        answering(serve) as origin,
        a_client(tmp_path, origin) as client,
    ):
        keys = service.browser("phone").keys
        done = await client.send_push(f"{origin}/x", keys, MESSAGE)
        assert done.outcome == ("sent" if b" 201 " in answer else "failed")


@pytest.mark.asyncio
async def test_nothing_is_said_of_what_only_the_browser_may_know(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with push_service() as service, a_client(tmp_path, service.origin) as client:
        browser = service.browser("phone")
        browser.status = "500 Broken"
        done = await client.send_push(browser.endpoint, browser.keys, MESSAGE)
        assert "secret" not in done.why
    ours = [one.getMessage() for one in caplog.records if one.name.startswith("phosphene")]
    assert "secret" not in "".join(ours)
