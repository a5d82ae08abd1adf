import io
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

from server.model import Unit
from server.render.encode import Encoder
from server.render.finish import Leftovers, Reel, is_key, jpeg, mp4, prettiest, thumb, webp
from tests.render.painter import FPS, HEIGHT, WIDTH, paint
from tests.render.test_encode import decode, distance


def shoot(frames: int, seed: int = 1) -> list[bytes]:
    camera = Encoder(WIDTH, HEIGHT, FPS, 500)
    return [camera.encode(paint(seed, at), at)[0] for at in range(frames)]


def boxes(data: bytes) -> list[str]:
    """The names of the top level boxes of an MP4, in order."""
    names, at = [], 0
    while at < len(data):
        names.append(data[at + 4 : at + 8].decode())
        at += int.from_bytes(data[at : at + 4], "big")
    assert at == len(data)
    return names


@pytest.mark.parametrize("seconds", [1, 3])
def test_the_file_holds_every_frame_for_its_time(seconds: int) -> None:
    units = shoot(seconds * FPS)
    with av.open(io.BytesIO(mp4(units, FPS)), "r") as file:
        stream = file.streams.video[0]
        assert (stream.width, stream.height) == (WIDTH, HEIGHT)
        assert stream.frames == seconds * FPS
        assert stream.average_rate == FPS
        assert stream.duration is not None
        assert stream.time_base is not None
        assert stream.duration * stream.time_base == seconds
        times = [frame.time for frame in file.decode(stream)]
    assert times == pytest.approx([at / FPS for at in range(seconds * FPS)])


def test_the_units_are_in_the_file_unchanged() -> None:
    units = shoot(30)
    with av.open(io.BytesIO(mp4(units, FPS)), "r") as file:
        stream = file.streams.video[0]
        packets = [packet for packet in file.demux(stream) if packet.size]
        keys = [at for at, packet in enumerate(packets) if packet.is_keyframe]
        pictures = [
            np.asarray(frame.to_ndarray(), np.uint8)
            for packet in packets
            for frame in packet.decode()
        ]
    assert keys == [0, 24]
    assert all(packet.pts == packet.dts for packet in packets)
    whole, _ = decode(units)
    assert len(pictures) == 30
    assert all(np.array_equal(a, b) for a, b in zip(pictures, whole, strict=True))


def test_a_player_can_begin_before_it_has_the_whole_file() -> None:
    names = boxes(mp4(shoot(5), FPS))
    assert names.index("moov") < names.index("mdat")
    assert names[0] == "ftyp"


def test_a_clip_without_a_unit_is_no_file() -> None:
    with pytest.raises(ValueError, match="without a unit"):
        mp4([], FPS)


def test_keyframes_are_known_by_their_nal_units() -> None:
    units = shoot(26)
    assert [at for at, data in enumerate(units) if is_key(data)] == [0, 24]
    assert not is_key(b"")
    assert not is_key(b"\0\0\1")


def test_the_poster_has_the_colours_of_the_picture() -> None:
    picture = np.concatenate(
        (np.full((64, 64), 63, np.uint8), np.full((16, 64), 102), np.full((16, 64), 240))
    ).astype(np.uint8)  # pure red in BT.709, limited range
    image = Image.open(io.BytesIO(jpeg(picture)))
    assert image.format == "JPEG"
    assert image.size == (64, 64)
    red, green, blue = np.asarray(image.convert("RGB")).reshape(-1, 3).mean(0)
    assert red > 245
    assert green < 10
    assert blue < 10


def test_the_preview_moves_for_ever() -> None:
    thumbs = [thumb(paint(1, at)) for at in range(0, 48, 3)]
    file = webp(thumbs, Fraction(8))
    with Image.open(io.BytesIO(file)) as image:
        assert image.format == "WEBP"
        assert image.n_frames == 16  # type: ignore[attr-defined]
        assert image.info["loop"] == 0
        first = np.asarray(image.convert("RGB"))
        image.seek(8)
        later = np.asarray(image.convert("RGB"))
        assert image.info["duration"] == 125
    assert first.shape == (*thumbs[0].shape[:2], 3)
    assert distance(first, later) > 1
    assert distance(first, thumbs[0][..., 2::-1]) < 8


def test_the_best_poster_has_colour_and_contrast_and_of_equals_is_in_the_middle() -> None:
    grey = np.full((16, 9, 4), 128, np.uint8)
    bright = grey.copy()
    bright[:8, :, 2] = 255
    assert prettiest([grey, grey, bright, grey, grey]) == 2
    assert prettiest([grey] * 5) == 2
    assert prettiest([grey]) == 0


def test_a_reel_leaves_all_three_files() -> None:
    reel = Reel(FPS)
    for at, data in enumerate(shoot(24)):
        reel.add(Unit(at + 100, is_key(data), at, 0.0, True, data), paint(1, at))
    assert reel.poster_frame % 3 == 0
    files = reel.finish(paint(1, reel.poster_frame))
    assert isinstance(files, Leftovers)
    with av.open(io.BytesIO(files.video), "r") as video:
        assert video.streams.video[0].frames == 24
    assert Image.open(io.BytesIO(files.poster)).size == (WIDTH, HEIGHT)
    assert Image.open(io.BytesIO(files.preview)).size == (256 * WIDTH // HEIGHT, 256)
