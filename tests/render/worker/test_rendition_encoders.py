"""Renditions beside the full one: begun when asked, on a keyframe, ended when nobody asks."""

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from phosphene.render.worker.rendition_encoders import LEASE_S, Renditions, halve_picture
from phosphene.units import RenditionName, Unit, half_size
from tests.render.painter import FPS, HEIGHT, WIDTH, paint
from tests.render.worker.test_h264_encoder import distance

pytestmark = pytest.mark.slow


def full(pts: int, gop: int = FPS) -> Unit:
    return Unit(pts, pts % gop == 0, pts, 0.0, True, b"full", (b"sound",))


def shoot(renditions: Renditions, first: int, stop: int) -> dict[str, list[Unit]]:
    """The units of each rendition of the pictures from ``first`` to before ``stop``."""
    made: dict[str, list[Unit]] = {}
    for pts in range(first, stop):
        for name, unit in renditions.encode_wanted(paint(1, pts), full(pts)):
            made.setdefault(name, []).append(unit)
    return made


def decode(codec: str, units: list[Unit]) -> list[NDArray[np.uint8]]:
    reader = av.CodecContext.create(codec, "r")
    assert isinstance(reader, av.VideoCodecContext)
    frames = [frame for unit in units for frame in reader.decode(av.Packet(unit.data))]
    frames += reader.decode(None)
    return [np.asarray(frame.to_ndarray(), np.uint8) for frame in frames]


def renditions() -> Renditions:
    return Renditions(WIDTH, HEIGHT, FPS, 500)


def test_nothing_is_encoded_that_nobody_asked_for() -> None:
    made = renditions()
    made.request_rendition("full")
    assert not made.any_wanted
    assert not shoot(made, 0, 30)


@pytest.mark.parametrize(("name", "codec"), [("half", "h264"), ("vp8", "vp8")])
def test_it_begins_with_a_keyframe_and_then_has_those_of_the_full_one(
    name: RenditionName, codec: str
) -> None:
    made = renditions()
    shoot(made, 0, 5)
    made.request_rendition(name)
    units = shoot(made, 5, 60)[name]
    assert [unit.pts for unit in units if unit.key] == [5, 24, 48]
    assert [unit.pts for unit in units] == list(range(5, 60))
    assert units[3] == Unit(8, False, 8, 0.0, True, units[3].data, (b"sound",))
    size = half_size(WIDTH, HEIGHT) if name == "half" else (WIDTH, HEIGHT)
    for begin in (0, 19, 43):
        shown = decode(codec, units[begin:])
        assert len(shown) == len(units) - begin
        assert shown[0].shape == (size[1] * 3 // 2, size[0])
        for unit, picture in zip(units[begin:], shown, strict=True):
            true = paint(1, unit.pts)
            true = halve_picture(true, WIDTH, HEIGHT) if name == "half" else true
            assert distance(true, picture) < 5


def test_it_ends_when_nobody_asks_any_more_and_begins_anew_with_a_keyframe() -> None:
    made, lease = renditions(), LEASE_S * FPS
    made.request_rendition("half")
    shoot(made, 1, 11)
    made.request_rendition("half")
    assert len(shoot(made, 11, 400)["half"]) == lease + 1
    assert not made.any_wanted
    made.request_rendition("half")
    assert shoot(made, 401, 403)["half"][0].key


def test_two_at_once() -> None:
    made = renditions()
    made.request_rendition("vp8")
    made.request_rendition("half")
    assert {name: len(units) for name, units in shoot(made, 0, 3).items()} == {"vp8": 3, "half": 3}


def test_half_of_any_size_is_even() -> None:
    assert half_size(576, 1024) == (288, 512)
    assert half_size(270, 482) == (134, 240)
    assert half_size(2, 2) == (2, 2)
    assert halve_picture(np.zeros((723, 270), np.uint8), 270, 482).shape == (360, 134)


def test_the_half_costs_fewer_bits() -> None:
    made = Renditions(320, 320, FPS, 400)
    made.request_rendition("half")
    chance = np.random.default_rng(0)
    size = 0
    for pts in range(120):
        picture = chance.integers(16, 235, (480, 320), np.uint8)
        size += sum(len(unit.data) for _, unit in made.encode_wanted(picture, full(pts)))
    assert size * 8 < 0.3 * 400_000 * (5 + 1.0) * 1.25
