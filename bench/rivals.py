"""Other servers for ``bench.fanout``: Janus and Pion, where they are installed, fed with RTP.

Debian: ``apt-get install janus golang-1.19 golang-github-pion-webrtc.v3-dev``.
"""

import asyncio
import json
import os
import secrets
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from bench.material import TICKS
from bench.senders import ticks
from phosphene.stream.webrtc.h264 import payloads
from phosphene.stream.webrtc.template import PacketFormat, build_template
from phosphene.units import Unit

GO = ("/usr/lib/go-1.19/bin/go", "go")
GOPATH = "/usr/share/gocode"
PAYLOAD_TYPE = 100
PIPE = asyncio.subprocess.PIPE
STREAMING = """
general: {{ }}
bench: {{
    type = "rtp"
    id = 1
    audio = false
    video = true
    videoport = {port}
    videoiface = "{host}"
    videopt = 100
    videocodec = "h264"
    videofmtp = "profile-level-id=42e01f;packetization-mode=1"
    videobufferkf = false
}}
"""
HTTP = """
general: {{ base_path = "/janus", http = true, port = {port}, ip = "{host}", https = false }}
admin: {{ admin_http = false }}
"""
JANUS = """
general: {{ configs_folder = "{folder}", plugins_folder = "{lib}/plugins",
  transports_folder = "{lib}/transports", events_folder = "{lib}/events",
  loggers_folder = "{lib}/loggers", debug_level = 2, event_loops = 1 }}
nat: {{ ice_enforce_list = "{interface}", ice_lite = false }}
media: {{ ipv6 = false }}
plugins: {{ disable = "{plugins}" }}
transports: {{ disable = "{transports}" }}
"""
LIB = Path("/usr/lib/x86_64-linux-gnu/janus")


async def feed(units: list[Unit], host: str, port: int) -> None:
    """The material as plain RTP, again and again."""
    form = PacketFormat(PAYLOAD_TYPE, 0, "", 0, 0)
    pictures = [build_template(payloads(unit.data), form, pad=0) for unit in units]
    number, source = 0, secrets.token_bytes(4)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        async for tick in ticks():
            template = pictures[tick % len(pictures)]
            for index in range(template.length):
                packet = bytearray(template.packet_at(index))
                packet[2:4] = (number & 0xFFFF).to_bytes(2, "big")
                packet[4:8] = (tick * TICKS & 0xFFFFFFFF).to_bytes(4, "big")
                packet[8:12] = source
                number += 1
                out.sendto(packet, (host, port))


def go() -> str | None:
    """The Go compiler, where Pion is there too."""
    found = next((path for name in GO if (path := shutil.which(name))), None)
    return found if Path(GOPATH, "src/github.com/pion/webrtc").exists() else None


async def build_pion(folder: Path) -> Path:
    """Compile the Pion server."""
    compiler, target = go(), folder / "pion"
    assert compiler
    # Inside a GOPATH and with a go.mod, "/v3" of an import is understood without modules.
    source = folder / "path" / "src" / "bench"
    source.mkdir(parents=True)
    shutil.copy(Path(__file__).parent / "pion" / "main.go", source)
    (source / "go.mod").write_text("module bench\n")
    environ = os.environ | {
        "GOPATH": f"{folder / 'path'}:{GOPATH}",
        "GO111MODULE": "off",
        "GOCACHE": str(folder / "go"),
    }
    made = await asyncio.create_subprocess_exec(
        compiler, "build", "-o", str(target), ".", env=environ, cwd=source
    )
    if await made.wait():
        raise RuntimeError("the Pion server does not compile")
    return target


@asynccontextmanager
async def pion(
    program: Path, offers: list[str], units: list[Unit], host: str
) -> AsyncIterator[tuple[int, list[str]]]:
    """Process id and answers."""
    server = await asyncio.create_subprocess_exec(
        str(program), host, stdin=PIPE, stdout=PIPE, stderr=asyncio.subprocess.DEVNULL, limit=2**26
    )
    assert server.stdin
    assert server.stdout
    try:
        port = int(await server.stdout.readline())
        server.stdin.write(json.dumps(offers).encode() + b"\n")
        answers = json.loads(await server.stdout.readline())
        async with asyncio.TaskGroup() as tasks:
            feeding = tasks.create_task(feed(units, host, port))
            yield server.pid, answers
            feeding.cancel()
    finally:
        server.kill()
        await server.wait()


class Janus:
    """A Janus server and its HTTP interface; one session with a handle per viewer."""

    def __init__(self, pid: int, http: httpx.AsyncClient, session: int) -> None:
        self.pid = pid
        self._http = http
        self._path = f"/janus/{session}"
        self._handles: list[int] = []
        self._events: dict[int, asyncio.Queue[dict[str, Any]]] = {}

    async def offers(self, count: int) -> list[str]:
        """What Janus offers to so many viewers."""
        found = []
        for _ in range(count):
            attached = await self._say(self._path, janus="attach", plugin="janus.plugin.streaming")
            handle = attached["data"]["id"]
            self._handles.append(handle)
            watch = {"request": "watch", "id": 1}
            event = await self._ask(handle, watch, None)
            found.append(event["jsep"]["sdp"])
        return found

    async def answer(self, answers: list[str]) -> None:
        """What the viewers answer."""
        for handle, sdp in zip(self._handles, answers, strict=True):
            await self._ask(handle, {"request": "start"}, {"type": "answer", "sdp": sdp})

    async def listen(self) -> None:
        """Take the session's events, each to who waits for it."""
        while True:
            got = await self._http.get(self._path, params={"maxev": 20}, timeout=60)
            for event in got.json() if isinstance(got.json(), list) else [got.json()]:
                if event.get("janus") == "event":
                    self._events.setdefault(event["sender"], asyncio.Queue()).put_nowait(event)

    async def _ask(
        self, handle: int, body: dict[str, Any], jsep: dict[str, str] | None
    ) -> dict[str, Any]:
        more = {"jsep": jsep} if jsep else {}
        await self._say(f"{self._path}/{handle}", janus="message", body=body, **more)
        return await self._events.setdefault(handle, asyncio.Queue()).get()

    async def _say(self, path: str, **message: Any) -> dict[str, Any]:
        message["transaction"] = secrets.token_hex(6)
        answer = (await self._http.post(path, json=message)).json()
        if answer["janus"] == "error":
            raise RuntimeError(answer["error"]["reason"])
        return dict(answer)


@asynccontextmanager
async def janus(folder: Path, units: list[Unit], host: str) -> AsyncIterator[Janus]:
    """A Janus with one mountpoint that is fed with the material."""
    http_port, rtp_port = _free(socket.SOCK_STREAM, host), _free(socket.SOCK_DGRAM, host)
    configure(folder, host, http_port, rtp_port)
    server = await asyncio.create_subprocess_exec(
        "janus",
        "-F",
        str(folder),
        "-C",
        str(folder / "janus.jcfg"),
        "-o",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with (
            httpx.AsyncClient(base_url=f"http://{host}:{http_port}", timeout=30) as http,
            asyncio.TaskGroup() as tasks,
        ):
            session = await _first_session(http)
            opened = Janus(server.pid, http, session)
            running = [
                tasks.create_task(feed(units, host, rtp_port)),
                tasks.create_task(opened.listen()),
            ]
            yield opened
            for task in running:
                task.cancel()
    finally:
        server.kill()
        await server.wait()


def configure(folder: Path, host: str, http_port: int, rtp_port: int) -> None:
    interface = "lo" if host.startswith("127.") else "eth0"
    texts = {
        "janus.jcfg": JANUS.format(
            folder=folder,
            lib=LIB,
            interface=interface,
            plugins=",".join(_others("plugins", "streaming")),
            transports=",".join(_others("transports", "http")),
        ),
        "janus.plugin.streaming.jcfg": STREAMING.format(port=rtp_port, host=host),
        "janus.transport.http.jcfg": HTTP.format(port=http_port, host=host),
    }
    for name, text in texts.items():
        (folder / name).write_text(text)


def _others(folder: str, wanted: str) -> list[str]:
    """Names of the libraries that are not wanted."""
    return [path.name for path in (LIB / folder).glob("*.so") if wanted not in path.name]


async def _first_session(http: httpx.AsyncClient) -> int:
    message = {"janus": "create", "transaction": "first"}
    for _ in range(100):
        try:
            return int((await http.post("/janus", json=message)).json()["data"]["id"])
        except httpx.TransportError:
            await asyncio.sleep(0.1)
    raise RuntimeError("Janus did not start")


def _free(kind: int, host: str) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
