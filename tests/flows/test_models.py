"""A site of two models: each clip is drawn by the one that was chosen, or that drew its parent."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.api.test_operating import bearer
from tests.flows.test_clip import finished, make
from tests.support import Instance, instance

OTHER = "made-up/brush"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Instance]:
    with instance(data, painted=True, models=OTHER) as running:
        yield running


@pytest.mark.asyncio
async def test_each_clip_is_drawn_by_the_model_that_was_chosen(
    server: Instance, data: Path
) -> None:
    async with httpx.AsyncClient(base_url=server.url) as http:
        await http.get("/v1/me")
        offered = (await http.get("/v1/models")).json()["models"]
        assert [(one["name"], one["reads_freely"]) for one in offered] == [
            ("painter", False),
            (OTHER, True),
        ]
        usual, other = await asyncio.gather(
            make(http, text="a ball", seconds=1), make(http, text="a ball", seconds=1, model=OTHER)
        )
        assert [one["recipe"]["model"] for one in (usual, other)] == ["painter", OTHER]
        for clip in (usual, other):
            await finished(http, clip["id"])
        remix = await make(http, text="at night", seconds=1, parent=other["id"])
        assert remix["recipe"]["fingerprint"] == other["recipe"]["fingerprint"]
        await finished(http, remix["id"])
        status = (await http.get("/v1/status", headers=bearer(data))).json()
        assert [one["model"] for one in status["devices"]] == ["painter", OTHER]
        metrics = (await http.get("/metrics")).text
        for model in ("painter", OTHER):
            assert f'phosphene_work_waiting_seconds{{model="{model}"}} 0.0' in metrics
            assert f'phosphene_first_light_seconds_count{{model="{model}"}}' in metrics


@pytest.mark.asyncio
async def test_what_the_chosen_model_cannot_do_is_said(server: Instance) -> None:
    async with httpx.AsyncClient(base_url=server.url) as http:
        await http.get("/v1/me")
        other = await make(http, text="a ball", seconds=2, model=OTHER)
        await finished(http, other["id"])
        for prompt, why in (
            ({"model": "ltx"}, "no such model is offered here"),
            ({"model": "painter", "parent": other["id"]}, "another model drew that clip"),
            ({"fork": {"parent": other["id"], "second": 1}}, "cannot go on from a part"),
        ):
            refused = await http.post("/v1/clips", json={"text": "a ball"} | prompt)
            assert (refused.status_code, why in refused.json()["detail"]) == (422, True)
        read = [
            (await http.post("/v1/readings", json={"text": "a ball"} | said)).json()
            for said in ({}, {"model": OTHER}, {"parent": other["id"]})
        ]
        assert [one["reads_freely"] for one in read] == [False, True, True]
        assert [one["model"] for one in read] == ["painter", OTHER, OTHER]
        words = [await http.get("/v1/vocabulary", params=said) for said in ({}, {"model": OTHER})]
        assert [one.json()["slots"] for one in words] == [{"subject": ["disc"]}, {}]
