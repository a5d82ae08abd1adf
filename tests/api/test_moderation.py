"""Reports, the desk, and roles, over HTTP and the socket."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from tests.api.conftest import AddClip
from tests.api.somebody import Somebody, answer_to, next_event, open_inbox, somebody
from tests.api.test_accounts import Device, a_device
from tests.api.test_operating import bearer
from tests.support import Instance, instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]


@pytest.fixture(scope="module")
def server(data: Path) -> Any:
    with instance(
        data, workers=0, sign_ins_per_minute=100, guests_per_minute=100, reports_per_minute=5
    ) as running:
        yield running


@pytest_asyncio.fixture
async def mona(server: Instance, http: httpx.AsyncClient, data: Path) -> AsyncIterator[Somebody]:
    """A moderator."""
    one = await somebody(server)
    path = f"/v1/operator/roles/{one.person.handle}"
    given = await http.put(path, json={"role": "moderator"}, headers=bearer(data))
    assert given.status_code == 200, given.text
    yield one
    await one.http.aclose()


async def report(one: httpx.AsyncClient, kind: str, subject: str, **more: str) -> httpx.Response:
    body = {"kind": kind, "subject": subject, "reason": "harassment", **more}
    return await one.post("/v1/reports", json=body)


async def decide(by: Somebody, kind: str, subject: str, action: str, **more: str) -> Any:
    body = {"kind": kind, "subject": subject, "action": action, **more}
    made = await by.http.post("/v1/moderation/decisions", json=body)
    assert made.status_code == 201, made.text
    return made.json()


async def test_a_report_is_decided_told_live_and_undone(
    server: Instance, anna: Somebody, ben: Somebody, mona: Somebody, add_clip: AddClip
) -> None:
    clip = await add_clip(author=anna.person, status="done")
    path = f"/v1/clips/{clip.id}"
    made = await report(ben.http, "clip", clip.id, words="it\nshows blood")
    assert made.status_code == 201
    receipt = made.headers["location"]
    assert (await ben.http.get(receipt)).json()["state"] == "open"
    assert (await anna.http.get(receipt)).status_code == 404
    cases = (await mona.http.get("/v1/moderation/cases")).json()["cases"]
    (case,) = [one for one in cases if one["subject"] == clip.id]
    (said,) = case["reports"]
    assert (said["words"], said["reporter"]["id"]) == ("it\nshows blood", ben.person.id)
    topic = f"person:{anna.person.id}"
    async with open_inbox(server, anna, topic) as inbox:
        assert (await answer_to(inbox))["type"] == "subscribed"
        decision = await decide(mona, "clip", clip.id, "hide", note="too much blood")
        notice = (await next_event(inbox))["notice"]
        assert (notice["kind"], notice["outcome"]) == ("moderated", "hide")
        assert (notice["text"], notice["actor"]["id"]) == ("too much blood", anna.person.id)
    assert decision["by"]["id"] == mona.person.id
    assert (await ben.http.get(receipt)).json()["action"] == "hide"
    assert (await ben.http.get("/v1/me/reports")).json()["reports"][0]["action"] == "hide"
    (notice,) = (await ben.http.get("/v1/me/inbox")).json()["notices"]
    assert (notice["kind"], notice["outcome"]) == ("decided", "hide")
    assert (await ben.http.get(path)).status_code == 410
    for one in (anna, mona):
        assert (await one.http.get(path)).json()["clip"]["withheld"]
    listed = (await mona.http.get("/v1/moderation/decisions")).json()["decisions"]
    assert listed[0]["id"] == decision["id"]
    undone = await mona.http.delete(f"/v1/moderation/decisions/{decision['id']}")
    assert undone.json()["undone_by"]["id"] == mona.person.id
    assert (await ben.http.get(path)).status_code == 200
    assert (await ben.http.get(receipt)).json()["state"] == "open"


async def test_no_token_opens_what_a_moderator_hid(
    http: httpx.AsyncClient, anna: Somebody, mona: Somebody, add_clip: AddClip
) -> None:
    clip = await add_clip(author=anna.person, status="done", visibility="private")
    path = f"/v1/clips/{clip.id}"
    token = (await anna.http.post(path + "/tokens", json={})).json()["token"]
    assert (await http.get(path, params={"token": token})).status_code == 200
    await decide(mona, "clip", clip.id, "hide")
    assert (await http.get(path, params={"token": token})).status_code == 410
    frame = await http.get(f"/embed/{clip.id}", params={"token": token})
    assert frame.status_code == 410


async def test_the_desk_is_for_those_who_have_a_role(
    http: httpx.AsyncClient, data: Path, anna: Somebody, mona: Somebody
) -> None:
    kinds = ("cases", "decisions", "statistics")
    for path in (f"/v1/moderation/{kind}" for kind in kinds):
        assert (await http.get(path)).status_code == 401
        assert (await anna.http.get(path)).status_code == 403
        assert (await mona.http.get(path)).status_code == 200
        assert (await http.get(path, headers=bearer(data))).status_code == 200
    for path in ("/v1/operator/roles", "/v1/status"):
        assert (await mona.http.get(path)).status_code == 403
    assert (await mona.http.get("/v1/me")).json()["role"] == "moderator"
    assert "role" not in (await anna.http.get("/v1/me")).json()
    # A page of another origin decides nothing in its visitor's name.
    abroad = {"Origin": "https://evil.example"}
    body = {"kind": "person", "subject": anna.person.id, "action": "suspend"}
    refused = await mona.http.post("/v1/moderation/decisions", json=body, headers=abroad)
    assert refused.status_code == 403


async def test_an_operator_proves_who_they_are_before_they_give_a_role(
    server: Instance, http: httpx.AsyncClient, data: Path, anna: Somebody
) -> None:
    device: Device = a_device(server)
    async with device.http:
        me = (await device.http.get("/v1/me")).json()["person"]
        path = f"/v1/operator/roles/{me['handle']}"
        guest = await http.put(path, json={"role": "operator"}, headers=bearer(data))
        assert guest.status_code == 404
        await device.keep_name()
        await http.put(path, json={"role": "operator"}, headers=bearer(data))
        # Somebody who sits down before the browser a day later has its cookie, and no passkey.
        await device.http.delete("/v1/me/logins/none")
        other = a_device(server, device.passkey)
        async with other.http:
            await other.sign_in()
            to = f"/v1/operator/roles/{anna.person.handle}"
            given = await other.http.put(to, json={"role": "moderator"})
            assert given.status_code == 200
            holders = {one["person"]["id"]: one for one in given.json()["holders"]}
            assert holders[anna.person.id]["given_by"]["id"] == me["id"]
            assert (await other.http.delete(to)).status_code == 200
        assert (await anna.http.get("/v1/moderation/cases")).status_code == 403


async def test_who_is_suspended_reads_and_takes_back_but_writes_nothing(
    server: Instance, anna: Somebody, mona: Somebody, add_clip: AddClip
) -> None:
    clip, own = await add_clip(), await add_clip(author=anna.person, status="done")
    like, words = f"/v1/clips/{clip.id}/like", {"text": "oh"}
    assert (await anna.http.put(like)).status_code == 200
    async with open_inbox(server, anna, f"clip:{clip.id}") as socket:
        assert (await answer_to(socket))["type"] == "subscribed"
        decision = await decide(mona, "person", anna.person.id, "suspend")
        said = {"type": "comment", "id": 1, "clip": clip.id, "text": "oh", "key": "abcdefgh"}
        await socket.send(msgspec.json.encode(said).decode())
        assert (await answer_to(socket))["problem"]["status"] == 403
    refused = await anna.http.post(f"/v1/clips/{clip.id}/comments", json=words)
    assert (refused.status_code, "suspended" in refused.json()["detail"]) == (403, True)
    assert (await anna.http.post("/v1/clips", json={"text": "a fox"})).status_code == 403
    assert (await anna.http.delete(like)).status_code == 200
    assert (await anna.http.delete(f"/v1/clips/{own.id}")).status_code == 202
    assert (await anna.http.post("/v1/me/inbox/seen", json={"until": 1.0})).status_code == 204
    assert (await mona.http.delete(f"/v1/moderation/decisions/{decision['id']}")).status_code == 200
    assert (await anna.http.post(f"/v1/clips/{clip.id}/comments", json=words)).status_code == 201


async def test_a_decision_sent_twice_under_a_key_is_made_once(
    mona: Somebody, add_clip: AddClip
) -> None:
    clip = await add_clip(status="done")
    body = {"kind": "clip", "subject": clip.id, "action": "remove"}
    key = {"Idempotency-Key": "decided-once"}
    first, again = [
        await mona.http.post("/v1/moderation/decisions", json=body, headers=key) for _ in range(2)
    ]
    assert (first.status_code, first.json()["id"]) == (201, again.json()["id"])
    # Without the key it is a second decision, of what is hidden already.
    plain = await mona.http.post("/v1/moderation/decisions", json=body)
    assert plain.status_code == 409


async def test_what_operators_remove_for_good_says_who_did_it(
    http: httpx.AsyncClient, data: Path, anna: Somebody, mona: Somebody, add_clip: AddClip
) -> None:
    clip = await add_clip(author=anna.person, status="done")
    path = f"/v1/clips/{clip.id}/comments"
    comment = (await anna.http.post(path, json={"text": "see"})).json()["id"]
    await report(http, "comment", comment)
    gone = f"/v1/operator/clips/{clip.id}/comments/{comment}"
    assert (await mona.http.delete(gone)).status_code == 204
    away = await http.delete(f"/v1/operator/clips/{clip.id}", headers=bearer(data))
    assert away.status_code == 202
    listed = (await mona.http.get("/v1/moderation/decisions")).json()["decisions"][:2]
    assert [(one["kind"], one["final"]) for one in listed] == [("clip", True), ("comment", True)]
    assert [one["by"] and one["by"]["id"] for one in listed] == [None, mona.person.id]
    assert (await http.get("/v1/me/reports")).json()["reports"][0]["action"] == "remove"
    refused = await mona.http.delete(f"/v1/moderation/decisions/{listed[0]['id']}")
    assert refused.status_code == 422


async def test_reports_are_few_in_a_minute(
    server: Instance, anna: Somebody, add_clip: AddClip
) -> None:
    clip = await add_clip()
    answers = [(await report(anna.http, "clip", clip.id)).status_code for _ in range(6)]
    assert answers == [201] * 5 + [429]


async def test_who_decides_hears_of_a_report_and_of_an_appeal_live(
    server: Instance,
    http: httpx.AsyncClient,
    data: Path,
    anna: Somebody,
    ben: Somebody,
    mona: Somebody,
    add_clip: AddClip,
) -> None:
    clip = await add_clip(author=anna.person, status="done")
    async with open_inbox(server, mona, f"person:{mona.person.id}") as inbox:
        assert (await answer_to(inbox))["type"] == "subscribed"
        await report(ben.http, "clip", clip.id)
        notice = (await next_event(inbox))["notice"]
        assert (notice["kind"], notice["actor"]["id"]) == ("reported", mona.person.id)
        decision = (await decide(mona, "clip", clip.id, "hide"))["id"]
        path, words = f"/v1/me/decisions/{decision}/appeal", {"words": "it is ketchup"}
        assert (await ben.http.post(path, json=words)).status_code == 404
        assert (await anna.http.post(path, json={"words": " "})).status_code == 422
        assert (await anna.http.post(path, json=words)).status_code == 201
        assert (await next_event(inbox))["notice"]["kind"] == "appealed"
    assert (await anna.http.post(path, json=words)).status_code == 409
    (own,) = (await anna.http.get("/v1/me/decisions")).json()["decisions"]
    assert (own["id"], own["appeal"]["state"], "by" in own) == (decision, "open", False)
    assert not (await ben.http.get("/v1/me/decisions")).json()["decisions"]
    assert (await anna.http.get("/v1/moderation/appeals")).status_code == 403
    (appeal,) = (await mona.http.get("/v1/moderation/appeals")).json()["appeals"]
    assert (appeal["words"], appeal["decision"]["author"]["id"]) == (
        *("it is ketchup", anna.person.id),
    )
    answered = f"/v1/moderation/appeals/{decision}"
    back = {"outcome": "overturned", "note": "sorry"}
    assert (await anna.http.put(answered, json=back)).status_code == 403
    said = await mona.http.put(answered, json=back)
    # Moderators of the other tests are there too: whoever decided does not answer.
    assert said.status_code == 403
    assert (await http.put(answered, json=back, headers=bearer(data))).status_code == 200
    assert (await ben.http.get(f"/v1/clips/{clip.id}")).status_code == 200
    notice = (await anna.http.get("/v1/me/inbox")).json()["notices"][0]
    assert (notice["outcome"], notice["text"]) == ("restore", "sorry")
    assert not (await mona.http.get("/v1/moderation/appeals")).json()["appeals"]
    (done,) = (await mona.http.get("/v1/moderation/appeals?which=answered")).json()["appeals"]
    assert (done["state"], done["answered_by"]) == ("overturned", None)


async def test_who_is_suspended_may_ask_for_another_look(anna: Somebody, mona: Somebody) -> None:
    decision = (await decide(mona, "person", anna.person.id, "suspend"))["id"]
    path = f"/v1/me/decisions/{decision}/appeal"
    assert (await anna.http.post(path, json={"words": "why"})).status_code == 201
