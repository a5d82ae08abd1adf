import pytest

from phosphene.errors import BadInput, Unprocessable
from phosphene.stream.live import LiveClip
from phosphene.stream.webrtc.layers import LayerRequest, choose_layer, video_layers
from phosphene.units import RenditionName
from tests.stream.viewer import FPS, HEIGHT, WIDTH, Encoder


def test_layers_are_told_with_their_sizes_and_what_flows(encoder: Encoder) -> None:
    encoder.make(0, 3)
    full, half = video_layers(encoder.live, None)
    assert (full.rid, full.spatial_layer_id, full.width, full.height) == ("full", 1, WIDTH, HEIGHT)
    assert (half.rid, half.spatial_layer_id, half.width) == ("half", 0, WIDTH // 2)
    assert full.bitrate > 0
    assert half.bitrate == 0
    assert [layer.rid for layer in video_layers(encoder.live, "vp8")] == ["vp8"]


def test_of_a_finished_clip_there_is_one() -> None:
    finished = LiveClip("c", width=WIDTH, height=HEIGHT, fps=FPS, ask_keyframe=lambda: None)
    assert [layer.rid for layer in video_layers(finished, None)] == ["full"]
    assert video_layers(finished, "vp8") == []
    with pytest.raises(Unprocessable):
        choose_layer(LayerRequest(rid="half"), finished, None, "0")
    assert choose_layer(LayerRequest(max_width=1), finished, None, "0") == "full"
    assert choose_layer(LayerRequest(), finished, None, "0") is None


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        (LayerRequest(), None),
        (LayerRequest(media_id="1"), None),
        (LayerRequest(rid="half"), "half"),
        (LayerRequest(encoding_id="full"), "full"),
        (LayerRequest(spatial_layer_id=0), "half"),
        (LayerRequest(spatial_layer_id=9), "full"),
        (LayerRequest(max_spatial_layer_id=0), "half"),
        (LayerRequest(max_width=WIDTH), "full"),
        (LayerRequest(max_width=WIDTH - 1), "half"),
        (LayerRequest(max_height=HEIGHT, max_width=1), "half"),
        (LayerRequest(rid="half", max_width=WIDTH), "half"),
    ],
)
def test_a_player_chooses(encoder: Encoder, wish: LayerRequest, name: RenditionName | None) -> None:
    assert choose_layer(wish, encoder.live, None, "1") == name


@pytest.mark.parametrize(
    ("wish", "only", "error"),
    [
        (LayerRequest(rid="huge"), None, BadInput),
        (LayerRequest(media_id="0"), None, BadInput),
        (LayerRequest(rid="vp8"), None, Unprocessable),
        (LayerRequest(rid="half"), "vp8", Unprocessable),
    ],
)
def test_what_is_not_there_cannot_be_chosen(
    encoder: Encoder, wish: LayerRequest, only: RenditionName | None, error: type[Exception]
) -> None:
    with pytest.raises(error):
        choose_layer(wish, encoder.live, only, "1")
