"""Everything of a person goes with them, or goes."""

import io
import sqlite3
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import msgspec
import pytest

from phosphene.blobs.folder import Directory
from phosphene.events import ClipFinished
from phosphene.store.enrolments import FaceTemplate
from phosphene.store.sqlite import open_store
from tests.api.conftest import AddClip
from tests.api.somebody import Somebody, answer_to, open_inbox
from tests.api.test_accounts import a_device
from tests.support import Instance, instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Instance]:
    with instance(data, workers=0, sign_ins_per_minute=100, guests_per_minute=100) as running:
        yield running


async def test_the_archive_opens_without_a_server(
    anna: Somebody, ben: Somebody, data: Path, add_clip: AddClip
) -> None:
    clip = await add_clip("<a fox>", "done", author=anna.person)
    film = b"a film " * 100_000
    name = await Directory(data / "blobs").put(film, ".mp4")
    async with open_store(data / "phosphene.db", "test", time.time) as store:
        sha256 = name.removesuffix(".mp4")
        done = msgspec.structs.replace(await store.get_clip(clip.id), sha256=sha256)
        await store.change_clip(done, ClipFinished(done))
        face = FaceTemplate(
            person=anna.person.id, purposes=("guard",), sealed=b"noise", at=1.0, until=9e9
        )
        await store.enrolments.keep_template(face)
        lent, owner = store.likenesses, anna.person.id
        await lent.set_likeness_level(owner, "presence", "camera", 1.0)
        await lent.set_person(owner, ben.person.id, False)
    theirs = await add_clip("a boat", "done", author=ben.person)
    await anna.http.post(f"/v1/clips/{theirs.id}/comments", json={"text": "so <calm>"})
    await anna.http.put(f"/v1/clips/{theirs.id}/like")
    await anna.http.put(ben.url + "/follow")
    answer = await anna.http.get("/v1/me/export")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert f"phosphene-{anna.person.handle}.zip" in answer.headers["content-disposition"]
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    page = archive.read("index.html").decode()
    assert "&lt;a fox&gt;" in page
    assert "so &lt;calm&gt;" in page
    assert "<script" not in page
    told = msgspec.json.decode(archive.read(f"clips/{clip.id}.json"))
    assert told["text"] == "<a fox>"
    assert msgspec.json.decode(archive.read("liked.json"))[0]["clip"] == theirs.id
    presence = archive.read("presence.json")
    assert msgspec.json.decode(presence)["face"]["purposes"] == ["guard"]
    assert b"noise" not in presence
    ledger = msgspec.json.decode(archive.read("likeness.json"))["ledger"]
    assert [one["previous"] for one in ledger["entries"]] == ["", ledger["entries"][0]["digest"]]
    assert ledger["entries"][1]["person"]["id"] == ben.person.id
    relations = msgspec.json.decode(archive.read("relations.json"))
    assert relations["follow"][0]["id"] == ben.person.id
    assert theirs.id not in "".join(archive.namelist())
    assert archive.read(f"clips/{clip.id}.mp4") == film


async def test_an_account_is_deleted_with_everything(
    server: Instance, anna: Somebody, ben: Somebody, add_clip: AddClip
) -> None:
    clip = await add_clip("a fox", "done", author=anna.person)
    theirs = await add_clip("a boat", "done", author=ben.person)
    await anna.http.post(f"/v1/clips/{theirs.id}/comments", json={"text": "so calm"})
    await anna.http.put(f"/v1/clips/{theirs.id}/like")
    async with open_inbox(server, anna, f"person:{anna.person.id}") as socket:
        assert (await answer_to(socket))["type"] == "subscribed"
        gone = await anna.http.delete("/v1/me")
        assert gone.status_code == 204
        assert "phosphene_identity" in gone.headers["set-cookie"]
        await socket.wait_closed()
    assert (await ben.http.get(f"/v1/clips/{clip.id}")).status_code == 404
    assert (await ben.http.get(anna.url)).status_code == 404
    assert (await ben.http.get(f"/@{anna.person.handle}")).status_code == 404
    shown = (await ben.http.get(f"/v1/clips/{theirs.id}")).json()["clip"]["counts"]
    assert (shown["likes"], shown["comments"]) == (0, 0)
    assert (await anna.http.get("/v1/me")).json()["person"]["id"] != anna.person.id


async def test_both_ask_for_the_passkey_again(server: Instance, data: Path) -> None:
    device = a_device(server)
    async with device.http:
        await device.http.get("/v1/me")
        codes = (await device.keep_name()).json()["codes"]
        me = (await device.http.get("/v1/me")).json()["person"]
        other = httpx.AsyncClient(base_url=device.http.base_url)
        async with other:
            recovery = {"handle": me["handle"], "code": codes[0]}
            assert (await other.post("/v1/sign-in/recovery", json=recovery)).status_code == 200
            with closing(sqlite3.connect(data / "phosphene.db")) as cx:
                cx.execute("UPDATE logins SET confirmed_at = 0 WHERE person = ?", (me["id"],))
                cx.commit()
            for method, path in (("GET", "/v1/me/export"), ("DELETE", "/v1/me")):
                refused = await other.request(method, path)
                assert refused.status_code == 401
                assert refused.json()["type"] == "/problems/unconfirmed"


async def test_a_guest_needs_no_passkey_and_does_not_come_back(
    server: Instance, http: httpx.AsyncClient
) -> None:
    me = (await http.get("/v1/me")).json()
    assert (await http.get("/v1/me/export")).status_code == 200
    cookie = http.cookies["phosphene_identity"]
    assert (await http.delete("/v1/me")).status_code == 204
    headers = {"Authorization": f"Bearer {cookie}"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers) as again:
        assert (await again.get("/v1/me")).status_code == 401
    assert me["person"]["id"]
