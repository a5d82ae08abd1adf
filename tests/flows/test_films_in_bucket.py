"""An instance whose films lie in a bucket of a real service."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect

from phosphene.trust.provenance import verify
from tests.client.line import a_line
from tests.flows.test_clip import events_until, make, root_certificate, subscribe
from tests.support import Instance, instance

pytestmark = pytest.mark.asyncio


async def draw(server: Instance, http: httpx.AsyncClient, **prompt: object) -> str:
    """A clip that is done."""
    async with connect(server.socket_url) as socket:
        await subscribe(socket, "feed")
        clip = await make(http, text="a red fox in the snow", seconds=1, **prompt)
        await events_until(socket, "clip_finished")
    return f"/v1/clips/{clip['id']}"


async def test_a_film_is_read_where_it_lies_and_everything_else_as_before(
    tmp_path: Path, bucket: str
) -> None:
    data = tmp_path / "data"
    with instance(data, painted=True, blobs=bucket) as server:
        async with (
            httpx.AsyncClient(base_url=server.url) as http,
            httpx.AsyncClient(base_url=server.url, follow_redirects=True) as reader,
        ):
            clip = await draw(server, http)
            told = await http.get(f"{clip}/video.mp4", headers={"Range": "bytes=0-99"})
            assert (told.status_code, told.headers["cache-control"]) == (307, "private, no-store")
            assert told.headers["access-control-allow-origin"] == "*"
            film = await reader.get(f"{clip}/video.mp4", headers={"Origin": "https://blog.example"})
            assert film.status_code == 200
            assert verify(film.content, root_certificate(data)).state == "trusted"
            part = await reader.get(f"{clip}/video.mp4", headers={"Range": "bytes=0-99"})
            assert (part.status_code, part.content) == (206, film.content[:100])
            for name in ("half.mp4", "poster.jpg", "preview.webp", "birth.mp4"):
                assert (await reader.get(f"{clip}/{name}")).status_code == 200
                assert (await reader.head(f"{clip}/{name}")).status_code == 200
            assert (await reader.get(f"{clip}/hls/file/init.mp4")).status_code == 200
            page = await http.get("/", headers={"accept": "text/html"})
            origin = httpx.URL(told.headers["location"])
            shown = f"http://{origin.netloc.decode()}"
            assert page.headers["content-security-policy"].count(shown) == 3
            assert (await http.get("/readyz")).status_code == 200
    assert not (data / "blobs").exists()


async def test_a_film_that_somebody_hides_is_gone_from_where_it_was_read(
    tmp_path: Path, bucket: str
) -> None:
    async def until(status: int, url: str) -> None:
        async with asyncio.timeout(20):
            while (await reader.get(url)).status_code != status:
                pass

    with instance(tmp_path / "data", painted=True, blobs=bucket) as server:
        async with (
            httpx.AsyncClient(base_url=server.url) as http,
            httpx.AsyncClient() as reader,
        ):
            clip = await draw(server, http)
            given = (await http.get(f"{clip}/video.mp4")).headers["location"]
            assert (await reader.get(given)).status_code == 200
            assert (await http.patch(clip, json={"visibility": "private"})).status_code == 200
            await until(404, given)
            own = (await http.get(f"{clip}/video.mp4")).headers["location"]
            assert (await reader.get(own)).status_code == 200
            assert (await http.delete(clip)).status_code == 202
            await until(404, own)


async def test_a_clip_waits_for_a_bucket_that_is_away(
    tmp_path: Path, bucket: str, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_line(service) as line, AsyncExitStack() as stack:
        monkeypatch.setenv("AWS_ENDPOINT_URL", line.url)
        opened = instance(tmp_path / "data", painted=True, blobs=bucket)
        # In a thread, since it asks for the bucket as it starts, and the line is of this loop.
        server = await asyncio.to_thread(opened.__enter__)
        stack.push_async_callback(asyncio.to_thread, opened.__exit__, None, None, None)
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=server.url))
        socket = await stack.enter_async_context(connect(server.socket_url))
        await subscribe(socket, "feed")
        async with line.down():
            clip = await make(http, text="a red fox in the snow", seconds=1)
            await server.says("waits for its files")
            ready = await http.get("/readyz")
            assert (ready.status_code, ready.json()["waiting_for"]) == (503, ["films"])
            assert ready.json()["reason"].startswith(f"{bucket}/films cannot be used: ")
        await events_until(socket, "clip_finished")
        film = await http.get(f"/v1/clips/{clip['id']}/video.mp4")
        assert film.status_code == 307
        assert (await http.get("/readyz")).status_code == 200
        assert [one for one in server.logs if "can be used again" in one]
