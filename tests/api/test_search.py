"""What is found by whom."""

from typing import Any

import httpx
import pytest

from phosphene.client import Client
from phosphene.model import Visibility
from tests.api.conftest import AddClip
from tests.api.somebody import Somebody
from tests.support import Instance, instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]

PATHS = (
    "/v1/search?q=quokka&limit=50",
    "/v1/search?q=quok&sort=newest&limit=50",
    "/v1/search/suggestions?q=quok",
    "/v1/explore",
    "/v1/feed?limit=50",
    "/v1/clips?limit=100",
)


def ids(value: Any) -> set[str]:
    """Every id in an answer, of clips and of people."""
    match value:
        case {"id": str(found), **rest}:
            return {found} | ids(rest)
        case dict():
            return set().union(*map(ids, value.values()))
        case list():
            return set().union(*map(ids, value))
        case _:
            return set()


async def test_nobody_finds_what_is_not_for_them(
    http: httpx.AsyncClient, anna: Somebody, ben: Somebody, add_clip: AddClip
) -> None:
    kinds: tuple[Visibility, ...] = ("public", "unlisted", "private")
    clips = {
        kind: (await add_clip("a quokka", "done", visibility=kind, author=anna.person)).id
        for kind in kinds
    }
    await add_clip("a quokka that failed", "failed", author=anna.person)
    for path in PATHS:
        for who in (http, ben.http):
            shown = ids((await who.get(path)).json())
            assert not shown & {clips["unlisted"], clips["private"]}, path
            assert clips["public"] in shown or "suggestions" in path or "explore" in path, path
    name = f"/v1/search?q={anna.person.handle}"
    assert anna.person.id in ids((await ben.http.get(name)).json()["people"])
    await anna.http.put(ben.url + "/block")
    for path in (*PATHS, name, f"/v1/search/suggestions?q={anna.person.handle}"):
        found = ids((await ben.http.get(path)).json())
        assert not found & {*clips.values(), anna.person.id}, path
    assert ben.person.id not in ids(
        (await anna.http.get(f"/v1/search?q={ben.person.handle}")).json()
    )
    await anna.http.delete(f"/v1/clips/{clips['public']}")
    for path in PATHS:
        assert clips["public"] not in ids((await http.get(path)).json()), path


async def test_explore_is_a_wall(http: httpx.AsyncClient, add_clip: AddClip) -> None:
    live = await add_clip("a numbat")
    wall = (await http.get("/v1/explore")).json()
    while live.id not in ids(wall["live"]):  # it may be a second old
        wall = (await http.get("/v1/explore")).json()
    assert set(wall) == {"live", "rising", "subjects", "places"}


async def test_a_query_that_is_none_is_refused(http: httpx.AsyncClient) -> None:
    for query in ("tag=fox", "tag=a:b,c:d,e:f,g:h,i:j", "tag=%22", "cursor=x&q=fox"):
        assert (await http.get(f"/v1/search?{query}")).status_code in {400, 422}, query
    assert (await http.get("/v1/search?limit=51")).status_code == 400
    assert (await http.get("/v1/search")).json() == {"clips": [], "people": [], "cursor": None}
    assert (await http.get("/v1/search?tag=subject:numbat")).json()["clips"] == []


async def test_who_asks_too_often_waits(tmp_path_factory: pytest.TempPathFactory) -> None:
    data = tmp_path_factory.mktemp("asked")
    with instance(data, workers=0, searches_per_minute=1, address_factor=2) as server:
        async with httpx.AsyncClient(base_url=server.url) as http:
            statuses = [(await http.get("/v1/search?q=fox")).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


async def test_a_program_goes_through_all_pages(server: Instance, add_clip: AddClip) -> None:
    made = {(await add_clip(f"a bilby number {n}", "done")).id for n in range(52)}
    async with Client(server.url) as client:
        found = [clip.id async for clip in client.iterate_search("bilby")]
        assert len(found) == 52
        assert set(found) == made
        assert not (await client.search("bilby", tags=["subject:owl"])).clips
