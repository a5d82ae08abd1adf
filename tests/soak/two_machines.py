"""One audience on two machines that share nothing but PostgreSQL, Redis and a bucket:

    python -m tests.soak.two_machines

Each instance runs in a network namespace of its own, with a data folder of its own into which only
the keys were copied. A clip asked for on A is drawn by B's worker, liked on both, its film read
from the bucket by both; then PostgreSQL, Redis and each instance are killed in turn while people
comment on both, and every comment that was acknowledged must be there, once, on both.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from secrets import token_hex
from typing import Final

import httpx
from websockets.asyncio.client import connect

from tests.flows.test_clip import finished, subscribe
from tests.postgres import postgres_server, why_not
from tests.seaweed import KEYS, s3_server
from tests.support import RedisServer, drain, wait_for_line

NET: Final = "10.213.77"
HERE: Final = f"{NET}.1"
PORT: Final = 8000
READY_S: Final = 120.0
DOWN_S: Final = 2.0
AGAIN: Final = 20
"""Comments that each machine must acknowledge after what was killed is back."""
KEYS_OF_A_FOLDER: Final = ("*.key", "*.pem")


def why_there_is_no_network() -> str:
    """Why namespaces cannot be made here; empty when they can."""
    if sys.platform != "linux" or os.getuid() or not shutil.which("ip"):
        return "network namespaces need Linux, root and iproute2"
    made = subprocess.run(["ip", "netns", "add", "phosphene-try"], capture_output=True, check=False)
    subprocess.run(["ip", "netns", "del", "phosphene-try"], capture_output=True, check=False)
    return "network namespaces are not allowed here" if made.returncode else ""


def ip(arguments: str) -> None:
    subprocess.run(["ip", *arguments.split()], check=True)


@contextmanager
def bridge(name: str, machines: Sequence[str]) -> Iterator[None]:
    """A network of this machine and of one namespace for each name."""
    with ExitStack() as stack:
        ip(f"link add {name} type bridge")
        stack.callback(ip, f"link del {name}")
        ip(f"addr add {HERE}/24 dev {name}")
        ip(f"link set {name} up")
        for number, machine in enumerate(machines, 2):
            ip(f"netns add {machine}")
            stack.callback(ip, f"netns del {machine}")
            ip(f"link add {machine} type veth peer name eth0 netns {machine}")
            ip(f"link set {machine} master {name} up")
            ip(f"-n {machine} addr add {NET}.{number}/24 dev eth0")
            ip(f"-n {machine} link set eth0 up")
            ip(f"-n {machine} link set lo up")
        yield


class Program:
    """A command in a network namespace; ``start`` may be called again after ``kill``."""

    def __init__(self, machine: str, command: str, settings: Mapping[str, object]) -> None:
        self._where = ["ip", "netns", "exec", machine, sys.executable, "-m", "phosphene", command]
        environ = {key: value for key, value in os.environ.items() if not key.startswith("PHOS")}
        given = {f"PHOSPHENE_{key.upper()}": str(value) for key, value in settings.items()}
        self._environ = environ | given
        self._process: subprocess.Popen[str] | None = None
        self._lines: SimpleQueue[str | None] = SimpleQueue()

    def run(self, ready: str) -> None:
        """Until it says that it is ready. Raises an error when it is not soon."""
        self._process = subprocess.Popen(
            self._where, stderr=subprocess.PIPE, text=True, env=self._environ
        )
        assert self._process.stderr
        self._lines = drain(self._process.stderr)
        self.wait_for(ready)

    def wait_for(self, said: str) -> None:
        wait_for_line(self._lines, said, READY_S)

    def kill(self) -> None:
        """As by a loss of power."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None


class Machine(Program):
    """An instance; each on a machine of its own."""

    def __init__(self, name: str, number: int, data: Path, given: Mapping[str, object]) -> None:
        self.name, self.data = name, data
        self.url = f"http://{NET}.{number}:{PORT}"
        settings = {"data": data, "instance": name, "host": f"{NET}.{number}", "port": PORT}
        settings |= {"house": False, "feed_learner": False, "workers": 0, "stop_grace": 0}
        settings |= {"writes_per_minute": 100_000, "address_factor": 1000, "pace": 0}
        super().__init__(name, "serve", settings | dict(given))

    def start(self) -> None:
        self.run('"message":"serving"')


class Commenter:
    """Somebody who comments on one machine, again and again."""

    def __init__(self, machine: Machine, clip: str, token: str) -> None:
        self.acknowledged: list[str] = []
        self._machine, self._clip, self._token = machine, clip, token
        self._heard = asyncio.Event()
        self._name = f"{machine.name} {token_hex(4)}"
        """Of nobody else: an id() is given again to the next."""

    async def run(self) -> None:
        headers = {"Authorization": f"Bearer {self._token}"}
        async with httpx.AsyncClient(base_url=self._machine.url, headers=headers) as http:
            for number in count():
                text = f"{self._name} {number}"
                with suppress(httpx.HTTPError):
                    answer = await http.post(
                        f"/v1/clips/{self._clip}/comments", json={"text": text}, timeout=30
                    )
                    if answer.is_success:
                        self.acknowledged.append(text)
                        self._heard.set()
                await asyncio.sleep(0.02)

    async def wait_for(self, more: int) -> None:
        """Until so many more are acknowledged."""
        wanted = len(self.acknowledged) + more
        while len(self.acknowledged) < wanted:
            self._heard.clear()
            await self._heard.wait()


@asynccontextmanager
async def commenting(
    machines: Sequence[Machine], clip: str, tokens: Sequence[str]
) -> AsyncIterator[list[Commenter]]:
    people = [Commenter(one, clip, token) for one, token in zip(machines, tokens, strict=True)]
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(one.run()) for one in people]
        yield people
        for task in running:
            task.cancel()


async def comments_on(machine: Machine, clip: str) -> list[str]:
    """The text of every comment, as a machine tells it."""
    found: list[str] = []
    async with httpx.AsyncClient(base_url=machine.url, timeout=30) as http:
        cursor: str | None = None
        while True:
            asked = {"limit": "100"} | ({"cursor": cursor} if cursor else {})
            page = (await http.get(f"/v1/clips/{clip}/comments", params=asked)).json()
            found += (one["text"] for one in page["comments"])
            cursor = page.get("cursor")
            if not cursor:
                return found


async def draw(a: Machine, b: Machine, tokens: Sequence[str]) -> str:
    """A clip asked for on A is drawn by B's worker, liked on both, and read from both."""
    headers = [{"Authorization": f"Bearer {token}"} for token in tokens]
    async with httpx.AsyncClient(base_url=a.url, timeout=60) as http:
        body = {"text": "a red fox in the snow", "seconds": 2}
        made = await http.post("/v1/clips", json=body, headers=headers[0])
        made.raise_for_status()
        clip: str = made.json()["id"]
        await finished(http, clip)
    films = []
    for machine, own in zip((a, b), headers, strict=True):
        async with httpx.AsyncClient(base_url=machine.url, timeout=60) as http:
            (await http.put(f"/v1/clips/{clip}/like", headers=own)).raise_for_status()
            sent = await http.get(f"/v1/clips/{clip}/video.mp4")
            assert sent.status_code == 307, sent.text
            films.append((await http.get(sent.headers["location"])).content)
    assert films[0] == films[1]
    for machine in (a, b):
        async with connect(machine.url.replace("http", "ws") + "/v1/socket") as socket:
            counts = (await subscribe(socket, f"clip:{clip}"))["snapshot"]["clip"]["counts"]
            assert counts["likes"] == len(tokens), counts
    print(f"a film of {len(films[0])} bytes and {len(tokens)} likes, told by both", flush=True)
    return clip


async def new_person(machine: Machine) -> str:
    async with httpx.AsyncClient(base_url=machine.url) as http:
        token: str = (await http.get("/v1/me")).json()["token"]
        return token


async def main() -> int:
    """The exit status: 1 when something acknowledged is not there."""
    missing = why_not() or why_there_is_no_network()
    if missing:
        print(f"skipped: {missing}")
        return 0
    lost = 0
    with ExitStack() as stack:
        enter = stack.enter_context
        folder = Path(enter(tempfile.TemporaryDirectory()))
        a_name, b_name = f"pha{os.getpid()}", f"phb{os.getpid()}"
        enter(bridge(f"ph{os.getpid()}", (a_name, b_name)))
        postgres = enter(postgres_server(durable=True, host=HERE))
        redis = RedisServer(folder)
        redis.options += ["--bind", HERE, "--protected-mode", "no"]
        redis.start()
        stack.callback(redis.kill)
        (folder / "s3").mkdir()
        os.environ |= {
            "AWS_ENDPOINT_URL": enter(s3_server(folder / "s3", HERE)),
            "AWS_ACCESS_KEY_ID": KEYS["accessKey"],
            "AWS_SECRET_ACCESS_KEY": KEYS["secretKey"],
        }
        given = {
            "database_url": postgres.url,
            "redis_url": redis.url.replace("127.0.0.1", HERE),
            "blobs": "s3://clips/site",
        }
        a = Machine(a_name, 2, folder / "a", given)
        b = Machine(b_name, 3, folder / "b", given)
        worker = Program(b_name, "worker", {name: given[name] for name in ("redis_url", "blobs")})
        for program in (a, b, worker):
            stack.callback(program.kill)
        a.start()
        b.data.mkdir()
        for pattern in KEYS_OF_A_FOLDER:
            for file in a.data.glob(pattern):
                shutil.copy2(file, b.data)
        b.start()
        worker.run('"message":"lending ')
        a.wait_for("draws for this instance")
        tokens = [await new_person(a), await new_person(b)]
        clip = await draw(a, b, tokens)
        for name, victim in (("PostgreSQL", postgres), ("Redis", redis), ("A", a), ("B", b)):
            async with commenting((a, b), clip, tokens) as people:
                for one in people:
                    await one.wait_for(AGAIN)
                await asyncio.to_thread(victim.kill)
                await asyncio.sleep(DOWN_S)
                began = asyncio.get_running_loop().time()
                await asyncio.to_thread(victim.start)
                for one in people:
                    await one.wait_for(AGAIN)
                took = asyncio.get_running_loop().time() - began
            said = [text for one in people for text in one.acknowledged]
            for machine in (a, b):
                there = await comments_on(machine, clip)
                lost += sum(there.count(text) != 1 for text in said)
                lost += len(there) - len(set(there))
            print(
                f"{name} killed: {len(said)} comments acknowledged, {lost} lost or doubled; both"
                f" acknowledged again {took:.1f} s after its start",
                flush=True,
            )
    return int(lost > 0)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
