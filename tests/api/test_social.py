import httpx
import pytest

from tests.api.conftest import AddClip
from tests.api.somebody import Somebody, answer_to, next_event, open_inbox
from tests.support import Instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]


async def test_one_follows_another_and_finds_their_clips(
    anna: Somebody, ben: Somebody, add_clip: AddClip
) -> None:
    clip = await add_clip(author=anna.person)
    assert (await ben.http.put(anna.url + "/follow")).status_code == 204
    found = (await ben.http.get("/v1/feed/following")).json()["clips"]
    assert [one["id"] for one in found] == [clip.id]
    profile = await ben.profile(anna)
    assert (profile["followers"], profile["you"], profile["mutual"]) == (1, ["follow"], False)
    await anna.http.put(ben.url + "/follow")
    assert (await anna.profile(ben))["mutual"]
    people = (await ben.http.get(anna.url + "/followers")).json()["people"]
    assert people == [{"id": ben.person.id, "handle": ben.person.handle}]
    await ben.http.delete(anna.url + "/follow")
    assert not (await ben.http.get("/v1/feed/following")).json()["clips"]


async def test_a_guest_is_told_kindly_to_keep_a_name_first(
    anna: Somebody, http: httpx.AsyncClient
) -> None:
    refused = await http.put(anna.url + "/follow")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/forbidden")
    assert "keep your name" in refused.json()["detail"]
    assert (await http.put(anna.url + "/block")).status_code == 204


async def test_who_is_blocked_finds_nothing_of_the_other_and_the_other_nothing_of_them(
    anna: Somebody, ben: Somebody, add_clip: AddClip
) -> None:
    mine = await add_clip(author=anna.person)
    theirs = await add_clip(author=ben.person, parent=mine.id)
    await ben.http.post(f"/v1/clips/{mine.id}/comments", json={"text": "so beautiful"})
    await anna.http.put(ben.url + "/block")
    for one, clip in ((anna, theirs), (ben, mine)):
        for path in ("/v1/clips?limit=50", "/v1/feed?limit=50", f"/v1/clips/{mine.id}/lineage"):
            shown = (await one.http.get(path)).json()["clips"]
            if clip is theirs or "lineage" not in path:
                assert clip.id not in [found["id"] for found in shown], path
    assert not (await anna.http.get(f"/v1/clips/{mine.id}/comments")).json()["comments"]
    assert (await ben.http.get(anna.url)).status_code == 404
    for path in (f"/v1/clips/{mine.id}/like", anna.url + "/follow"):
        assert (await ben.http.put(path)).status_code == 403, path
    assert (await anna.http.get("/v1/me/hidden")).json() == {"people": [ben.person.id]}
    blocked = (await anna.http.get("/v1/me/blocked")).json()["people"]
    assert [one["handle"] for one in blocked] == [ben.person.handle]
    assert not (await ben.http.get("/v1/me/blocked")).json()["people"]
    assert not (await anna.http.get("/v1/me/muted")).json()["people"]


async def test_a_guest_without_a_name_is_blocked_and_reported_by_their_id(
    anna: Somebody, http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    clip = await add_clip(author=anna.person)
    said = await http.post(f"/v1/clips/{clip.id}/comments", json={"text": "how ugly"})
    guest = said.json()["author"]
    # Their generated name is in no table, and two may have the same.
    assert (await anna.http.get(f"/v1/people/{guest['handle']}")).status_code == 404
    profile = (await anna.http.get(f"/v1/people/~{guest['id']}")).json()
    assert (profile["person"], profile["kept"]) == (guest, False)
    report = {"kind": "person", "subject": f"~{guest['id']}", "reason": "harassment"}
    assert (await anna.http.post("/v1/reports", json=report)).status_code == 201
    assert (await anna.http.put(f"/v1/people/~{guest['id']}/block")).status_code == 204
    again = await http.post(f"/v1/clips/{clip.id}/comments", json={"text": "so ugly"})
    assert again.status_code == 403
    assert not (await anna.http.get(f"/v1/clips/{clip.id}/comments")).json()["comments"]
    assert (await anna.http.put("/v1/people/~nobody-has-this/block")).status_code == 404


async def test_lists_of_people_leave_out_whom_one_is_not_shown(
    anna: Somebody, ben: Somebody, http: httpx.AsyncClient
) -> None:
    await ben.http.put(anna.url + "/follow")
    lists = [anna.url + "/followers", ben.url + "/following"]
    for muted in (False, True):
        if muted:
            await anna.http.put(ben.url + "/mute")
        seen = [len((await anna.http.get(one)).json()["people"]) for one in lists]
        assert seen == [not muted, 1], muted
    mutes = (await anna.http.get("/v1/me/muted")).json()["people"]
    assert [one["handle"] for one in mutes] == [ben.person.handle]
    assert len((await http.get(lists[0])).json()["people"]) == 1


async def test_a_deed_is_in_the_inbox_at_once_and_only_in_its_owners(
    server: Instance, anna: Somebody, ben: Somebody, add_clip: AddClip
) -> None:
    clip = await add_clip(author=anna.person)
    topic = f"person:{anna.person.id}"
    async with open_inbox(server, anna, topic) as inbox, open_inbox(server, ben, topic) as other:
        assert (await answer_to(inbox))["type"] == "subscribed"
        refused = await answer_to(other)
        assert (refused["type"], refused["problem"]["status"]) == ("error", 404)
        await ben.http.post(f"/v1/clips/{clip.id}/comments", json={"text": "oh, a fox"})
        told = (await next_event(inbox))["notice"]
        assert (told["kind"], told["text"], told["actor"]["id"]) == (
            "commented",
            "oh, a fox",
            ben.person.id,
        )
        page = (await anna.http.get("/v1/me/inbox")).json()
        assert page["notices"][0]["id"] == told["id"]
        await anna.http.post("/v1/me/inbox/seen", json={"until": told["at"]})
        assert await next_event(inbox) == {"type": "inbox_seen", "unread": 0}


async def test_what_one_does_not_want_to_hear_is_not_told(
    anna: Somebody, ben: Somebody, add_clip: AddClip
) -> None:
    clip = await add_clip(author=anna.person)
    settings = {"off": ["liked"]}
    kept = settings | {"quiet": None}
    assert (await anna.http.put("/v1/me/inbox/settings", json=settings)).json() == kept
    assert (await anna.http.get("/v1/me/inbox/settings")).json() == kept
    await ben.http.put(f"/v1/clips/{clip.id}/like")
    assert not (await anna.http.get("/v1/me/inbox")).json()["notices"]
    unknown = await anna.http.put("/v1/me/inbox/settings", json={"off": ["rain"]})
    assert unknown.status_code == 400


async def test_a_profile_says_what_its_owner_says(
    anna: Somebody, ben: Somebody, add_clip: AddClip
) -> None:
    clip = await add_clip(author=ben.person)
    await anna.http.put(f"/v1/clips/{clip.id}/like")
    assert (await ben.http.get(anna.url + "/clips?which=liked")).status_code == 404
    new = {"about": "  I fold\u200b paper \n foxes ", "shares_likes": True}
    said = (await anna.http.put("/v1/me/profile", json=new)).json()
    assert said["about"] == "I fold paper foxes"
    liked = (await ben.http.get(anna.url + "/clips?which=liked")).json()["clips"]
    assert [one["id"] for one in liked] == [clip.id]
    made = (await anna.http.get(ben.url + "/clips")).json()["clips"]
    assert [one["id"] for one in made] == [clip.id]
    portrait = await anna.http.put("/v1/me/profile", json={"portrait": clip.id})
    assert portrait.status_code == 404
    long = await anna.http.put("/v1/me/profile", json={"about": "x" * 161})
    assert long.status_code == 422


async def test_nobody_follows_themselves_and_nobody_is_followed(anna: Somebody) -> None:
    assert (await anna.http.put(anna.url + "/follow")).status_code == 422
    assert (await anna.http.put("/v1/people/nobody_at_all/follow")).status_code == 404
    assert (await anna.http.put(anna.url + "/adore")).status_code == 404
