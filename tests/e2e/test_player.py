"""Pages of another origin: <phosphene-player>, bare and in a sandboxed frame, and the players of
others in examples/."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.abroad import examples, site
from tests.e2e.conftest import PATIENCE_MS
from tests.render.painter import HEIGHT, WIDTH
from tests.support import Instance, instance

pytestmark = pytest.mark.browser

# A clip is watched in a frame without an origin; the page around hears of it and speaks to it.
FRAME = """
<!doctype html><script>
  window.heard = [];
  addEventListener("message", ({ data }) => heard.push(data));
  const say = (phosphene, value) => frames[0].postMessage({ phosphene, value }, "*");
</script>
<iframe sandbox="allow-scripts" allow="autoplay" width="300" height="533" src="%s"></iframe>
"""
ELEMENT = """
<!doctype html><script src="%s/player.js"></script>
<script>
  window.events = [];
  const player = document.createElement("phosphene-player");
  for (const name of ["loadedmetadata", "play", "playing", "timeupdate", "pause", "seeked",
    "ended", "error", "statechange", "volumechange"])
    player.addEventListener(name, () => events.push(name));
</script>
"""
LIKES = """async ([server, token, clip]) => {
  const { Social, socketUrl } = await import(`${server}/client.js`);
  return new Promise((resolve) => {
    const online = () => social.outbox.size || resolve("liked");
    const social = new Social(socketUrl(server), { online, refused: (_, why) => resolve(why) });
    const settled = social.settled.bind(social);
    social.settled = (answer) => (settled(answer), online());
    social.bearer = token;
    social.like(clip, true);
    social.open();
  });
}"""
# Pictures that differ, read from whatever video the page shows, also within our element.
MOVES = """(count) => new Promise((resolve) => {
  setTimeout(() => resolve(seen.size), 20_000);
  const brush = new OffscreenCanvas(36, 64).getContext("2d", { willReadFrequently: true });
  const seen = new Set();
  const find = () =>
    document.querySelector("video") ?? document.querySelector("phosphene-player")?.video;
  const look = () => {
    const video = find();
    if (video?.videoWidth) {
      brush.drawImage(video, 0, 0, 36, 64);
      seen.add(brush.getImageData(0, 0, 36, 64).data.join());
    }
    if (seen.size >= count) resolve(seen.size); else requestAnimationFrame(look);
  };
  look();
})"""


@pytest.fixture(scope="module", autouse=True)
def few_pictures_a_second() -> None:
    """As many as ever: they are counted while the clip is on air."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with instance(tmp_path_factory.mktemp("data"), painted=True, pace=3) as running:
        yield running


@pytest.fixture(scope="module")
def abroad(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    folder = tmp_path_factory.mktemp("abroad")
    with site(folder) as url:
        yield folder, url


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Opens pages in one context; their errors fail the test."""
    context, errors = browser.new_context(), list[str]()
    context.set_default_timeout(PATIENCE_MS)
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context.new_page
    context.close()
    assert not errors


@pytest.fixture
def page(new_page: Callable[[], Page]) -> Page:
    return new_page()


def ask(server: Instance, **prompt: Any) -> str:
    answer = httpx.post(f"{server.url}/v1/clips", json={"text": "a red balloon"} | prompt)
    return str(answer.json()["id"])


def status(server: Instance, clip: str) -> str:
    return str(httpx.get(f"{server.url}/v1/clips/{clip}").json()["clip"]["status"])


@pytest.mark.breadth
def test_players_of_others_show_a_clip_while_it_is_being_diffused_and_after(
    server: Instance, new_page: Callable[[], Page], tmp_path: Path
) -> None:
    pages = {name: new_page() for name in ("whep", "hls", "element")}
    with examples(tmp_path / "examples") as url:
        for page in pages.values():
            page.goto(url)
        clip = ask(server, text="a red balloon over the hills", seconds=10)
        asked = f"?server={server.url}&clip={clip}"
        for name, page in pages.items():
            page.goto(f"{url}/{name}.html{asked}", wait_until="commit")
        for name, page in pages.items():
            assert (name, page.evaluate(MOVES, 8)) == (name, 8)
        assert status(server, clip) == "live"
        hls = pages["hls"]
        hls.evaluate("document.querySelector('video').loop = false")
        hls.wait_for_function("document.querySelector('video').ended")
        # The smallest comes first there.
        assert hls.evaluate("hls.levels.at(-1).url[0]").endswith("live/video.m3u8")
        hls.reload()
        assert hls.evaluate(MOVES, 8) == 8
        files = hls.evaluate("hls.levels.map((level) => level.url[0])")  # by what they take
        assert [url.split("/hls/")[1] for url in files] == ["half/video.m3u8", "file/video.m3u8"]
        pages["element"].wait_for_function(
            "document.querySelector('phosphene-player').duration === 10"
        )


def test_a_sandboxed_frame_shows_the_birth_of_a_private_clip_and_then_the_file(
    server: Instance, abroad: tuple[Path, str], page: Page
) -> None:
    folder, url = abroad
    with httpx.Client(base_url=server.url) as author:
        prompt = {"text": "a red balloon", "seconds": 2, "visibility": "private"}
        clip = author.post("/v1/clips", json=prompt).json()["id"]
        asked = {"origins": [url], "seconds": 600}
        token = author.post(f"/v1/clips/{clip}/tokens", json=asked).json()
    (folder / "frame.html").write_text(FRAME % token["url"])
    page.goto(f"{url}/frame.html")
    page.wait_for_function(
        "heard.some((one) => one.state === 'live' && one.currentTime > 0 && !one.paused)"
    )
    live = page.evaluate("heard.findLast((one) => one.state === 'live')")
    assert live["clip"] == clip
    assert live["duration"] is None
    page.wait_for_function(
        "heard.some((one) => one.state === 'done' && one.duration === 2 && one.currentTime > 0)"
    )
    page.evaluate("say('pause')")
    page.wait_for_function("heard.at(-1).phosphene === 'pause' && heard.at(-1).paused")
    page.evaluate("say('seek', 1.5)")
    page.wait_for_function("heard.some((one) => one.phosphene === 'seeked')")
    page.evaluate("say('get')")
    page.wait_for_function("heard.at(-1).phosphene === 'got'")
    assert page.evaluate("heard.at(-1).currentTime") == 1.5
    page.goto(f"{url.replace('127.0.0.1', 'localhost')}/frame.html")
    page.wait_for_function("frames.length === 1")
    frame = page.frames[1]
    frame.wait_for_load_state()
    assert "chrome-error" in frame.url


def test_the_element_is_a_media_element(
    server: Instance, abroad: tuple[Path, str], page: Page
) -> None:
    folder, url = abroad
    clip = ask(server, seconds=2)
    (folder / "element.html").write_text(ELEMENT % server.url)
    page.goto(f"{url}/element.html")
    page.evaluate("player.muted = true; document.body.append(player)")
    assert page.evaluate("[player.paused, player.readyState, player.state]") == [True, 0, "idle"]
    page.evaluate(
        "clip => { player.clip = clip; player.controls = true; return player.play() }", clip
    )
    assert page.evaluate("[player.paused, player.error]") == [False, None]
    page.wait_for_function("player.duration === 2 && player.state === 'done'")
    assert page.evaluate(MOVES, 6) == 6
    page.wait_for_function("player.ended")
    seen = set(page.evaluate("events"))
    assert {"play", "playing", "timeupdate", "ended", "statechange"} <= seen
    assert page.evaluate("[player.videoWidth, player.videoHeight]") == [WIDTH, HEIGHT]
    assert page.evaluate("player.src").endswith(f"/v1/clips/{clip}/video.mp4")
    page.evaluate("player.focus()")
    page.keyboard.press("Home")
    page.wait_for_function("player.currentTime === 0 && !player.seeking")
    page.keyboard.press("k")
    page.wait_for_function("!player.paused")
    page.keyboard.press("m")
    assert page.evaluate("player.muted") is False
    page.evaluate("player.currentTime = 1; player.loop = true; player.pause()")
    assert page.evaluate("[player.paused, player.video.loop]") == [True, True]


def test_it_says_what_is_not_there(server: Instance, abroad: tuple[Path, str], page: Page) -> None:
    folder, url = abroad
    (folder / "element.html").write_text(ELEMENT % server.url)
    page.goto(f"{url}/element.html")
    page.evaluate("player.clip = 'nobody'; document.body.append(player)")
    page.wait_for_function("player.error")
    assert page.evaluate("player.state") == "gone"
    assert page.evaluate("player.shadowRoot.querySelector('.words').textContent")
    assert page.evaluate("player.play().catch((error) => error.name)") == "NotSupportedError"


@pytest.mark.breadth
def test_it_comes_back_when_the_server_does(
    server: Instance, abroad: tuple[Path, str], page: Page
) -> None:
    folder, url = abroad
    clip = httpx.get(f"{server.url}/v1/clips").json()["clips"][-1]["id"]
    (folder / "element.html").write_text(ELEMENT % server.url)
    page.goto(f"{url}/element.html")
    page.context.set_offline(True)
    page.evaluate("clip => { player.clip = clip; document.body.append(player) }", clip)
    page.wait_for_function("player.state === 'offline'")
    page.context.set_offline(False)
    page.wait_for_function("player.state === 'done' && player.readyState > 0")
    assert page.evaluate("player.paused") is True


def test_a_page_of_another_site_likes_on_a_socket_by_a_token(
    server: Instance, abroad: tuple[Path, str], page: Page
) -> None:
    folder, url = abroad
    with httpx.Client(base_url=server.url) as person:
        clip = person.post("/v1/clips", json={"text": "a red balloon", "seconds": 1}).json()["id"]
        person.get("/v1/me")
        token = person.cookies["phosphene_identity"]
    (folder / "liking.html").write_text("<!doctype html>")
    page.goto(f"{url}/liking.html".replace("127.0.0.1", "localhost"))
    assert page.evaluate(LIKES, [server.url, "", clip])["status"] == 403
    assert page.evaluate(LIKES, [server.url, token, clip]) == "liked"
    found = httpx.get(f"{server.url}/v1/clips/{clip}").json()["clip"]
    assert found["counts"]["likes"] == 1


def test_a_film_that_is_taken_away_while_it_plays_is_seen_no_longer(
    server: Instance, abroad: tuple[Path, str], page: Page
) -> None:
    folder, url = abroad
    with httpx.Client(base_url=server.url) as author:
        clip = author.post("/v1/clips", json={"text": "a red balloon", "seconds": 1}).json()["id"]
        (folder / "element.html").write_text(ELEMENT % server.url)
        page.goto(f"{url}/element.html")
        page.evaluate("Object.assign(player, { muted: true, loop: true })")
        page.evaluate("clip => (player.clip = clip, document.body.append(player))", clip)
        page.evaluate("player.play()")
        page.wait_for_function("player.state === 'done' && player.src.endsWith('.mp4')")
        assert author.delete(f"/v1/clips/{clip}").is_success
    page.wait_for_function("player.state === 'gone'")
    shown = "[...player.shadowRoot.querySelectorAll('img, canvas')].filter((one) => !one.hidden)"
    assert page.evaluate(f"[player.readyState, {shown}.length]") == [0, 0]
