"""Players over WHEP see a clip in its renditions, by choice and by codec."""

from collections.abc import Iterator

import httpx
import pytest

from phosphene.units import half_size
from tests.e2e.conftest import Open
from tests.e2e.whep import H264, LAYER, SIZED, VP8, WATCH, sizes, statistics
from tests.render.painter import HEIGHT, WIDTH
from tests.support import Instance, instance

pytestmark = pytest.mark.browser
FULL, HALF = [WIDTH, HEIGHT], list(half_size(WIDTH, HEIGHT))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with instance(tmp_path_factory.mktemp("data"), painted=True, pace=1.5) as running:
        yield running


def test_two_players_of_one_clip_see_two_renditions_of_it(
    server: Instance, open_page: Open
) -> None:
    """By choice, and without H.264."""
    choosy, other = (open_page(server, "/healthz") for _ in range(2))
    clip = asked_for(server)
    there = choosy.evaluate(WATCH, [clip, H264, None])
    assert "core:layer" in there["link"]
    assert other.evaluate(WATCH, [clip, VP8, None])["codec"] == "VP8"
    choosy.wait_for_function(SIZED, arg=FULL)
    assert choosy.evaluate(LAYER, {"rid": "half"}) == 200
    choosy.wait_for_function(SIZED, arg=HALF)
    other.wait_for_function("() => new Set(seen.map(({ light }) => light)).size > 12")
    assert statistics(server, other)["rendition"] == "vp8"
    assert choosy.evaluate(LAYER, {"rid": "full"}) == 200
    choosy.wait_for_function(SIZED, arg=FULL)
    assert statistics(server, choosy)["keyframe_requests"] == 0
    assert sizes(choosy) == [FULL, HALF, FULL]
    assert sizes(other) == [FULL]
    # A session that ends here ends for the player: it need not wait until its checks run out.
    assert choosy.evaluate("async () => (await fetch(session, { method: 'DELETE' })).status") == 200
    choosy.wait_for_function("() => peer.connectionState === 'failed'")


def asked_for(server: Instance) -> str:
    """A clip of ten seconds that has just been asked for."""
    prompt = {"text": "a red fox hopping in the forest", "seconds": 10}
    return str(httpx.post(server.url + "/v1/clips", json=prompt).json()["id"])
