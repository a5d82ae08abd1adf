import pytest

from server.errors import BadInput, Unprocessable
from server.model import RenditionName
from server.stream.live import Live
from server.stream.webrtc.layers import Wish, choose, layers
from tests.stream.viewer import FPS, HEIGHT, WIDTH, Encoder


def test_layers_are_told_with_their_sizes_and_what_flows(encoder: Encoder) -> None:
    encoder.make(0, 3)
    full, half = layers(encoder.live, None)
    assert (full.rid, full.spatial_layer_id, full.width, full.height) == ("full", 1, WIDTH, HEIGHT)
    assert (half.rid, half.spatial_layer_id, half.width) == ("half", 0, WIDTH // 2)
    assert full.bitrate > 0
    assert half.bitrate == 0
    assert [layer.rid for layer in layers(encoder.live, "vp8")] == ["vp8"]


def test_of_a_finished_clip_there_is_one() -> None:
    finished = Live("c", width=WIDTH, height=HEIGHT, fps=FPS, ask_keyframe=lambda: None)
    assert [layer.rid for layer in layers(finished, None)] == ["full"]
    assert layers(finished, "vp8") == []
    with pytest.raises(Unprocessable):
        choose(Wish(rid="half"), finished, None, "0")
    assert choose(Wish(max_width=1), finished, None, "0") == "full"
    assert choose(Wish(), finished, None, "0") is None


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        (Wish(), None),
        (Wish(media_id="1"), None),
        (Wish(rid="half"), "half"),
        (Wish(encoding_id="full"), "full"),
        (Wish(spatial_layer_id=0), "half"),
        (Wish(spatial_layer_id=9), "full"),
        (Wish(max_spatial_layer_id=0), "half"),
        (Wish(max_width=WIDTH), "full"),
        (Wish(max_width=WIDTH - 1), "half"),
        (Wish(max_height=HEIGHT, max_width=1), "half"),
        (Wish(rid="half", max_width=WIDTH), "half"),
    ],
)
def test_a_player_chooses(encoder: Encoder, wish: Wish, name: RenditionName | None) -> None:
    assert choose(wish, encoder.live, None, "1") == name


@pytest.mark.parametrize(
    ("wish", "only", "error"),
    [
        (Wish(rid="huge"), None, BadInput),
        (Wish(media_id="0"), None, BadInput),
        (Wish(rid="vp8"), None, Unprocessable),
        (Wish(rid="half"), "vp8", Unprocessable),
    ],
)
def test_what_is_not_there_cannot_be_chosen(
    encoder: Encoder, wish: Wish, only: RenditionName | None, error: type[Exception]
) -> None:
    with pytest.raises(error):
        choose(wish, encoder.live, only, "1")
