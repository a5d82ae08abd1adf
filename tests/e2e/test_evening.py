"""Three people in three browsers at the same time, and a worker that dies in the middle."""

import json
import os
import signal
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import av
import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.api.test_operating import bearer
from tests.e2e.conftest import Open
from tests.e2e.test_page import write
from tests.render.painter import UNTIL_STEERED
from tests.support import Instance, instance

pytestmark = pytest.mark.browser
LINE = "a red balloon over the sea at night"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Instance]:
    with instance(data, painted=True, pace=1.5, places=3) as running:
        yield running


def card(page: Page, clip: str) -> Locator:
    return page.locator(f'[data-clip="{clip}"]')


def on_air(page: Page, clip: str) -> None:
    """Wait until a person sees the clip being drawn."""
    expect(card(page, clip)).to_have_attribute("data-picture", "live")


def fork(page: Page, parent: str, text: str, seconds: int) -> str:
    """Go on from a finished clip another way; the id of the fork."""
    expect(card(page, parent)).to_have_attribute("data-state", "done")
    card(page, parent).get_by_test_id("fork").click()
    page.get_by_test_id("composer-input").fill(text)
    page.get_by_test_id("seconds").fill(str(seconds))
    page.get_by_test_id("composer-submit").click()
    clip = page.locator("[data-clip]", has_text=text).first.get_attribute("data-clip")
    assert clip
    return clip


def propose(page: Page, clip: str) -> None:
    card(page, clip).get_by_test_id("steer").click()
    card(page, clip).get_by_test_id("steer-input").fill(LINE)
    card(page, clip).get_by_test_id("steer-send").click()
    expect(card(page, clip).get_by_test_id("steered")).to_contain_text(LINE)


def kill_the_worker(server: Instance, data: Path) -> set[str]:
    """The clips that it was drawing."""
    status = httpx.get(f"{server.url}/v1/status", headers=bearer(data)).json()
    (device,) = [one for one in status["devices"] if one["clips"]]
    os.kill(int(device["worker"]), signal.SIGKILL)
    return {one["clip"] for one in device["clips"]}


def ended(server: Instance, clip: str) -> tuple[dict[str, object], float]:
    """The recipe of a finished clip, and how many seconds its video has."""
    view = json.loads(httpx.get(f"{server.url}/v1/clips/{clip}").content)["clip"]
    video = httpx.get(f"{server.url}/v1/clips/{clip}/video.mp4").content
    with av.open(BytesIO(video), "r") as file:
        return view["recipe"], sum(1 for _ in file.decode(video=0)) / view["fps"]


@pytest.mark.breadth
def test_nobody_loses_a_clip(server: Instance, data: Path, open_page: Open) -> None:
    anna, ben, cleo = open_page(server), open_page(server), open_page(server)
    parent = write(ben, "a red fox in the forest at day", seconds=1)
    expect(card(ben, parent)).to_have_attribute("data-state", "done")
    steered = write(anna, f"a red balloon over the hills {UNTIL_STEERED}", seconds=9)
    on_air(anna, steered)
    propose(anna, steered)
    stopped = write(cleo, "a blue whale under the sea", seconds=9)
    on_air(cleo, stopped)
    card(cleo, stopped).get_by_test_id("cancel").click()
    forked = fork(ben, parent, "a red fox in the forest at night", seconds=9)
    on_air(ben, forked)

    killed = kill_the_worker(server, data)

    assert forked in killed
    for page, clip in ((anna, steered), (ben, forked)):
        expect(card(page, clip)).to_have_attribute("data-state", "done")
    expect(card(cleo, stopped)).to_have_attribute("data-state", "cancelled")
    recipe, seconds = ended(server, steered)
    assert seconds == 9
    assert json.dumps(recipe["steering"]).count(LINE) == 1
    recipe, seconds = ended(server, forked)
    assert (recipe["parent"], recipe["kept"], seconds) == (parent, 1, 9)
    # Everybody watched on the one connection that was there from the beginning.
    metrics = httpx.get(f"{server.url}/metrics").text
    assert "phosphene_sessions_opened_total 3.0" in metrics
    assert "phosphene_sessions_broken_total 0.0" in metrics
