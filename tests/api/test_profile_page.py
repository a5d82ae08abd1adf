from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.api.conftest import AddClip
from tests.api.somebody import Somebody
from tests.api.test_embeds import Elements
from tests.support import Instance, instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Instance]:
    with instance(data, workers=0, handles_per_minute=100) as running:
        yield running


def tags(page: str) -> dict[str | None, str | None]:
    found = Elements(page).of("meta")
    return {one.get("property") or one.get("name"): one.get("content") for one in found}


async def test_the_page_of_a_profile_tells_other_sites_who_it_is(
    http: httpx.AsyncClient, anna: Somebody, add_clip: AddClip
) -> None:
    clip = await add_clip(author=anna.person, status="live")
    await anna.http.put("/v1/me/profile", json={"about": "I fold <paper> foxes"})
    answer = await http.get(f"/@{anna.person.handle}")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert f"<title>@{anna.person.handle} · Phosphene</title>" in answer.text
    found, base = tags(answer.text), str(http.base_url).rstrip("/")
    assert found["og:type"] == "profile"
    assert found["og:description"] == found["description"] == "I fold <paper> foxes"
    assert found["og:image"] == f"{base}/v1/clips/{clip.id}/poster.jpg"
    assert found["og:url"] == f"{base}/@{anna.person.handle}"
    assert "<paper>" not in answer.text


async def test_a_name_that_nobody_has_is_404_with_a_kind_line(http: httpx.AsyncClient) -> None:
    answer = await http.get("/@nobody_at_all")
    assert answer.status_code == 404
    assert "they may have left" in answer.text
    assert tags(answer.text)["robots"] == "noindex"


async def test_whom_somebody_blocks_finds_no_page(anna: Somebody, ben: Somebody) -> None:
    path = f"/@{anna.person.handle}"
    assert (await ben.http.get(path)).status_code == 200
    await anna.http.put(ben.url + "/block")
    assert (await ben.http.get(path)).status_code == 404


async def test_a_name_that_was_given_up_leads_on_until_somebody_else_has_it(
    anna: Somebody, ben: Somebody
) -> None:
    old = "ink_fox"
    await anna.http.patch("/v1/me", json={"handle": old})
    await anna.http.patch("/v1/me", json={"handle": "paper_fox"})
    led = await ben.http.get(f"/@{old}")
    assert (led.status_code, led.headers["location"]) == (302, "/@paper_fox")
    profile = (await ben.http.get(f"/v1/people/{old}")).json()
    assert profile["person"]["handle"] == "paper_fox"
    upper = await ben.http.get("/@Paper_Fox")
    assert upper.headers["location"] == "/@paper_fox"
    await ben.http.patch("/v1/me", json={"handle": old})
    assert (await ben.http.get(f"/v1/people/{old}")).json()["person"]["id"] == ben.person.id
    await ben.http.patch("/v1/me", json={"handle": ben.person.handle})
    assert (await anna.http.get(f"/v1/people/{old}")).json()["person"]["id"] == ben.person.id


async def test_ten_names_lead_to_somebody_and_no_more(anna: Somebody) -> None:
    first = anna.person.handle
    for number in range(11):
        answer = await anna.http.patch("/v1/me", json={"handle": f"owl_{number}x"})
        assert answer.status_code == 200, answer.text
    assert (await anna.http.get(f"/@{first}")).status_code == 404
    assert (await anna.http.get("/@owl_0x")).headers["location"] == "/@owl_10x"
