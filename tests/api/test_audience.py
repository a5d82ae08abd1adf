"""Likes of identities that cost nothing: exact, counted at once, and without weight."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import msgspec
import pytest
import pytest_asyncio
import websockets
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route, Router

from phosphene.api import audience
from phosphene.api.audience import CountSent, WatchTimes, joining, whole_size
from phosphene.api.visitors import Visitors
from phosphene.bus.local import LocalBus
from phosphene.bus.local_counters import LocalCounters
from phosphene.ids import new_id
from phosphene.model import Person
from phosphene.people.connections import OpenConnections
from phosphene.people.login_sessions import LoginSessions
from phosphene.settings import Settings
from phosphene.store.sqlite import SqliteStore
from phosphene.trust.identity import Identities
from phosphene.trust.origins import Origins
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import COOKIE
from tests.api.conftest import quotas_of
from tests.store.making import a_clip, a_store
from tests.support import instance

pytestmark = pytest.mark.asyncio
KEY = bytes(range(32))
HALF_MINUTE_S = 30.0
Guest = Callable[[], Awaitable[httpx.AsyncClient]]


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with a_store(tmp_path / "phosphene.db", "test", time.time) as opened:
        await opened.add_clip(msgspec.structs.replace(a_clip("a"), seconds=10))
        yield opened


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audience, "PACE_S", 0.0)


def a_counter(
    store: SqliteStore,
    later_s: float,
    told: Callable[[str, float, str], None] = lambda person_id, seconds, clip_id: None,
) -> WatchTimes:
    bus = LocalBus()
    logins = LoginSessions(store.accounts, Identities(KEY), bus, OpenConnections(), time.time)
    limits = RateLimits(LocalCounters(), Settings(data="unused"))
    visitors = Visitors(logins, store, Origins([]), limits, quotas_of(store))
    return WatchTimes(store, visitors, lambda: time.time() + later_s, told)


async def standing(store: SqliteStore, person_id: str) -> None:
    """Until the person has it."""
    async with asyncio.timeout(20):
        while not await store.has_standing(person_id):
            pass


async def test_who_watched_long_enough_has_standing(store: SqliteStore) -> None:
    counter, person = a_counter(store, 60.0), new_id(time.time())
    running = asyncio.ensure_future(counter.run())
    for _ in range(10):
        counter.add_seconds(person, 3.0)
    await standing(store, person)
    running.cancel()


async def test_of_a_file_is_counted_what_was_sent(store: SqliteStore, tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(bytes(1000))
    counter, person = a_counter(store, 60.0), new_id(time.time())

    async def film(request: object) -> Response:
        return FileResponse(tmp_path / "film")

    route = Route("/{clip_id}/film", film)
    route.app = CountSent(route.app, counter.add_file_share)
    running = asyncio.ensure_future(counter.run())
    cookies = {COOKIE: Identities(KEY).token_for(person, time.time())}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(Router([route])), base_url="http://x", cookies=cookies
    ) as http:
        for _ in range(2):
            assert (await http.get("/a/film")).status_code == 200
        for span in ("0-499", "500-899"):
            part = await http.get("/a/film", headers={"Range": f"bytes={span}"})
            assert part.status_code == 206
        assert not await store.has_standing(person)
        await http.get("/a/film", headers={"Range": "bytes=900-999"})
        await standing(store, person)
    running.cancel()


async def test_a_film_that_is_read_elsewhere_counts_once_as_shown(store: SqliteStore) -> None:
    told = list[tuple[str, float, str]]()
    counter, person = a_counter(store, 60.0, lambda *one: told.append(one)), new_id(time.time())

    async def film(request: object) -> Response:
        return Response(status_code=307, headers={"Location": "https://cdn.example/film"})

    route = Route("/{clip_id}/film", film)
    route.app = CountSent(route.app, counter.add_file_share)
    cookies = {COOKIE: Identities(KEY).token_for(person, time.time())}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(Router([route])), base_url="http://x", cookies=cookies
    ) as http:
        for span in ("0-1", "0-1023", "70000-", "5-", "-9", "x"):
            await http.get("/a/film", headers={"Range": f"bytes={span}"})
        await http.head("/a/film")
        assert told == []
        await http.get("/a/film", headers={"Range": "bytes=0-"})
        await http.get("/a/film", headers={"Range": "bytes=0-999999"})
        await http.get("/a/film")
    assert told == [(person, 10.0, "a")] * 3


async def test_of_a_stream_in_pieces_its_seconds_are_counted_and_its_clip_once_it_was_shown(
    store: SqliteStore,
) -> None:
    told = list[tuple[str, float, str]]()
    counter, person = a_counter(store, 60.0, lambda *one: told.append(one)), new_id(time.time())
    clip = await store.get_clip("a")
    token = Identities(KEY).token_for(person, time.time())
    scope = {"type": "http", "method": "GET", "path": "/"}
    cookie = (b"cookie", f"{COOKIE}={token}".encode())
    request, of_nobody = (Request({**scope, "headers": one}) for one in ([cookie], []))
    for second in range(1, 5):
        await counter.add_stretch(request, clip, 1.0, float(second))
    assert told == [(person, 1.0, one) for one in ("", "", "a", "a")]
    await counter.add_stretch(of_nobody, clip, 1.0, 5.0)
    assert len(told) == 4


@pytest.mark.parametrize(
    ("status", "headers", "size"),
    [
        (200, {"content-length": "10"}, 10),
        (206, {"content-length": "2", "content-range": "bytes 0-1/10"}, 10),
        (206, {"content-range": "bytes 0-1/*"}, 0),
        (304, {"content-length": "10"}, 0),
        (200, {}, 0),
    ],
)
async def test_the_size_of_the_whole(status: int, headers: dict[str, str], size: int) -> None:
    assert whole_size(status, Headers(headers)) == size


@pytest.mark.process
async def test_many_guests_of_one_address(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        server = stack.enter_context(
            instance(
                tmp_path, workers=0, guests_per_minute=5, guest_likes_per_hour=2, address_factor=1
            )
        )
        store = await stack.enter_async_context(
            a_store(tmp_path / "phosphene.db", "test", time.time)
        )
        await store.add_clip(a_clip("a", status="live"))
        guests = []
        for _ in range(5):
            guest = httpx.AsyncClient(base_url=server.url)
            guests.append(await stack.enter_async_context(guest))
            assert (await guest.get("/v1/me")).status_code == 200
        # No more are made, but everybody may read and watch.
        async with httpx.AsyncClient(base_url=server.url) as late:
            refused = await late.get("/v1/me")
            assert (refused.status_code, refused.headers["retry-after"].isdecimal()) == (429, True)
            assert (await late.get("/v1/feed")).status_code == 200
        async with websockets.connect(server.socket_url) as socket:
            assert msgspec.json.decode(await socket.recv())["type"] == "welcome"
            await socket.send('{"type": "like", "clip": "a", "on": true, "id": 1}')
            assert msgspec.json.decode(await socket.recv())["problem"]["status"] == 429
        likes = [await guest.put("/v1/clips/a/like") for guest in guests[:3]]
        assert [one.status_code for one in likes] == [200, 200, 429]
        assert "watch" in likes[2].json()["detail"]
        assert (await guests[0].put("/v1/clips/a/like")).status_code == 200
        me = Person(**(await guests[3].get("/v1/me")).json()["person"])
        await store.add_watched({me.id: HALF_MINUTE_S}, {me.id: HALF_MINUTE_S})
        assert (await guests[3].put("/v1/clips/a/like")).status_code == 200
        assert (await store.get_clip("a")).counts.likes == 3
        assert (await store.list_candidates(limit=1))[0].counts.likes == 1


async def test_a_viewer_ends_with_their_login_and_at_a_limit_of_their_own(
    store: SqliteStore,
) -> None:
    connections, viewers = OpenConnections(), OpenConnections()
    logins = LoginSessions(store.accounts, Identities(KEY), LocalBus(), connections, time.time)
    limits = RateLimits(LocalCounters(), Settings(data="unused"))
    visitors = Visitors(logins, store, Origins([]), limits, quotas_of(store))
    sent = list[tuple[str, float, str]]()
    times = WatchTimes(store, visitors, told=lambda *one: sent.append(one))
    admit = joining(visitors, limits, times, connections, viewers)
    person, token = logins.issue_guest()
    headers = [(b"authorization", f"Bearer {token}".encode())]
    scope = {"type": "http", "headers": headers, "client": ("127.0.0.1", 1)}
    admission, ended = await admit(Request(scope)), list[str]()
    with admission.attend(lambda: ended.append("end")):
        admission.watched(1.0, "a")
        viewers.close_all([person.id])
        connections.close_all(connections.list_logins())
    assert (sent, ended) == ([(person.id, 1.0, "a")], ["end", "end"])
