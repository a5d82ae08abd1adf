"""An instance whose films lie in a bucket of a real service."""

from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect

from phosphene.trust.provenance import verify
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
