"""The audience of a clip on air steers it: proposal, vote, choice, picture, recipe."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect

from server.trust.provenance import verify
from tests.flows.test_clip import events_until, make, root_certificate, subscribe
from tests.support import Instance, instance


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Instance]:
    with instance(tmp_path) as running:
        yield running


@pytest.mark.asyncio
async def test_a_clip_is_steered_by_those_who_watch_it(server: Instance, tmp_path: Path) -> None:
    line = "a red balloon over the sea at night in the rain"
    async with (
        httpx.AsyncClient(base_url=server.url) as ben,
        httpx.AsyncClient(base_url=server.url) as cleo,
        connect(server.socket_url) as socket,
    ):
        await subscribe(socket, "feed")
        clip = await make(ben, text="a red balloon over the hills at sunset", seconds=6, seed=7)
        path = f"/v1/clips/{clip['id']}"
        await events_until(socket, "clip_started")
        await subscribe(socket, f"clip:{clip['id']}")
        proposed = await ben.post(f"{path}/proposals", json={"text": f"  {line} "})
        assert proposed.status_code == 201, proposed.text
        proposal = proposed.json()
        assert (proposal["text"], proposal["votes"]) == (line, 1)
        vote = f"{path}/proposals/{proposal['id']}/vote"
        assert [(await cleo.put(vote)).json()["votes"] for _ in range(2)] == [2, 2]
        assert (await ben.post(f"{path}/proposals", json={"text": "a cat"})).status_code == 429
        refused = await cleo.post(f"{path}/proposals", json={"text": "Mickey Mouse"})
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/refused")
        assert (await ben.get(path)).json()["ballot"]["proposals"][0]["votes"] == 2

        events = [one["event"] for one in await events_until(socket, "clip_steered")]
        ballots = [one for one in events if one["type"] == "clip_ballot"]
        assert any(one["chosen"] and one["chosen"]["text"] == line for one in ballots)
        steer = events[-1]["steer"]
        assert steer["text"] == line
        assert 0 < steer["frame"] < 6 * clip["fps"]
        await events_until(socket, "clip_finished")

        view = (await cleo.get(path)).json()
        assert view["clip"]["recipe"]["steering"] == [steer]
        assert view["ballot"] is None
        late = await cleo.put(vote)
        assert (late.status_code, late.json()["type"]) == (409, "/problems/not-live")
        video = await cleo.get(f"{path}/video.mp4")
    recipe = verify(video.content, root_certificate(tmp_path)).recipe
    assert recipe is not None
    assert [one.text for one in recipe.steering] == [line]
