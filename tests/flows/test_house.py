"""An instance at which nobody has drawn: what it shows, for whom that ends, and how it is
cleared."""

from pathlib import Path

import httpx
import msgspec
import pytest

from phosphene.client import Client
from phosphene.guest_names import HOUSE, HOUSE_HANDLE
from phosphene.model import Person
from phosphene.schemas import FeedPage
from tests.client.test_client import finished
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
