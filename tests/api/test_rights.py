"""A studio shows that a domain is its own and registers a character; an operator looks; what is
drawn changes on every instance at once."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from phosphene.__main__ import main
from phosphene.ids import new_id
from phosphene.model import Clip, Person
from tests.api.somebody import Somebody
from tests.api.test_importing import changed
from tests.api.test_operating import bearer
from tests.support import Instance, free_port, instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]
PORT = free_port()
ZORB = {"kind": "character", "name": "Zorbleflux", "mode": "refuse"}


@pytest.fixture(scope="module")
def server(data: Path) -> Any:
    allowed = f"http://127.0.0.1:{PORT}"
    with instance(
        data, workers=0, guests_per_minute=100, reports_per_minute=100, rights_origins=allowed
    ) as running:
        yield running


@asynccontextmanager
async def a_domain(files: dict[str, str]) -> AsyncIterator[None]:
    """A web server that holds these files."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        body = files.get(path, "")
        status = "200 OK" if path in files else "404 Not Found"
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", PORT):
        yield


async def prove(one: httpx.AsyncClient) -> None:
    domain = f"127.0.0.1:{PORT}"
    begun = (await one.put("/v1/rights/holder", json={"name": "Zorb", "domain": domain})).json()
    assert begun["proved_at"] is None
    async with a_domain({}):
        early = await one.post("/v1/rights/holder/proof", json={"method": "file"})
    assert early.status_code == 422
    async with a_domain({"/.well-known/phosphene-rights.txt": begun["token"] + "\n"}):
        proved = await one.post("/v1/rights/holder/proof", json={"method": "file"})
    assert proved.json()["method"] == "file", proved.text


async def reading(server: Instance, who: httpx.AsyncClient, text: str) -> Any:
    made = await who.post(f"{server.url}/v1/clips", json={"text": text})
    return made.json().get("refusal")


async def beforehand(who: Somebody, text: str) -> str:
    """The code of what is said of a text before anybody asks for a clip."""
    read = await who.http.post("/v1/readings", json={"text": text})
    return str(read.json()["refusal"]["code"])


async def brought(who: Somebody, text: str) -> dict[str, Any]:
    """What becomes of an archive with a clip of such a text."""
    clip = Clip(
        id=new_id(time.time()),
        author=Person(who.person.id, "anna"),
        text=text,
        seconds=1,
        status="done",
        created_at=0.0,
        visibility="public",
    )
    archive = (await who.http.get("/v1/me/export")).content
    files = {f"clips/{clip.id}.json": msgspec.json.encode(clip)}
    sent = await who.http.post(
        "/v1/me/import",
        content=changed(archive, files),
        headers={"Content-Type": "application/zip"},
    )
    return {name: value for name, value in sent.json().items() if value}


async def test_a_claim_only_asks_until_an_operator_has_looked_and_holds_everywhere(
    server: Instance,
    http: httpx.AsyncClient,
    data: Path,
    anna: Somebody,
    ben: Somebody,
    capsys: pytest.CaptureFixture[str],
) -> None:
    early = await anna.http.post("/v1/rights", json={"rights": [ZORB]})
    assert early.status_code == 404
    await prove(anna.http)
    made = await anna.http.post("/v1/rights", json={"rights": [ZORB]})
    (right,) = made.json()["rights"]
    assert (right["state"], right["conflicts"]) == ("asks", [])
    visited = "rights", "list", "--server", server.url, "--data", str(data)
    assert await asyncio.to_thread(main, visited) == 0
    assert f"{right['id']}  asks " in capsys.readouterr().out
    with instance(data, workers=0, instance="second") as second:
        asked = await reading(second, ben.http, "Zorbleflux at sea")
        assert asked["code"] == "rights-ask"
        assert "Zorb" in asked["message"]
        assert await beforehand(ben, "Zorbleflux at sea") == "rights-ask"
        path = f"/v1/operator/rights/{right['id']}"
        decided = await http.put(path, json={"state": "confirmed"}, headers=bearer(data))
        assert decided.json()["state"] == "confirmed", decided.text
        for one in (second, server):
            refused = await reading(one, ben.http, "a Zorbleflux at sea")
            assert refused["code"] == "rights"
    assert await beforehand(ben, "a Zorbleflux at sea") == "rights"
    assert await brought(ben, "a Zorbleflux at sea") == {"refused": 1}
    assert await brought(ben, "a paper owl at sea") == {"recipes": 1}
    days = (await http.get(f"{server.url}/v1/transparency/refusals?days=1")).json()["days"]
    (day,) = (one for one in days if one["layer"] == "rights")
    assert (day["language"], day["refused"], day["asked"]) == ("en", 3, 1)
    page = (await http.get(f"/v1/rights/{right['id']}")).json()
    assert (page["rule"], page["days"][0]["refused"]) == (f"rights/{right['id']}", 3)
    french = {"Accept-Language": "fr"}
    tries = f"/v1/rights/{right['id']}/tries"
    tried = (await http.post(tries, json={"text": "Zorbie the Zorbleflux"}, headers=french)).json()
    assert tried["outcome"] == "refused"
    assert "enregistré par Zorb" in tried["refusal"]["message"]
    assert (await http.post(tries, json={"text": "a dog"})).json()["outcome"] == "drawn"
    assert (await http.post(tries, json={"text": " "})).status_code == 422
    assert (await http.post("/v1/rights/none/tries", json={"text": "a dog"})).status_code == 404
    again = (await http.get(f"/v1/rights/{right['id']}")).json()
    assert again["days"] == page["days"]
    told = ("--server", server.url, "--token", anna.http.cookies["phosphene_identity"])
    assert await asyncio.to_thread(main, ("rights", "withdraw", right["id"], *told)) == 0
    assert await reading(server, ben.http, "Zorbleflux at sea") is None
    log = (await http.get("/v1/rights-log")).json()["entries"]
    assert [one["deed"] for one in log[:3]] == ["withdrawn", "confirmed", "registered"]
    deeds = (await http.get("/v1/operator/deeds", headers=bearer(data))).json()
    assert deeds["deeds"][0]["deed"] == "confirmed right"
    newest = "deeds", "list", "--limit", "1", "--server", server.url, "--data", str(data)
    capsys.readouterr()
    assert await asyncio.to_thread(main, newest) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


async def test_what_conflicts_or_is_contested_waits(
    http: httpx.AsyncClient, server: Instance, data: Path, anna: Somebody, ben: Somebody
) -> None:
    await prove(anna.http)
    entries = [{**ZORB, "name": "red cat"}, {**ZORB, "name": "Quarnifex"}]
    made = (await anna.http.post("/v1/rights", json={"rights": entries})).json()["rights"]
    states = {one["name"]: (one["state"], one["conflicts"]) for one in made}
    assert states == {"red cat": ("waits", ["common words"]), "Quarnifex": ("asks", [])}
    assert await reading(server, ben.http, "a red cat") is None
    right = next(one["id"] for one in made if one["name"] == "Quarnifex")
    contest = f"/v1/rights/{right}/contests"
    assert (await ben.http.post(contest, json={"words": "it is mine"})).status_code == 204
    assert (await ben.http.post(contest, json={"words": "again"})).status_code == 409
    assert await reading(server, ben.http, "a Quarnifex") is None
    waiting = await http.get("/v1/operator/rights", headers=bearer(data))
    assert {one["name"] for one in waiting.json()["rights"]} == {"red cat", "Quarnifex"}
    said = await http.get(f"/v1/operator/rights/{right}/contests", headers=bearer(data))
    assert said.json()["contests"][0]["words"] == "it is mine"
    assert (await anna.http.get("/v1/operator/rights")).status_code == 403
