"""A model that makes sound, few random weights of it: heard live and from the file."""

from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.conftest import Open
from tests.render.worker.diffusers.tiny import save
from tests.support import Instance, instance

pytestmark = pytest.mark.browser
LOUD = """
async () => {
  const video = document.querySelector('video');
  const [track] = video.srcObject?.getAudioTracks() ?? [];
  if (!track || track.muted || video.muted) return false;
  window.ears ??= new AudioContext();
  const hearing = ears.createAnalyser();
  ears.createMediaStreamSource(new MediaStream([track])).connect(hearing);
  const wave = new Float32Array(hearing.fftSize);
  const over = performance.now() + 1000;
  while (performance.now() < over) {
    hearing.getFloatTimeDomainData(wave);
    if (wave.some((one) => Math.abs(one) > 1e-4)) return true;
    await new Promise((next) => setTimeout(next, 20));
  }
  return false;
}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    folder = tmp_path_factory.mktemp("data")
    with instance(folder, model=save("ltx2", folder), steps=2, pixels=16384) as running:
        yield running


def test_a_clip_is_heard_while_it_is_drawn_and_from_its_file(
    server: Instance, open_page: Open
) -> None:
    prompt = {"text": "rain on a tin roof", "seconds": 4}
    page = open_page(server)
    clip = httpx.post(server.url + "/v1/clips", json=prompt).json()
    page.goto(f"{server.url}/?clip={clip['id']}")
    button = page.get_by_test_id("sound").first
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    page.wait_for_function(LOUD)
    page.wait_for_selector(f"[data-clip='{clip['id']}'][data-picture=file]")
    page.wait_for_function("() => document.querySelector('video').webkitAudioDecodedByteCount > 0")
    page.goto(f"{server.url}/embed/{clip['id']}")
    page.locator(".loud[aria-label=Unmute]").click()
    page.wait_for_function(
        "() => document.querySelector('phosphene-player').video.webkitAudioDecodedByteCount > 0"
    )
    assert not page.evaluate("() => document.querySelector('phosphene-player').muted")
