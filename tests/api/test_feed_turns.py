"""What the page tells of a clip, and what follows: a socket, a store and a feed process."""

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest
import websockets
from websockets.typing import Subprotocol

from phosphene.api.feed_reasons import OTHERS_TERMS
from phosphene.model import Clip, Person
from phosphene.store.sqlite import open_store
from tests.support import instance

pytestmark = [pytest.mark.process, pytest.mark.asyncio]


async def fill(data: Path, count: int = 24) -> None:
    """Clips of foxes and of whales."""
    async with open_store(data / "phosphene.db", "test", time.time) as store:
        for number in range(count):
            await store.add_clip(
                Clip(
                    id=f"clip{number:02}",
                    author=Person(f"author{number}", "x"),
                    text="whale" if number % 2 else "fox",
                    seconds=5,
                    status="done",
                    created_at=time.time() - number,
                )
            )


def kept(data: Path) -> list[tuple[str, str, str, int | None]]:
    with closing(sqlite3.connect(data / "phosphene.db")) as cx:
        rows = cx.execute("SELECT person, clip, kind, watched_ms FROM reactions ORDER BY id")
        return rows.fetchall()


def cookie_of(http: httpx.AsyncClient) -> dict[str, str]:
    """A header for a socket of the same person."""
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in http.cookies.items())}


class Page:
    """A page's socket."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self._socket = socket
        self._id = 0

    async def say(self, **message: object) -> dict[str, object]:
        """Send a message; its answer."""
        self._id += 1
        await self._socket.send(json.dumps(message | {"id": self._id}))
        async for told in self._socket:
            answer: dict[str, object] = json.loads(told)
            if answer.get("id") == self._id:
                return answer
        raise AssertionError("the socket was closed")

    async def turn(self, clip: str, watched_ms: int, *listed: str) -> list[str]:
        """Watch a clip, and turn from it; what follows."""
        await self.say(type="watch", clip=clip)
        answer = await self.say(type="turn", clip=clip, watched_ms=watched_ms, listed=listed)
        assert answer["type"] == "next"
        clips = answer["clips"]
        assert isinstance(clips, list)
        return [one["id"] for one in clips]


async def test_so_many_turns_a_minute_over_all_sockets_of_a_person(tmp_path: Path) -> None:
    with instance(tmp_path, workers=0, turns_per_minute=2) as server:
        await fill(tmp_path)
        async with httpx.AsyncClient(base_url=server.url) as http:
            await http.get("/v1/me")
            cookie = cookie_of(http)
            told = list[object]()
            for number in range(3):
                async with websockets.connect(
                    server.socket_url, additional_headers=cookie
                ) as socket:
                    said = {"type": "turn", "clip": f"clip0{number}", "watched_ms": 5}
                    answer = await Page(socket).say(**said)
                    told.append(answer["type"])
            for clip, status in (("clip03", 204), ("nothing", 404)):
                shared = await http.post(f"/v1/clips/{clip}/share")
                assert shared.status_code == status
        assert told == ["next", "next", "error"]
    assert [row[1:3] for row in kept(tmp_path)] == [
        ("clip00", "skip"),
        ("clip01", "skip"),
        ("clip03", "share"),
    ]


async def test_a_turn_is_kept_bounded_and_answered_with_what_follows(tmp_path: Path) -> None:
    with instance(tmp_path, workers=0, feed_learner=True) as server:
        await fill(tmp_path)
        async with httpx.AsyncClient(base_url=server.url) as http:
            me = (await http.get("/v1/me")).json()
            cookie = cookie_of(http)
            async with websockets.connect(
                server.socket_url,
                subprotocols=[Subprotocol("phosphene.json")],
                additional_headers=cookie,
            ) as socket:
                page = Page(socket)
                began = time.monotonic()
                # Nobody waits for the process: the first turn starts it.
                assert await page.turn("clip00", 60_000) == []
                await server.says('"message":"feed learner ready"')
                found = await page.turn("clip02", 0, "clip04")
                elapsed = 1000 * (time.monotonic() - began)
                # What is wished meanwhile holds from the next clip on.
                made = await http.post("/v1/feed/wishes", json={"text": "plus de baleines"})
                wished = await page.turn("clip02", 0)
                assert {int(one[4:]) % 2 for one in wished} == {1}
                await http.delete(f"/v1/feed/wishes/{made.json()['wishes'][0]['id']}")
                await http.put("/v1/clips/clip04/not-for-me")
                await http.patch("/v1/feed/settings", json={"personal": False})
                assert await page.turn("clip06", 0) == []
                await http.patch("/v1/feed/settings", json={"personal": True})
            assert len(found) == 5
            assert not {"clip00", "clip02", "clip04"} & set(found)
            told = (await http.get("/v1/feed/explain?clip=clip06")).json()
            # One person's swipes: what is made of others' would tell what they did.
            assert "taste" in told["terms"]
            assert told["score"] is None
            assert not told["terms"].keys() & OTHERS_TERMS
            assert {"term": "live", "enjoyed": pytest.approx(0.2, abs=0.05), "chosen": 0.0} in told[
                "weights"
            ]
            # The same in another tab: the person's own rows decide.
            clips = (await http.get("/v1/feed?limit=30")).json()["clips"]
            assert {one["id"] for one in clips} == {f"clip{n:02}" for n in range(24)} - {
                "clip00",
                "clip02",
                "clip04",
            }
    rows = kept(tmp_path)
    had = ("clip00", "clip02", "clip02", "clip04")
    assert [row[:2] for row in rows] == [(me["person"]["id"], one) for one in had]
    assert (rows[0][3] or 0) <= elapsed
    assert rows[1][3] == 0
