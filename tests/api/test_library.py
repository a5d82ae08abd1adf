"""What an author decides of a clip holds at every door."""

import asyncio
from typing import Any

import httpx
import msgspec
import pytest

from phosphene.client import Client
from phosphene.model import Person
from tests.api.conftest import AddClip
from tests.api.somebody import Somebody, answer_to, next_event, open_inbox
from tests.support import Instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]


async def ids(http: httpx.AsyncClient, path: str) -> list[str]:
    return [clip["id"] for clip in (await http.get(path)).json()["clips"]]


async def test_who_sees_a_clip_changes_at_every_door_at_once(
    anna: Somebody, ben: Somebody, add_clip: AddClip
) -> None:
    clip = await add_clip("a wombat", "done", author=anna.person)
    at, page = (
        f"/v1/clips/{clip.id}",
        str(ben.http.base_url.copy_with(query=b"clip=" + clip.id.encode())),
    )
    lists = ("/v1/clips?limit=100", "/v1/search?q=wombat", f"{anna.url}/clips?which=clips")
    await ben.http.put(f"{at}/save")
    expected: dict[str, tuple[int, bool]] = {
        "public": (200, True),
        "unlisted": (200, False),
        "private": (401, False),
    }
    for visibility, (status, listed) in (*expected.items(), *expected.items()):
        body = {"visibility": visibility}
        assert (await anna.http.patch(at, json=body)).json()["visibility"] == visibility
        for path in lists:
            assert (clip.id in await ids(ben.http, path)) == listed, (visibility, path)
        for path in (at, f"{at}/lineage", f"{at}/remixes", f"{at}/comments"):
            assert (await ben.http.get(path)).status_code == status, (visibility, path)
        oembed = await ben.http.get("/oembed", params={"url": page})
        assert oembed.status_code == status
        embed = await ben.http.get(f"/embed/{clip.id}")
        assert embed.status_code == status
        for name in ("video.mp4", "half.mp4", "download.mp4", "birth.mp4", "poster.jpg"):
            # There is no file of it here: who may ask is told so, others are not let in before.
            told = (await ben.http.get(f"{at}/{name}")).status_code
            assert told == (404 if status == 200 else status), name
        saved = await ids(ben.http, "/v1/me/clips?which=saved")
        assert (clip.id in saved) == (status == 200)
        assert (clip.id in await ids(anna.http, "/v1/me/clips?which=drafts")) == (status == 401)
        assert clip.id in await ids(anna.http, "/v1/me/clips")


async def test_nobody_else_changes_a_clip(
    http: httpx.AsyncClient, anna: Somebody, ben: Somebody, add_clip: AddClip
) -> None:
    clip = await add_clip("a wombat", "done", author=anna.person)
    at = f"/v1/clips/{clip.id}"
    for who in (http, ben.http):
        assert (await who.patch(at, json={"visibility": "private"})).status_code == 404
    for wrong in ({"visibility": "secret"}, {"license": "WTFPL"}, {"remixing": 1}):
        assert (await anna.http.patch(at, json=wrong)).status_code == 400
    live = await add_clip("a wombat", "live", author=anna.person)
    answer = await anna.http.patch(f"/v1/clips/{live.id}", json={"visibility": "private"})
    assert answer.status_code == 400


async def test_a_license_is_said_wherever_the_clip_is(
    server: Instance, http: httpx.AsyncClient, anna: Somebody, add_clip: AddClip
) -> None:
    clip = await add_clip("a wombat", "done", author=anna.person)
    at, page = f"/v1/clips/{clip.id}", f"{server.url}/?clip={clip.id}"

    async def said() -> tuple[Any, ...]:
        oembed = (await http.get("/oembed", params={"url": page})).json()
        shown = (await http.get(at)).json()["clip"]["license"]
        head = "by-sa/4.0" in (await http.get(f"/?clip={clip.id}")).text
        return shown, oembed["license"], "license_url" in oembed, head

    assert await said() == ("all-rights-reserved", "all-rights-reserved", False, False)
    await anna.http.patch(at, json={"license": "CC-BY-SA-4.0"})
    assert await said() == ("CC-BY-SA-4.0", "CC-BY-SA-4.0", True, True)


async def test_remixes_of_one_are_listed_for_who_may_see_them(
    anna: Somebody, ben: Somebody, add_clip: AddClip
) -> None:
    clip = await add_clip("a wombat", "done", author=anna.person)
    public = await add_clip("a wombat", "done", clip.id, author=ben.person)
    private = await add_clip("a bat", "done", clip.id, author=ben.person, visibility="private")
    path = f"/v1/clips/{clip.id}/remixes"
    assert await ids(anna.http, path) == [public.id]
    assert await ids(ben.http, path) == [private.id, public.id]
    await anna.http.put(ben.url + "/mute")
    assert await ids(anna.http, path) == []


async def test_a_guest_keeps_clips_too(http: httpx.AsyncClient, add_clip: AddClip) -> None:
    clip = await add_clip("a numbat", "done", author=Person("other", "other"))
    assert (await http.put(f"/v1/clips/{clip.id}/save")).status_code == 204
    assert await ids(http, "/v1/me/clips?which=saved") == [clip.id]
    await http.put(f"/v1/clips/{clip.id}/like")
    assert await ids(http, "/v1/me/clips?which=liked") == [clip.id]
    await http.post(f"/v1/clips/{clip.id}/view")
    assert await ids(http, "/v1/me/clips?which=history") == [clip.id]
    for path in (f"/{clip.id}", ""):
        assert (await http.delete("/v1/me/history" + path)).status_code == 204
        assert await ids(http, "/v1/me/clips?which=history") == []
    await http.delete(f"/v1/clips/{clip.id}/save")
    assert await ids(http, "/v1/me/clips?which=saved") == []
    assert (await http.get("/v1/me/clips?which=others")).status_code == 400


async def test_a_program_changes_and_keeps_clips(server: Instance, add_clip: AddClip) -> None:
    async with Client(server.url) as client:
        person = (await client.read_me()).person
        clip = await add_clip("a bilby", "done", author=person)
        changed = await client.change_clip(clip.id, visibility="unlisted", license="CC0-1.0")
        assert (changed.visibility, changed.license) == ("unlisted", "CC0-1.0")
        await client.save_clip(clip.id)
        for which in ("own", "saved"):
            assert [one.id for one in (await client.list_kept(which)).clips] == [clip.id]
        await client.save_clip(clip.id, on=False)
        assert not (await client.list_kept("saved")).clips
        assert not (await client.list_remixes(clip.id)).clips
        await client.clear_history(clip.id)
        await client.clear_history()


async def test_who_follows_a_clip_hears_nothing_more_once_it_is_private(
    server: Instance, anna: Somebody, ben: Somebody, add_clip: AddClip
) -> None:
    clip = await add_clip("a wombat", "done", author=anna.person)
    topic, at = f"clip:{clip.id}", f"/v1/clips/{clip.id}"
    async with open_inbox(server, ben, topic) as theirs, open_inbox(server, anna, topic) as own:
        assert (await answer_to(theirs))["type"] == "subscribed"
        assert (await answer_to(own))["type"] == "subscribed"
        await anna.http.patch(at, json={"visibility": "private"})
        assert (await next_event(theirs))["type"] == "clip_hidden"
        assert (await next_event(own))["type"] == "clip_hidden"
        # Its author is given it anew, and goes on hearing.
        async with asyncio.timeout(20):
            while msgspec.json.decode(await own.recv())["type"] != "subscribed":
                pass
        await anna.http.post(f"{at}/comments", json={"text": "for myself"})
        assert (await next_event(own))["comment"]["text"] == "for myself"
        await theirs.send('{"type": "subscribe", "id": 1, "topic": "feed"}')
        told = list[str]()
        while not told or told[-1] != "subscribed":
            told.append(msgspec.json.decode(await theirs.recv())["type"])
        assert told == ["subscribed"]
        refused = {"type": "subscribe", "id": 1, "topic": topic}
        await theirs.send(msgspec.json.encode(refused).decode())
        assert (await answer_to(theirs))["problem"]["status"] == 401
