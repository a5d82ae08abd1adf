import asyncio
import re
from pathlib import Path

import httpx
import pytest

from tests.support import Instance, instance


@pytest.mark.asyncio
async def test_a_visitor_gets_an_identity_without_a_form_and_keeps_it(
    http: httpx.AsyncClient,
) -> None:
    first = await http.get("/v1/me")
    again = await http.get("/v1/me")
    assert "HttpOnly" in first.headers["set-cookie"]
    assert "set-cookie" not in again.headers
    assert again.json()["person"] == first.json()["person"]
    bearer = {"Authorization": f"Bearer {first.json()['token']}"}
    async with httpx.AsyncClient(base_url=http.base_url, headers=bearer) as program:
        assert (await program.get("/v1/me")).json()["person"] == first.json()["person"]


@pytest.mark.asyncio
async def test_a_forged_token_is_refused_and_a_broken_cookie_replaced(server: Instance) -> None:
    async with httpx.AsyncClient(base_url=server.url) as http:
        forged = await http.get("/v1/me", headers={"Authorization": "Bearer 1.abc.99.xyz"})
        broken = await http.get("/v1/me", headers={"Cookie": "phosphene_identity=rubbish"})
    assert (forged.status_code, forged.json()["type"]) == (401, "/problems/unauthorized")
    assert broken.status_code == 200
    assert "set-cookie" in broken.headers


@pytest.mark.asyncio
async def test_a_handle_is_chosen_once_and_belongs_to_one_person(http: httpx.AsyncClient) -> None:
    assert (await http.patch("/v1/me", json={"handle": "lantern"})).json()["handle"] == "lantern"
    assert (await http.get("/v1/me")).json()["person"]["handle"] == "lantern"
    async with httpx.AsyncClient(base_url=http.base_url) as other:
        taken = await other.patch("/v1/me", json={"handle": "lantern"})
        assert (taken.status_code, taken.json()["type"]) == (409, "/problems/taken")
        alike = await other.patch("/v1/me", json={"handle": "1antern"})
        assert alike.status_code == 409
        kept = await other.patch("/v1/me", json={"handle": "admin"})
        assert kept.status_code == 409
        for handle in ("", "A", "x" * 25, "has space", "ö", "_x", "lantern\n", "lamp\n"):
            assert (await other.patch("/v1/me", json={"handle": handle})).status_code == 400


@pytest.mark.process
@pytest.mark.asyncio
async def test_writing_too_fast_is_answered_with_when_to_come_back(
    tmp_path: Path,
) -> None:
    with instance(tmp_path, workers=0, handles_per_minute=3) as server:
        async with httpx.AsyncClient(base_url=server.url) as http:
            taken = [
                await http.patch("/v1/me", json={"handle": f"name_{number}"}) for number in range(3)
            ]
            late = await http.patch("/v1/me", json={"handle": "name_4"})
    assert [answer.status_code for answer in taken] == [200, 200, 200]
    left = [re.findall(r'"([a-z-]+)";r=(\d+)', one.headers["ratelimit"]) for one in (*taken, late)]
    people = ("handle-person", "handle-address")
    assert [dict(one).get(people[0]) for one in left] == ["2", "1", "0", "0"]
    assert dict(left[0])["guest-address"]
    assert set(dict(left[1])) == set(people)
    assert late.status_code == 429
    assert 0 < int(late.headers["retry-after"]) <= 60


@pytest.mark.process
@pytest.mark.asyncio
async def test_removing_too_fast_is_refused_by_person_and_by_address(tmp_path: Path) -> None:
    statuses = []
    with instance(tmp_path, workers=0, deletes_per_minute=2, address_factor=2) as server:
        for asked in (3, 2, 1):
            async with httpx.AsyncClient(base_url=server.url) as http:
                await http.get("/v1/me")
                statuses.append(
                    [(await http.delete("/v1/clips/none")).status_code for _ in range(asked)]
                )
    # The second one's are used up by the address, of which four may be asked for.
    assert statuses == [[404, 404, 429], [404, 404], [429]]


@pytest.mark.asyncio
async def test_a_body_that_never_ends_does_not_hold_the_others(server: Instance) -> None:
    host, _, port = server.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"PATCH /v1/me HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: 30\r\n\r\n{"
    )
    await writer.drain()
    async with httpx.AsyncClient(base_url=server.url) as http:
        assert (await http.get("/healthz")).status_code == 200
    status = await reader.readline()
    assert b"408" in status
    writer.close()
    await writer.wait_closed()
