"""A cache before the server, as a CDN is: all players together ask once for each part."""

import asyncio
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect

from tests.flows.test_clip import events_until, make, subscribe
from tests.support import drain, free_port, instance, wait_for_line

PLAYERS = 8
CACHE = """
daemon off;
master_process off; # as root its worker would be nobody, who may not write here
pid nginx.pid;
error_log stderr notice;
events {}
http {
    log_format came '$upstream_cache_status $request_uri';
    access_log came.log came;
    client_body_temp_path tmp;
    proxy_temp_path tmp;
    fastcgi_temp_path tmp;
    uwsgi_temp_path tmp;
    scgi_temp_path tmp;
    proxy_cache_path kept keys_zone=clips:1m;
    server {
        listen %d;
        location / {
            proxy_pass http://127.0.0.1:%d;
            proxy_cache clips;
            proxy_cache_lock on;
            proxy_cache_lock_timeout 60s;
            proxy_cache_lock_age 60s;
            proxy_cache_revalidate on;
        }
    }
}
"""


@contextmanager
def cache(folder: Path, server: int) -> Iterator[str]:
    """The address of a cache before that port."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "the tests need nginx: run `make test`"
    own, settings = free_port(), folder / "nginx.conf"
    settings.write_text(CACHE % (own, server))
    command = [program, "-p", str(folder), "-c", str(settings)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    try:
        wait_for_line(drain(process.stderr), " event method", 20.0)
        yield f"http://127.0.0.1:{own}"
    finally:
        process.terminate()
        process.wait()
        process.stderr.close()


def part_after(playlist: str) -> tuple[int, int]:
    """The segment and the part of it that a player asks for next (RFC 8216bis, 6.3.7)."""
    sequence = re.search(r"#EXT-X-MEDIA-SEQUENCE:(\d+)", playlist)
    assert sequence
    *whole, open_ = playlist.split("#EXTINF:")
    return int(sequence[1]) + len(whole), open_.count("#EXT-X-PART:")


async def play(url: str) -> int:
    """Read a clip to its end with blocking reload, as hls.js does; how many parts it had."""
    seen, query = set[str](), ""
    async with httpx.AsyncClient(base_url=url, timeout=60) as http:
        index = await http.get("index.m3u8")
        assert "live/video.m3u8" in index.text
        while True:
            answer = await http.get(f"live/video.m3u8{query}")
            assert answer.status_code == 200, answer.text
            for part in re.findall(r'#EXT-X-PART:.*URI="([^"]+)"', answer.text):
                if part not in seen:
                    seen.add(part)
                    assert (await http.get(f"live/{part}")).status_code == 200
            if "#EXT-X-ENDLIST" in answer.text:
                return len(seen)
            segment, part_number = part_after(answer.text)
            query = f"?_HLS_msn={segment}&_HLS_part={part_number}"


@pytest.mark.asyncio
async def test_a_cache_asks_once_for_all_players(tmp_path: Path) -> None:
    with instance(tmp_path / "data", painted=True, pace=1) as server:
        port = int(server.url.rpartition(":")[2])
        (tmp_path / "nginx").mkdir()
        with cache(tmp_path / "nginx", port) as address:
            async with (
                httpx.AsyncClient(base_url=server.url) as http,
                connect(server.socket_url) as socket,
            ):
                await subscribe(socket, "feed")
                clip = (await make(http, text="a fish", seconds=3))["id"]
                await events_until(socket, "clip_started")
            url = f"{address}/v1/clips/{clip}/hls/"
            found = await asyncio.gather(*(play(url) for _ in range(PLAYERS)))
    assert min(found) > 3
    lines = (tmp_path / "nginx" / "came.log").read_text().split("\n")
    came = [line.split() for line in lines if line]
    asked = {uri for _, uri in came if "_HLS_msn" in uri or uri.endswith(".m4s")}
    missed = Counter(uri for status, uri in came if status == "MISS" and uri in asked)
    assert missed == Counter(asked)
    assert {status for status, uri in came if uri in asked} <= {"MISS", "HIT", "EXPIRED"}
