"""Before the embedded model: its pictures form, it is heard, and it fills a line."""

import io
from collections.abc import Iterator
from itertools import pairwise

import av
import httpx
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Open
from tests.e2e.line import a_line
from tests.e2e.screen import contrast, distance, frames
from tests.e2e.test_page import write
from tests.e2e.test_renditions import asked_for
from tests.e2e.whep import H264, SIZED, WATCH, sizes
from tests.support import Instance, instance

pytestmark = pytest.mark.browser
FULL, HALF = [576, 1024], [288, 512]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with instance(tmp_path_factory.mktemp("data"), pace=1.5) as running:
        yield running


LOUD = """
async (clip) => {
  const video = document.querySelector(`[data-clip='${clip}'] video`);
  const [track] = video?.srcObject?.getAudioTracks() ?? [];
  if (!track || track.muted || video.muted) return false;
  window.ears ??= new AudioContext();
  const hearing = ears.createAnalyser();
  ears.createMediaStreamSource(new MediaStream([track])).connect(hearing);
  const wave = new Float32Array(hearing.fftSize);
  const over = performance.now() + 1000;
  while (performance.now() < over) {
    hearing.getFloatTimeDomainData(wave);
    if (wave.some((one) => Math.abs(one) > 1e-3)) return true;
    await new Promise((next) => setTimeout(next, 20));
  }
  return false;
}
"""


def test_a_prompt_is_seen_and_heard_while_it_forms_and_then_as_a_file(
    server: Instance, open_page: Open
) -> None:
    page = open_page(server)
    clip = write(page, "a cheerful red balloon over the sea at sunset", seconds=5)
    card = page.locator(f'[data-clip="{clip}"]')
    card.get_by_test_id("tap-sound").click()
    expect(card.get_by_test_id("tap-sound")).to_be_hidden()
    page.wait_for_function(LOUD, arg=clip)
    forming = frames(page, clip, 40)
    changes = [distance(a, b) for a, b in pairwise(forming)]
    assert sum(change > 0.1 for change in changes) > 10
    assert contrast(forming[-1]) > 5
    expect(card).to_have_attribute("data-state", "done")
    expect(card.get_by_test_id("understood")).to_contain_text("balloon")
    expect(card).to_have_attribute("data-picture", "file")
    page.wait_for_function(
        "clip => document.querySelector(`[data-clip='${clip}'] video`)"
        ".webkitAudioDecodedByteCount > 0",
        arg=clip,
    )
    playing = frames(page, clip, 10)
    assert max(distance(playing[0], other) for other in playing) > 0.1
    it_sounds_everywhere(server, clip)


@pytest.mark.breadth
def test_a_birth_is_shown_and_sound_is_remembered(server: Instance, open_page: Open) -> None:
    page = open_page(server)
    clip = write(page, "a cheerful red balloon over the sea at sunset", seconds=2)
    page.goto(f"{server.url}/?clip={clip}")
    card = page.locator(f'[data-clip="{clip}"]')
    card.get_by_test_id("tap-sound").click()
    expect(card).to_have_attribute("data-state", "done")
    expect(card).to_have_attribute("data-picture", "file")
    its_birth_is_shown(page, clip, frames(page, clip, 1)[0])
    sound_is_remembered_and_offered(server, open_page, page, clip)


def its_birth_is_shown(page: Page, clip: str, formed: list[int]) -> None:
    card = page.locator(f'[data-clip="{clip}"]')
    card.get_by_test_id("more").click()
    page.get_by_test_id("more-birth").click()
    expect(card).to_have_attribute("data-born", "true")
    expect(card.locator("video")).to_have_attribute("src", f"/v1/clips/{clip}/birth.mp4")
    # Its first pictures are noise, wherever it stands by now.
    card.locator("video").evaluate("video => { video.currentTime = 0; }")
    assert max(distance(one, formed) for one in frames(page, clip, 10)) > 1
    card.get_by_test_id("more").click()
    page.get_by_test_id("more-birth").click()
    expect(card.get_by_test_id("birth")).to_have_attribute("aria-pressed", "false")
    expect(card.locator("video")).not_to_have_attribute("src", f"/v1/clips/{clip}/birth.mp4")


def it_sounds_everywhere(server: Instance, clip: str) -> None:
    at = f"{server.url}/v1/clips/{clip}"
    for name in ("video", "half", "birth"):
        assert loudness(samples(httpx.get(f"{at}/{name}.mp4").content)) > 0.01, name
    assert 'TYPE=AUDIO,GROUP-ID="sound"' in httpx.get(f"{at}/hls/index.m3u8").text


def sound_is_remembered_and_offered(
    server: Instance, open_page: Open, page: Page, clip: str
) -> None:
    page.reload()
    expect(page.get_by_test_id("sound").first).to_have_attribute("aria-pressed", "true")
    assert not page.locator("video").first.evaluate("video => video.muted")
    page.close()
    stranger = open_page(server, f"/?clip={clip}")
    expect(stranger.locator(f'[data-clip="{clip}"]').get_by_test_id("tap-sound")).to_be_visible()
    stranger.close()
    player = open_page(server, f"/embed/{clip}")
    player.locator(".hear").click()
    assert not player.evaluate("() => document.querySelector('phosphene-player').muted")
    player.wait_for_function(
        "() => document.querySelector('phosphene-player').video.webkitAudioDecodedByteCount > 0"
    )
    player.locator(".loud[aria-label=Mute]").click()
    player.locator(".loud[aria-label=Unmute]").click()
    assert not player.evaluate("() => document.querySelector('phosphene-player').muted")
    player.close()


def samples(video: bytes) -> np.ndarray:
    """What is heard in a file, left."""
    with av.open(io.BytesIO(video), "r") as file:
        return np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])


def loudness(wave: np.ndarray) -> float:
    """Root of the mean square."""
    return float(np.sqrt((wave**2).mean()))


@pytest.mark.breadth
def test_a_player_behind_a_weak_line_is_sent_the_small_picture(
    server: Instance, open_page: Open
) -> None:
    page, weak = (open_page(server, "/healthz") for _ in range(2))
    clip = asked_for(server)
    port = page.evaluate(WATCH, [clip, H264, None])["port"]
    page.close()
    with a_line(port, 800e3) as line:
        weak.evaluate(WATCH, [clip, H264, line.port])
        weak.wait_for_function(SIZED, arg=HALF)
    # By the time that it is looked at the full one may have been tried again.
    assert sizes(weak)[:2] == [FULL, HALF]
