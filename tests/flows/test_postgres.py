"""Two instances with one PostgreSQL and no Redis; the server falls in the middle."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection, connect

from tests.flows.test_clip import events_until, make, said, subscribe
from tests.postgres import PostgresServer, make_database, postgres_server, why_not
from tests.support import Instance, instance

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())
WORDS = 12


@pytest.fixture(scope="module")
def database() -> Iterator[PostgresServer]:
    with postgres_server() as started:
        yield started


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def pair(database: PostgresServer, data: Path) -> Iterator[tuple[Instance, Instance]]:
    url = make_database(database.url, data)
    with (
        instance(data, painted=True, database_url=url, instance="a") as a,
        instance(data, database_url=url, instance="b", workers=0) as b,
    ):
        yield a, b


@pytest_asyncio.fixture
async def on_b(pair: tuple[Instance, Instance]) -> AsyncIterator[ClientConnection]:
    async with connect(pair[1].socket_url) as socket:
        yield socket


@pytest.mark.asyncio
async def test_what_happens_on_a_is_told_on_b_whatever_becomes_of_the_database(
    pair: tuple[Instance, Instance], on_b: ClientConnection, database: PostgresServer, data: Path
) -> None:
    await subscribe(on_b, "feed")
    async with httpx.AsyncClient(base_url=pair[0].url, timeout=30) as http:
        clip = (await make(http, text="a yellow fish under the sea", seconds=1))["id"]
        finished = (await events_until(on_b, "clip_finished"))[-1]["event"]["clip"]
        assert finished["id"] == clip
        await subscribe(on_b, f"clip:{clip}")
        for number in range(WORDS):
            if number == WORDS // 2:
                database.kill()
                database.start()
            body = {"text": f"word {number}", "id": f"{clip}-{number:03}"}
            response = await http.post(f"/v1/clips/{clip}/comments", json=body)
            assert response.status_code == 201, response.text
    heard = list[str]()
    while len(heard) < WORDS:
        message = await said(on_b, "event")
        if message["event"]["type"] == "commented":
            heard.append(message["event"]["comment"]["text"])
    assert heard == [f"word {number}" for number in range(WORDS)]
    async with httpx.AsyncClient(base_url=pair[1].url) as http:
        found = (await http.get("/v1/search", params={"q": "yellow fish"})).json()
        assert [one["id"] for one in found["clips"]] == [clip]
    assert not (data / "phosphene.db").exists()
