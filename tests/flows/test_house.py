"""An instance at which nobody has drawn: what it shows, for whom that ends, and how it is
cleared."""

import time
from pathlib import Path

import httpx
import msgspec
import pytest
from msgspec.structs import replace
from websockets.asyncio.client import connect

from phosphene.client import Client
from phosphene.guest_names import HOUSE, HOUSE_HANDLE
from phosphene.model import Person, Slot
from phosphene.schemas import FeedPage
from phosphene.store.sqlite import open_store
from tests.api.test_feed_turns import Page, cookie_of
from tests.client.test_client import finished
from tests.flows.test_clip import events_until, subscribe
from tests.store.making import a_clip
from tests.support import instance

pytestmark = [pytest.mark.process, pytest.mark.asyncio]
TOKEN = "a-token-of-operators"


async def first_page(http: httpx.AsyncClient) -> FeedPage:
    return msgspec.convert((await http.get("/v1/feed")).json(), FeedPage)


async def test_a_visitor_of_an_empty_house_sees_one_being_born(tmp_path: Path) -> None:
    with instance(tmp_path, painted=True, house=True, places=1, operator_token=TOKEN) as server:
        async with httpx.AsyncClient(base_url=server.url) as http, Client(server.url) as anna:
            shown, same = (await first_page(http)).clips[0], (await first_page(http)).clips[0]
            assert shown.author == Person(HOUSE, HOUSE_HANDLE)
            assert shown.status in {"queued", "live"}
            assert same.id == shown.id  # one for all who wait
            assert (await http.get(f"/v1/people/{HOUSE_HANDLE}")).status_code == 200
            # There is one place, and whoever asks has it.
            asked = await anna.create_clip("a red disc", seconds=1)
            assert (await finished(anna, asked.id)).status == "done"
            assert (await anna.get_clip(shown.id)).clip.status == "cancelled"
            operator = {"Authorization": f"Bearer {TOKEN}"}
            assert (await http.delete("/v1/operator/house")).status_code == 401
            cleared = await http.delete("/v1/operator/house", headers=operator)
            assert cleared.json()["removed"] >= 1
            assert (await http.get(f"/v1/clips/{shown.id}")).status_code == 404
            assert (await anna.get_clip(asked.id)).clip.status == "done"


async def test_a_house_that_is_switched_off_draws_nothing(tmp_path: Path) -> None:
    with instance(tmp_path, painted=True, house=False) as server:
        async with httpx.AsyncClient(base_url=server.url) as http:
            assert (await first_page(http)).clips == ()
            examples = (await http.get("/v1/examples", headers={"Accept-Language": "fr"})).json()
            assert "un renard roux" in examples["texts"][0]


async def watch_foxes(data: Path) -> None:
    """Six foxes and six boats that three people know: they love the foxes, and leave the boats."""
    async with open_store(data / "phosphene.db", "test", time.time) as store:
        for number in range(12):
            subject = "fox" if number < 6 else "boat"
            clip = a_clip(f"clip{number:02}", status="done", created_at=time.time() - number)
            slot = Slot("subject", subject, 0.9, (subject,))
            await store.add_clip(replace(clip, text=f"a {subject}", understood=(slot,)))
        for person in ("p1", "p2", "p3"):
            for number in range(12):
                watched_ms = 30_000 if number < 6 else 100
                await store.reactions.add_reaction(person, f"clip{number:02}", "watch", watched_ms)


async def test_while_people_watch_it_draws_what_several_of_them_would_like(tmp_path: Path) -> None:
    await watch_foxes(tmp_path)
    with instance(
        tmp_path, painted=True, house=True, house_per_hour=600, feed_learner=True
    ) as server:
        async with httpx.AsyncClient(base_url=server.url) as http:
            await http.get("/v1/me")
            await http.get("/v1/feed")
            await server.says('"message":"feed learner ready"')
            async with connect(server.socket_url, additional_headers=cookie_of(http)) as socket:
                await subscribe(socket, "feed")
                await Page(socket).turn("clip06", 0)
                drawn = (await events_until(socket, "clip_queued"))[-1]["event"]["clip"]
    assert drawn["author"]["handle"] == HOUSE_HANDLE
    assert {"fox", "renard"} & {*drawn["text"].split()}
