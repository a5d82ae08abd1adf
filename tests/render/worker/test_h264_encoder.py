import re

import av
import numpy as np
import pytest
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from phosphene.render.worker.h264_encoder import Encoder, KeyframePolicy
from tests.render.painter import FPS, HEIGHT, WIDTH, paint


def nals(data: bytes) -> list[bytes]:
    """The NAL units of an access unit in Annex B form."""
    return [nal for nal in re.split(rb"\x00?\x00\x00\x01", data) if nal]


def kinds(data: bytes) -> list[int]:
    return [nal[0] & 31 for nal in nals(data)]


def encoder(kbit: int = 500) -> Encoder:
    return Encoder(WIDTH, HEIGHT, FPS, kbit)


def decode(units: list[bytes]) -> tuple[list[NDArray[np.uint8]], VideoCodecContext]:
    codec = av.CodecContext.create("h264", "r")
    assert isinstance(codec, VideoCodecContext)
    frames = [frame for data in units for frame in codec.decode(av.Packet(data))]
    frames += codec.decode(None)
    return [np.asarray(frame.to_ndarray(), np.uint8) for frame in frames], codec


def distance(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    return float(np.abs(a.astype(int) - b.astype(int)).mean())


def test_it_is_constrained_baseline_at_level_3_1() -> None:
    data, key = encoder().encode_picture(paint(1, 0), 0)
    sps = next(nal for nal in nals(data) if nal[0] & 31 == 7)
    assert key
    profile, constraints, level = sps[1:4]
    assert (profile, level) == (66, 31)
    assert constraints & 0b0100_0000, "constraint_set1: it is constrained"


def test_every_picture_is_one_unit_and_each_second_begins_with_all_a_decoder_needs() -> None:
    camera = encoder()
    units = [camera.encode_picture(paint(1, at), at) for at in range(60)]
    assert [at for at, (_, key) in enumerate(units) if key] == [0, 24, 48]
    for data, key in units:
        inner = [kind for kind in kinds(data) if kind not in {6, 9}]
        assert inner == ([7, 8, 5] if key else [1])


def test_pictures_come_out_as_they_went_in_and_in_the_right_colours() -> None:
    camera = encoder()
    pictures = [paint(3, at) for at in range(30)]
    shown, codec = decode(
        [camera.encode_picture(picture, at)[0] for at, picture in enumerate(pictures)]
    )
    assert len(shown) == len(pictures)
    for picture, back in zip(pictures, shown, strict=True):
        assert distance(picture, back) < 2
    assert (codec.colorspace, codec.color_primaries, codec.color_trc) == (1, 1, 1)
    assert codec.color_range == 1
    assert codec.reorder_depth == 0


def test_whoever_comes_late_can_begin_at_any_keyframe() -> None:
    camera = encoder()
    units = []
    for at in range(50):
        if at in {7, 33}:
            camera.keys.request_keyframe()
        units.append(camera.encode_picture(paint(2, at), at))
    keys = [at for at, (_, key) in enumerate(units) if key]
    assert keys == [0, 7, 31, 33]
    whole, _ = decode([data for data, _ in units])
    for begin in keys:
        rest, _ = decode([data for data, _ in units[begin:]])
        assert len(rest) == 50 - begin
        for ours, theirs in zip(rest, whole[begin:], strict=True):
            assert np.array_equal(ours, theirs)


def test_pictures_may_be_left_out() -> None:
    camera = encoder()
    units = [camera.encode_picture(paint(1, 0), at) for at in (0, 3, 4, 30, 31, 300)]
    assert [key for _, key in units] == [True, False, False, True, False, True]
    assert len(decode([data for data, _ in units])[0]) == 6


def test_a_keyframe_can_be_forced() -> None:
    camera = encoder()
    units = [camera.encode_picture(paint(1, at), at, key=at == 5) for at in range(30)]
    assert [at for at, (_, key) in enumerate(units) if key] == [0, 5, 29]


def test_demanded_keyframes_come_at_most_once_a_second() -> None:
    keys, made = KeyframePolicy(gop=24), []
    for pts in range(100):
        keys.request_keyframe()
        if keys.is_due(pts):
            keys.mark_keyframe(pts)
            made.append(pts)
    assert made == [0, 24, 48, 72, 96]


def test_a_demand_is_met_at_once_by_a_keyframe_that_comes_anyway() -> None:
    keys = KeyframePolicy(gop=24)
    keys.request_keyframe()
    assert keys.is_due(0)
    keys.mark_keyframe(0)
    assert not keys.is_due(1)


def test_a_demand_that_comes_too_soon_is_remembered() -> None:
    keys = KeyframePolicy(gop=24)
    keys.mark_keyframe(0)
    keys.request_keyframe()
    assert keys.is_due(5)
    keys.mark_keyframe(5)
    keys.request_keyframe()
    assert not keys.is_due(28)
    assert keys.is_due(29)


@pytest.mark.slow
def test_the_bitrate_stays_under_its_cap_whatever_the_picture() -> None:
    camera = Encoder(320, 320, FPS, 400)
    random = np.random.default_rng(0)
    pictures = random.integers(16, 235, (120, 480, 320), np.uint8)
    size = sum(len(camera.encode_picture(picture, at)[0]) for at, picture in enumerate(pictures))
    # Half a second of buffer may come on top of five seconds at the cap.
    assert size * 8 < 400_000 * (5 + 1.0) * 1.25


@pytest.mark.parametrize(
    "bad",
    [
        np.zeros((HEIGHT, WIDTH), np.uint8),
        np.zeros((HEIGHT * 3 // 2, WIDTH, 3), np.uint8),
        np.zeros((HEIGHT * 3 // 2, WIDTH), np.float32),
        np.zeros((0, 0), np.uint8),
    ],
)
def test_what_is_no_picture_of_this_size_is_refused(bad: NDArray[np.uint8]) -> None:
    camera = encoder()
    with pytest.raises(ValueError, match="a picture of"):
        camera.encode_picture(bad, 0)
    assert camera.encode_picture(paint(1, 0), 0)[1]


def test_a_picture_that_is_a_view_of_another_array_is_taken() -> None:
    wide = np.full((HEIGHT * 3 // 2, WIDTH * 2), 77, np.uint8)
    shown, _ = decode([encoder().encode_picture(wide[:, ::2], 0)[0]])
    assert distance(shown[0], wide[:, ::2]) < 2
