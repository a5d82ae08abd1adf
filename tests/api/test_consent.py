"""Whose likeness may be shown by whom, over HTTP and the socket; each route by each role."""

import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from phosphene.store.sqlite import open_store
from tests.api.somebody import Inbox, Somebody, answer_to, next_event, open_inbox, somebody
from tests.api.test_operating import bearer
from tests.support import Instance, instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]

CARD = {"skin": "tan", "hair": "red", "length": "long", "figure": "woman"}
ROUTE = "/v1/me/likeness"


@pytest.fixture(scope="module")
def server(data: Path) -> Any:
    with instance(
        data, painted=True, sign_ins_per_minute=100, guests_per_minute=100, births="false"
    ) as running:
        yield running


@pytest_asyncio.fixture
async def eve(server: Instance) -> AsyncIterator[Somebody]:
    one = await somebody(server)
    yield one
    await one.http.aclose()


async def enrol(data: Path, one: Somebody) -> None:
    """As whoever checks says it."""
    async with open_store(data / "phosphene.db", "test", time.time) as store:
        await store.likenesses.set_likeness_level(one.person.id, "presence", "camera", time.time())


async def lend(one: Somebody, **terms: Any) -> Any:
    put = await one.http.put(ROUTE, json={"card": CARD, "terms": {"scope": "everyone"} | terms})
    assert put.status_code == 200, put.text
    return put.json()["likeness"]


async def prompt(one: Somebody, text: str, **more: Any) -> httpx.Response:
    return await one.http.post("/v1/clips", json={"text": text, "seconds": 1, **more})


async def ended(one: Somebody, clip_id: str) -> Any:
    """The clip when it has ended."""
    async with open_inbox_of(one, clip_id) as socket:
        told = (await answer_to(socket))["snapshot"]["clip"]
        while told["status"] in {"queued", "live"}:
            event = await next_event(socket)
            if event["type"] in {"clip_finished", "clip_failed"}:
                told = event["clip"]
    return told


def open_inbox_of(one: Somebody, clip_id: str) -> Any:
    cookie = f"phosphene_identity={one.http.cookies['phosphene_identity']}"
    url = str(one.http.base_url).replace("http", "ws", 1).rstrip("/") + "/v1/socket"
    return Inbox(url, f"clip:{clip_id}", additional_headers={"Cookie": cookie})


async def test_a_likeness_is_lent_used_told_and_taken_back(
    server: Instance, data: Path, anna: Somebody, ben: Somebody, eve: Somebody
) -> None:
    refused = await anna.http.put(ROUTE, json={"card": CARD, "terms": {}})
    assert refused.status_code == 422
    await enrol(data, anna)
    told = (await anna.http.get(ROUTE)).json()
    assert (told["likeness"]["level"], told["likeness"]["grant"]) == ("presence", 0)
    assert "tan" in told["choices"]["skin"]
    assert {"code": "political", "name": "Politics"} in told["categories"]
    lent = await lend(anna, scope="approved", rules={"words": ["A rival  TEAM", "!!"]})
    assert lent["terms"]["rules"]["words"] == ["a rival team"]
    allowed = await anna.http.put(f"{ROUTE}/people/{ben.person.handle}", json={"allowed": True})
    assert allowed.status_code == 204
    name = f"@{anna.person.handle}"
    async with open_inbox(server, anna, f"person:{anna.person.id}") as inbox:
        await answer_to(inbox)
        made = await prompt(ben, f"{name} at sea", visibility="private")
        assert made.status_code == 202, made.text
        clip = made.json()
        notice = (await next_event(inbox))["notice"]
        assert (notice["kind"], notice["clip"]) == ("likeness_used", clip["id"])
        assert notice["actor"]["id"] == ben.person.id
        # A stranger is refused, and told of without their words.
        answer = await prompt(eve, f"{name} with a rival")
        assert answer.status_code == 403
        notice = (await next_event(inbox))["notice"]
        assert (notice["kind"], notice["text"], notice["clip"]) == ("likeness_refused", "", "")
        assert notice["actor"]["id"] == eve.person.id
    (look,) = clip["recipe"]["looks"]
    assert (look["owner"], look["card"]["hair"], look["level"]) == (name[1:], "red", "presence")
    done = await ended(ben, clip["id"])
    assert done["status"] == "done"
    # Whom it shows sees it, though it is private; others do not.
    path = f"/v1/clips/{clip['id']}"
    assert (await anna.http.get(path)).status_code == 200
    assert (await anna.http.get(path + "/video.mp4")).status_code == 200
    assert (await eve.http.get(path)).status_code == 401
    (use,) = (await anna.http.get(f"{ROUTE}/uses")).json()
    assert (use["clip"], use["via"], use["status"]) == (clip["id"], "prompt", "done")
    ledger = (await anna.http.get(f"{ROUTE}/ledger")).json()
    assert ledger["broken"] is None
    assert look["grant"] == ledger["entries"][1]["digest"]
    taken = await anna.http.post(f"{ROUTE}/withdrawals", json={"what": "clip", "clip": clip["id"]})
    assert taken.json()["clips"] == [clip["id"]]
    for one in (anna, ben, eve):
        for place in ("", "/video.mp4", "/poster.jpg", "/hls/index.m3u8", "/lineage"):
            gone = await one.http.get(path + place)
            assert (gone.status_code, gone.json()["type"]) == (410, "/problems/withheld"), place
    assert (await ben.http.get(f"/embed/{clip['id']}")).status_code == 410
    (own,) = (await ben.http.get("/v1/me/clips")).json()["clips"]
    assert own["withheld_for"] == "consent"
    assert (await prompt(ben, "the same at night", parent=clip["id"])).status_code == 410
    kinds = [one["kind"] for one in (await ben.http.get("/v1/me/inbox")).json()["notices"]]
    assert "likeness_withdrawn" in kinds


async def test_nobody_learns_who_lends_a_likeness(
    data: Path, anna: Somebody, ben: Somebody, eve: Somebody
) -> None:
    await enrol(data, anna)
    await lend(anna, scope="me")
    answers = []
    for handle in (anna.person.handle, eve.person.handle, "nobody_at_all"):
        refused = await prompt(ben, f"@{handle} at sea")
        told = refused.json()
        told.pop("request_id", None)
        answers.append((refused.status_code, str(told).replace(handle, "NAME")))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 403
    # Look-alike letters and what cannot be seen name the same person.
    hidden = f"\N{FULLWIDTH COMMERCIAL AT}{anna.person.handle[:3]}\u200b{anna.person.handle[3:]}"
    assert (await prompt(ben, f"{hidden} at sea")).status_code == 403
    (notice,) = (await anna.http.get("/v1/me/inbox")).json()["notices"]
    assert (notice["kind"], notice["count"]) == ("likeness_refused", 2)
    assert (await eve.http.get("/v1/me/inbox")).json()["notices"] == []


async def test_an_ask_is_answered_and_good_once(data: Path, anna: Somebody, ben: Somebody) -> None:
    await enrol(data, anna)
    await lend(anna, ask_each=True)
    text = f"@{anna.person.handle} on a hill"
    asked = (await prompt(ben, text)).json()
    assert asked["refusal"]["code"] == "likeness_asked"
    (ask,) = (await anna.http.get(f"{ROUTE}/asks")).json()
    assert (ask["by"]["id"], ask["text"], ask["state"]) == (ben.person.id, text, "open")
    assert (await ben.http.put(f"{ROUTE}/asks/{ask['id']}", json={"yes": True})).status_code == 404
    said = await anna.http.put(f"{ROUTE}/asks/{ask['id']}", json={"yes": True})
    assert said.json()["state"] == "yes"
    assert (await prompt(ben, text)).status_code == 202
    assert (await prompt(ben, text)).status_code == 403
    again = await anna.http.put(f"{ROUTE}/asks/{ask['id']}", json={"yes": False})
    assert again.status_code == 409


async def test_rules_are_read_as_the_policy_reads(
    data: Path, anna: Somebody, ben: Somebody
) -> None:
    await enrol(data, anna)
    name = f"@{anna.person.handle}"
    unknown = await anna.http.put(
        ROUTE, json={"card": CARD, "terms": {"rules": {"categories": ["nonsense"]}}}
    )
    assert unknown.status_code == 422
    await lend(anna, rules={"categories": ["political", "alcohol"], "words": ["clown"]})
    for words in ("at an el3ction", "drinks b e e r", "with a clown", "vote pour un président"):
        assert (await prompt(ben, f"{name} {words}")).status_code == 403, words
    assert (await prompt(ben, f"{name} at sea")).status_code == 202


async def test_to_allow_more_asks_for_the_passkey_once_more(
    data: Path, anna: Somebody, ben: Somebody
) -> None:
    await enrol(data, anna)
    await lend(anna, scope="approved", ask_each=True)
    person = f"{ROUTE}/people/{ben.person.handle}"
    assert (await anna.http.put(person, json={"allowed": False})).status_code == 204
    with closing(sqlite3.connect(data / "phosphene.db")) as cx:
        cx.execute("UPDATE logins SET confirmed_at = 0 WHERE person = ?", (anna.person.id,))
        cx.commit()
    wider = {"card": CARD, "terms": {"scope": "everyone", "ask_each": True}}
    for refused in (
        await anna.http.put(ROUTE, json=wider),
        await anna.http.put(person, json={"allowed": True}),
        await anna.http.delete(person),
    ):
        assert (refused.status_code, refused.json()["type"]) == (401, "/problems/unconfirmed")
    await lend(anna, scope="me", ask_each=True)
    assert (await anna.http.put(person, json={"allowed": False})).status_code == 204
    # Once nothing is lent, anything is more.
    taken = await anna.http.post(f"{ROUTE}/withdrawals", json={"what": "everything"})
    assert taken.status_code == 200
    assert (await anna.http.put(ROUTE, json=wider)).status_code == 401
    await lend(anna, scope="me")


async def test_every_route_by_every_role(
    server: Instance, data: Path, anna: Somebody, ben: Somebody, http: httpx.AsyncClient
) -> None:
    """Each sees and changes their own only: a friend, a stranger, an operator and a guest find
    nothing of hers in theirs."""
    await enrol(data, anna)
    await lend(anna, ask_each=True)
    await anna.http.put(f"{ROUTE}/people/{ben.person.handle}", json={"allowed": True})
    await prompt(ben, f"@{anna.person.handle} at sea")
    (ask,) = (await anna.http.get(f"{ROUTE}/asks")).json()
    async with httpx.AsyncClient(base_url=server.url) as guest:
        await guest.get("/v1/me")
        for one, said in ((ben.http, 422), (guest, 401)):
            assert (await one.get(ROUTE)).json()["likeness"]["grant"] == 0
            for part in ("people", "asks", "uses"):
                assert (await one.get(f"{ROUTE}/{part}")).json() == []
            assert (await one.get(f"{ROUTE}/ledger")).json()["entries"] == []
            put = await one.put(ROUTE, json={"card": CARD, "terms": {}})
            assert put.status_code == 422
            answered = await one.put(f"{ROUTE}/asks/{ask['id']}", json={"yes": True})
            assert answered.status_code == 404
            for what in ({"what": "everything"}, {"what": "clip", "clip": "x"}):
                assert (await one.post(f"{ROUTE}/withdrawals", json=what)).status_code == 404
            person = f"{ROUTE}/people/{anna.person.handle}"
            assert (await one.put(person, json={"allowed": True})).status_code == said
    # An operator's token names no person: these are of persons only.
    operator = await http.get(f"{ROUTE}/ledger", headers=bearer(data))
    assert operator.status_code == 401
    assert (await anna.http.get(f"{ROUTE}/asks")).json()[0]["state"] == "open"
    wrong = await anna.http.put(ROUTE, json={"card": CARD | {"skin": "green"}, "terms": {}})
    assert wrong.status_code == 400
    # A page of another origin takes nothing back in her name.
    abroad = {"Origin": "https://evil.example"}
    taken = await anna.http.post(
        f"{ROUTE}/withdrawals", json={"what": "everything"}, headers=abroad
    )
    assert taken.status_code == 403
    forgotten = await anna.http.delete(f"{ROUTE}/people/{ben.person.handle}")
    assert forgotten.status_code == 204
    assert (await anna.http.get(f"{ROUTE}/people")).json() == []
    taken = await anna.http.post(f"{ROUTE}/withdrawals", json={"what": "everything"})
    assert taken.status_code == 200
    assert (await anna.http.get(ROUTE)).json()["likeness"]["grant"] == 0


async def test_one_person_is_shut_out_with_all_of_theirs(
    data: Path, anna: Somebody, ben: Somebody
) -> None:
    await enrol(data, anna)
    await lend(anna)
    made = (await prompt(ben, f"@{anna.person.handle} at sea")).json()
    await ended(ben, made["id"])
    body = {"what": "person", "person": f"@{ben.person.handle}"}
    taken = await anna.http.post(f"{ROUTE}/withdrawals", json=body)
    assert taken.json()["clips"] == [made["id"]]
    assert (await prompt(ben, f"@{anna.person.handle} at sea")).status_code == 403
    feed = (await ben.http.get("/v1/feed")).json()
    assert made["id"] not in {one["id"] for one in feed["clips"]}


async def test_a_running_clip_ends_at_one_press(
    server: Instance, data: Path, anna: Somebody, ben: Somebody
) -> None:
    await enrol(data, anna)
    await lend(anna)
    made = await prompt(ben, f"@{anna.person.handle} at sea", seconds=10)
    clip_id = made.json()["id"]
    async with open_inbox_of(ben, clip_id) as socket:
        told = (await answer_to(socket))["snapshot"]["clip"]
        while told["status"] != "live":
            told = (await next_event(socket)).get("clip", told)
        taken = await anna.http.post(f"{ROUTE}/withdrawals", json={"what": "everything"})
        assert taken.json()["clips"] == [clip_id]
        while (await next_event(socket))["type"] != "clip_removed":
            pass
    await server.says(f"clip {clip_id} cancelled: ")
    gone = await ben.http.get(f"/v1/clips/{clip_id}/hls/index.m3u8")
    assert gone.status_code == 410
