"""HLS as a player asks for it, over a stage with a clip on air and a file of another."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from datetime import datetime
from io import BytesIO
from pathlib import Path

import av
import httpx
import numpy as np
import pytest
import pytest_asyncio
from msgspec.structs import replace
from starlette.applications import Starlette
from starlette.requests import Request

from phosphene.blobs.folder import Directory
from phosphene.bus.local import LocalBus
from phosphene.errors import NotFound
from phosphene.model import Clip
from phosphene.mux import heard_with, mp4, timed_packets
from phosphene.operation import routes
from phosphene.render.worker.chunked_work import run_all_chunks
from phosphene.render.worker.half_file import HalfFile
from phosphene.render.worker.renderer import Sound
from phosphene.render.worker.sound import opus_packets
from phosphene.stream.files import caching
from phosphene.stream.hls.packager import Packagers, open_packagers
from phosphene.stream.hls.routes import operations
from phosphene.stream.live import LiveClip, LiveClips
from phosphene.stream.relay import open_relays
from phosphene.units import RenditionName, Unit
from tests.stream.viewer import FPS, GOP, HEIGHT, WIDTH, a_clip

BASE = "/v1/clips/a/hls/"


class Site:
    """Clip ``a`` is on air until ``leave``; ``clips`` are those that exist."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        packagers: Packagers,
        stage: LiveClips,
        live: LiveClip,
        air: AbstractContextManager[LiveClip],
    ) -> None:
        self.http = http
        self.stage = stage
        self._packagers = packagers
        self.live = live
        self.clips = {"a": a_clip(), "queued": a_clip("queued", status="queued")}
        self._air = air
        self.sent: list[tuple[float, float]] = []

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.http.get(BASE + path, headers=headers)

    def draw(self, units: list[Unit]) -> None:
        for unit in units:
            self.live.units.append(unit)

    async def leave(self) -> None:
        """The clip leaves the air, and what was drawn of it has been cut."""
        packager = self._packagers.get_packager(a_clip())
        self._air.__exit__(None, None, None)
        async for _ in packager.video.grown.read():
            pass


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    stage, blobs, sites = LiveClips(), Directory(tmp_path), list[Site]()

    async def find(request: Request, clip_id: str) -> Clip:
        if clip_id not in sites[0].clips:
            raise NotFound("no such clip")
        return sites[0].clips[clip_id]

    async def note_sent(request: Request, clip: Clip, seconds: float, until_s: float) -> None:
        sites[0].sent.append((seconds, until_s))

    air = stage.on_air("a", width=WIDTH, height=HEIGHT, fps=FPS, ask_keyframe=lambda: None)
    async with (
        open_relays(stage, LocalBus()) as relays,
        open_packagers(relays.find_live) as packagers,
        httpx.AsyncClient(
            transport=httpx.ASGITransport(
                Starlette(routes=routes(operations(find, packagers, blobs, 2500, note_sent)))
            ),
            base_url="http://here",
        ) as http,
    ):
        sites.append(Site(http, packagers, stage, air.__enter__(), air))
        yield sites[0]


async def keep(site: Site, folder: Path, units: list[Unit]) -> None:
    """The clip is done: its file is there."""
    video = await Directory(folder).put(mp4([unit.data for unit in units], FPS), ".mp4")
    site.clips["a"] = a_clip(status="done", sha256=video.removesuffix(".mp4"))


def uris(text: str) -> list[str]:
    """Every address in a playlist."""
    return re.findall(r'URI="([^"]+)"', text) + [
        line for line in text.splitlines() if line and line[0] != "#"
    ]


def pictures(data: bytes) -> list[bytes]:
    with av.open(BytesIO(data), "r") as file:
        return [frame.to_ndarray().tobytes() for frame in file.decode(video=0)]


@pytest.mark.asyncio
async def test_a_player_reads_the_stream_to_its_end(site: Site, units: list[Unit]) -> None:
    site.draw(units[:30])
    index = await site.get("index.m3u8")
    assert index.headers["content-type"] == "application/vnd.apple.mpegurl"
    assert index.headers["access-control-allow-origin"] == "*"
    assert uris(index.text) == ["live/video.m3u8"]
    site.draw(units[30:])
    await site.leave()
    text = (await site.get("live/video.m3u8?_HLS_msn=4")).text
    assert text.endswith("#EXT-X-ENDLIST\n")
    pieces = [(await site.get(f"live/{name}")) for name in uris(text) if name[0] in "is"]
    assert {piece.status_code for piece in pieces} == {200}
    assert {piece.headers["cache-control"] for piece in pieces} == {caching(site.clips["a"])}
    assert len(pictures(b"".join(piece.content for piece in pieces))) == len(units)
    assert index.headers["cache-control"] == "public, max-age=1"
    for query, kept_s in (("", 1), ("?_HLS_msn=1", 12), ("?_HLS_msn=1&_HLS_part=0", 12)):
        answer = await site.get(f"live/video.m3u8{query}")
        assert answer.headers["cache-control"] == f"public, max-age={kept_s}"
        assert answer.headers["vary"] == "Sec-Fetch-Dest"
    site.clips["a"] = a_clip(visibility="private")
    private = await site.get("live/video.m3u8?_HLS_msn=1")
    assert private.headers["cache-control"] == "private, no-cache"
    assert sum(seconds for seconds, _ in site.sent) == pytest.approx(len(units) / FPS)
    assert site.sent[-1][1] == pytest.approx(len(units) / FPS)


@pytest.mark.asyncio
async def test_a_segment_is_its_parts(site: Site, units: list[Unit]) -> None:
    site.draw(units[:20])
    whole = (await site.get("live/s0.m4s")).content
    parts = [(await site.get(f"live/p{start}.m4s")).content for start in (0, 6)]
    assert whole == b"".join(parts)


@pytest.mark.asyncio
async def test_a_latecomer_can_begin_at_any_segment(site: Site, units: list[Unit]) -> None:
    site.draw(units[:40])
    start = (await site.get("live/init.mp4")).content + (await site.get("live/s24.m4s")).content
    assert (
        pictures(start)
        == pictures(
            (await site.get("live/init.mp4")).content
            + b"".join([(await site.get(f"live/s{at}.m4s")).content for at in (0, 12, 24)])
        )[24:]
    )


@pytest.mark.asyncio
async def test_a_playlist_waits_for_what_is_asked_for(site: Site, units: list[Unit]) -> None:
    site.draw(units[:8])
    first = (await site.get("live/video.m3u8?_HLS_msn=0&_HLS_part=0")).text
    hinted = uris(first)[-1]
    assert hinted == "p6.m4s"
    async with asyncio.TaskGroup() as group:
        whole = group.create_task(site.get("live/video.m3u8"))
        playlist = group.create_task(site.get("live/video.m3u8?_HLS_msn=0&_HLS_part=1"))
        part = group.create_task(site.get(f"live/{hinted}"))
        segment = group.create_task(site.get("live/video.m3u8?_HLS_msn=1"))
        await asyncio.sleep(0)
        for unit in units[8:30]:
            site.draw([unit])
            await asyncio.sleep(0)
    assert 'URI="p6.m4s"' in playlist.result().text
    assert "\ns0.m4s\n" in whole.result().text
    assert part.result().status_code == 200
    assert "s12.m4s" in segment.result().text


@pytest.mark.asyncio
async def test_the_own_player_of_a_browser_is_given_three_segments_first(
    site: Site, units: list[Unit]
) -> None:
    site.draw(units[:14])
    own = {"Sec-Fetch-Dest": "video"}
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(site.get("live/video.m3u8", **own))
        directed = await site.get("live/video.m3u8?_HLS_msn=0", **own)
        assert directed.text.count("#EXTINF") == 1
        assert not waiting.done()
        site.draw(units[14:38])
    text = waiting.result().text
    assert text.count("#EXTINF") == 3
    assert "#EXT-X-MEDIA-SEQUENCE:0" in text


@pytest.mark.asyncio
async def test_the_clock_of_a_stream_is_that_of_the_world(site: Site, units: list[Unit]) -> None:
    before = time.time()
    for unit in units[:20]:
        site.live.append_unit(unit)
    text = (await site.get("live/video.m3u8")).text
    found = re.findall(r"PROGRAM-DATE-TIME:(\S+)", text)
    first, second = (datetime.fromisoformat(one).timestamp() for one in found)
    assert before - 0.001 <= first <= time.time()
    assert second == pytest.approx(first + 0.5)


@pytest.mark.asyncio
async def test_the_address_waits_for_the_first_light(site: Site, units: list[Unit]) -> None:
    async with asyncio.TaskGroup() as group:
        index = group.create_task(site.get("index.m3u8"))
        await asyncio.sleep(0)
        site.draw(units[:8])
    assert index.result().status_code == 200


@pytest.mark.asyncio
async def test_the_address_leads_to_the_file_when_the_clip_is_done(
    site: Site, units: list[Unit], tmp_path: Path
) -> None:
    site.draw(units)
    await site.get("index.m3u8")
    await keep(site, tmp_path, units)
    await site.leave()
    assert uris((await site.get("index.m3u8")).text) == ["file/video.m3u8"]
    text = (await site.get("file/video.m3u8")).text
    pieces = [(await site.get(f"file/{name}")).content for name in uris(text)]
    live = [(await site.get(f"live/{name}")).content for name in ("init.mp4", "s0.m4s")]
    assert len(pictures(b"".join(pieces))) == len(units)
    assert pictures(b"".join(pieces[:2])) == pictures(b"".join(live))
    # Of both, the whole and once more its first second.
    assert sum(seconds for seconds, _ in site.sent) == pytest.approx((len(units) + GOP) / FPS)


@pytest.mark.asyncio
async def test_a_clip_on_air_has_a_smaller_variant_from_when_it_is_asked_for(
    site: Site, units: list[Unit], others: dict[RenditionName, list[Unit]]
) -> None:
    asked, key, at = list[str](), asyncio.Event(), "../../b/hls/"
    site.clips["b"] = a_clip("b", seconds=2)
    on_air = site.stage.on_air(
        "b",
        width=WIDTH,
        height=HEIGHT,
        fps=FPS,
        ask_keyframe=key.set,
        ask_rendition=asked.append,
    )
    with on_air as live:
        for unit in units[:8]:
            live.append_unit(unit)
        index = (await site.get(at + "index.m3u8")).text
        assert uris(index) == ["live/video.m3u8", "live/half.m3u8"]
        assert f"RESOLUTION={WIDTH // 2}x{HEIGHT // 2}" in index
        assert asked == ["half"]
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(site.get(at + "live/half.m3u8?token=t"))
            start = group.create_task(site.get(at + "live/half-init.mp4"))
            await key.wait()
            for unit, half in zip(units[8:26], others["half"][8:26], strict=True):
                live.append_unit(unit)
                if unit.pts >= GOP:
                    live.append_unit(half, "half")
                await asyncio.sleep(0)
        text = waiting.result().text
        assert "#EXT-X-MEDIA-SEQUENCE:1\n" in text
        assert "PLAYLIST-TYPE" not in text
        assert f"half-s{GOP}.m4s?token=t" in uris(text)
        for older in ("?_HLS_msn=0", "?_HLS_msn=1"):
            assert (await site.get(f"{at}live/half.m3u8{older}")).text.count("#EXTINF") == 1
        assert (await site.get(f"{at}live/half.m3u8?_HLS_msn=9")).status_code == 400
        assert (await site.get(f"{at}live/half-s0.m4s")).status_code == 404
        piece = (await site.get(f"{at}live/half-s{GOP}.m4s")).content
        with av.open(BytesIO(start.result().content + piece), "r") as file:
            sizes = [(frame.width, frame.height) for frame in file.decode(video=0)]
        assert sizes == [(WIDTH // 2, HEIGHT // 2)] * GOP


@pytest.mark.asyncio
async def test_a_clip_with_sound_is_heard_on_air_and_afterwards(
    site: Site, units: list[Unit], tmp_path: Path
) -> None:
    opus = opus_packets(Sound(np.zeros((1, 2 * 48_000), np.float32), 48_000), 2.0)
    heard = [replace(one, sound=heard_with(opus, one.frame, FPS)) for one in units]
    site.clips["b"] = a_clip("b", seconds=2)
    on_air = site.stage.on_air(
        "b", width=WIDTH, height=HEIGHT, fps=FPS, ask_keyframe=lambda: None, sound=True
    )
    with on_air as live:
        for unit in heard:
            live.append_unit(unit)
        at = "../../b/hls/"
        assert uris((await site.get(at + "index.m3u8")).text)[0] == "live/sound.m3u8"
        text = (await site.get(at + "live/sound.m3u8?_HLS_msn=3&_HLS_part=1&token=t")).text
        assert "#EXT-X-PART-INF:PART-TARGET=0.26000" in text
        assert all(one.startswith("sound-") and one.endswith("?token=t") for one in uris(text))
        names = [one for one in uris(text) if "-p" not in one]
        live_sound = b"".join([(await site.get(f"{at}live/{one}")).content for one in names])
        site.draw(units[:14])
        assert (await site.get("live/sound.m3u8")).status_code == 404
    whole_file = mp4([one.data for one in units], FPS, timed_packets(opus))
    video = await Directory(tmp_path).put(whole_file, ".mp4")
    site.clips["b"] = a_clip("b", status="done", sha256=video.removesuffix(".mp4"))
    assert uris((await site.get(at + "index.m3u8")).text)[0] == "file/sound.m3u8"
    text = (await site.get(at + "file/sound.m3u8")).text
    assert text.count("#EXTINF") == 4
    names = uris(text)
    kept = b"".join([(await site.get(f"{at}file/{one}")).content for one in names])
    for whole, count in ((live_sound, 75), (kept, len(opus))):
        with av.open(BytesIO(whole), "r") as file:
            assert sum(bool(packet.size) for packet in file.demux(audio=0)) == count
    assert site.sent == []  # the time of a clip is counted with its pictures


@pytest.mark.asyncio
async def test_a_finished_clip_has_a_second_variant_at_half_its_size(
    site: Site, units: list[Unit], tmp_path: Path
) -> None:
    await keep(site, tmp_path, units)
    half = HalfFile(WIDTH, HEIGHT, FPS, 2500, units)
    name = await Directory(tmp_path).put(mp4(run_all_chunks(half.complete_units()), FPS), ".mp4")
    assert (await site.get("half/video.m3u8")).status_code == 404
    site.clips["a"] = replace(site.clips["a"], half=name)
    index = (await site.get("index.m3u8")).text
    assert uris(index) == ["file/video.m3u8", "half/video.m3u8"]
    for missing in ("sound.m3u8", "third.m3u8", "sound-s0.m4s", "third-init.mp4", "s5.m4s"):
        assert (await site.get(f"file/{missing}")).status_code == 404
    assert f"RESOLUTION={WIDTH // 2}x{HEIGHT // 2}" in index
    text = (await site.get("half/video.m3u8")).text
    pieces = [(await site.get(f"half/{name}")).content for name in uris(text)]
    assert len(pictures(b"".join(pieces))) == len(units)


@pytest.mark.asyncio
async def test_neither_the_last_part_nor_the_end_waits_for_the_file(
    site: Site, units: list[Unit]
) -> None:
    site.clips["a"] = a_clip(seconds=len(units) // FPS)
    site.draw(units)
    assert "p42.m4s" in (await site.get("live/video.m3u8?_HLS_msn=3&_HLS_part=1")).text
    after = await site.get("live/video.m3u8?_HLS_msn=3&_HLS_part=2")
    assert after.text.endswith("#EXT-X-ENDLIST\n")


@pytest.mark.asyncio
async def test_the_last_part_is_told_before_the_end(site: Site, units: list[Unit]) -> None:
    site.draw(units[:8])
    await site.get("live/p0.m4s")
    site.clips["a"] = a_clip(status="done")
    site.draw(units[8:])
    await site.leave()
    last = (await site.get("live/video.m3u8?_HLS_msn=3&_HLS_part=1")).text
    assert "p42.m4s" in last
    assert "ENDLIST" not in last
    assert "ENDLIST" in (await site.get("live/video.m3u8?_HLS_msn=3&_HLS_part=2")).text
    assert "ENDLIST" in (await site.get("live/video.m3u8")).text


@pytest.mark.asyncio
async def test_the_token_of_a_private_clip_is_on_every_address(
    site: Site, units: list[Unit]
) -> None:
    site.draw(units[:30])
    index = (await site.get("index.m3u8?token=a%20b")).text
    assert uris(index) == ["live/video.m3u8?token=a+b"]
    found = uris((await site.get(uris(index)[0])).text)
    assert len(found) > 4
    assert all(one.endswith("?token=a+b") for one in found)


@pytest.mark.asyncio
async def test_what_is_known_is_not_sent_again(site: Site, units: list[Unit]) -> None:
    site.draw(units[:30])
    for name in ("index.m3u8", "live/video.m3u8", "live/s0.m4s"):
        etag = (await site.get(name)).headers["etag"]
        again = await site.get(name, **{"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
    await site.http.head(f"{BASE}live/s0.m4s")
    assert len(site.sent) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("live/video.m3u8?_HLS_part=1", 400),
        ("live/video.m3u8?_HLS_msn=x", 400),
        ("live/video.m3u8?_HLS_msn=-1", 400),
        ("live/video.m3u8?_HLS_msn=9", 400),
        ("live/p7.m4s", 404),
        ("live/s13.m4s", 404),
        ("live/none", 404),
        ("file/video.m3u8", 404),
        ("../../nobody/hls/index.m3u8", 404),
        ("../../queued/hls/index.m3u8", 503),
    ],
)
async def test_what_is_not_there(site: Site, units: list[Unit], path: str, status: int) -> None:
    site.draw(units[:30])
    answer = await site.get(path)
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == "*"
    assert status != 503 or int(answer.headers["retry-after"]) >= 1


@pytest.mark.asyncio
async def test_a_clip_that_failed_has_no_stream(site: Site) -> None:
    site.clips["a"] = a_clip(status="failed")
    await site.leave()
    assert (await site.get("index.m3u8")).status_code == 404


@pytest.mark.asyncio
async def test_preflight(site: Site) -> None:
    answer = await site.http.options(BASE + "index.m3u8", headers={"Origin": "null"})
    assert answer.status_code == 204
    assert "GET" in answer.headers["access-control-allow-methods"]
