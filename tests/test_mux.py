import io
import tempfile

import av
import numpy as np
import pytest

from phosphene.mux import is_key, mp4
from phosphene.render.worker.h264_encoder import Encoder
from tests.render.painter import FPS, HEIGHT, WIDTH, paint
from tests.render.worker.test_h264_encoder import decode


def shoot(frames: int, seed: int = 1) -> list[bytes]:
    camera = Encoder(WIDTH, HEIGHT, FPS, 500)
    return [camera.encode_picture(paint(seed, at), at)[0] for at in range(frames)]


def boxes(data: bytes) -> list[str]:
    """The names of the top level boxes of an MP4, in order."""
    names, at = [], 0
    while at < len(data):
        names.append(data[at + 4 : at + 8].decode())
        at += int.from_bytes(data[at : at + 4], "big")
    assert at == len(data)
    return names


def test_no_temporary_folder_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/proc/nowhere")
    assert boxes(mp4(shoot(2), FPS))[0] == "ftyp"


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


def test_pictures_begin_when_it_is_said() -> None:
    starts = [0, 1, 5, 6, 20]
    with av.open(io.BytesIO(mp4(shoot(5), FPS, starts=starts)), "r") as file:
        times = [frame.time for frame in file.decode(video=0)]
        assert file.duration is not None
        assert file.duration / av.time_base == pytest.approx(21 / FPS, abs=0.001)
    assert times == pytest.approx([at / FPS for at in starts])
