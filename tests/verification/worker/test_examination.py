"""One file is looked at, whatever is in it."""

import io
from fractions import Fraction

import av
import numpy as np
import pytest

from phosphene.verification.messages import (
    CompareHashes,
    Examined,
    ExamineFile,
    HashesCompared,
    NoPicture,
    VerificationAnswer,
)
from phosphene.verification.verifier import NEAR
from phosphene.verification.worker.examination import READING_S, examine_file, kind_of, serve
from phosphene.watermark.embedding import PictureMarker
from phosphene.watermark.luma import grid_luma
from phosphene.watermark.perceptual_hash import FAR_APART, hash_distances, hash_picture, mirrored
from tests.watermark.scenery import HEIGHT, WIDTH, scene

KEY, WORD = b"a key of sixteen", 0x9E3779B97F4A7C15


def film(name: str = "mp4", count: int = 4) -> bytes:
    marker = PictureMarker(KEY, WORD, 0.8, (WIDTH, HEIGHT), textured=False)
    file = io.BytesIO()
    with av.open(file, "w", format=name) as target:
        stream = target.add_stream("libx264" if name == "mp4" else "mjpeg", rate=Fraction(24))
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = WIDTH, HEIGHT
        stream.pix_fmt = "yuv420p" if name == "mp4" else "yuvj420p"
        for at in range(count):
            frame = av.VideoFrame.from_ndarray(marker.marked(scene(at)), format="yuv420p")
            target.mux(stream.encode(frame.reformat(format=stream.pix_fmt)))
        target.mux(stream.encode(None))
    return file.getvalue()


def answers(data: bytes, *kept: bytes) -> list[VerificationAnswer]:
    told = list[VerificationAnswer]()
    serve((ExamineFile(data=data, anchors="", key=KEY), CompareHashes(kept)), told.append)
    return told


@pytest.mark.slow
def test_a_film_says_its_word_and_looks_like_itself() -> None:
    picture = av.VideoFrame.from_ndarray(scene(0), format="yuv420p")
    same = hash_picture(grid_luma(picture)).tobytes()
    found, compared = answers(film(), same, bytes(32))
    assert isinstance(found, Examined)
    assert WORD in found.words
    assert (found.manifest.state, found.pictures) == ("missing", 4)
    assert isinstance(compared, HashesCompared)
    assert compared.distances[0] <= NEAR < compared.distances[1]


@pytest.mark.slow
def test_of_what_takes_long_fewer_pictures_are_looked_at() -> None:
    ticks = iter((0.0, 1.0, READING_S, READING_S + 0.1))
    found, _ = examine_file(ExamineFile(data=film(), anchors="", key=KEY), lambda: next(ticks))
    assert isinstance(found, Examined)
    assert found.pictures == 2
    assert WORD in found.words


def test_a_single_picture_is_enough() -> None:
    found, _ = answers(film("image2pipe", 1))
    assert isinstance(found, Examined)
    assert found.pictures == 1
    assert WORD in found.words


@pytest.mark.parametrize(
    "data",
    [
        b"nothing of the kind",
        bytes(5000),
        b"\0\0\0\x20ftypisom" + bytes(900),
        b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile '/etc/hostname'\n",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
    ],
)
def test_what_is_no_picture_is_said_to_be_none_and_nothing_else_is_opened(data: bytes) -> None:
    found, compared = answers(data, bytes(32))
    assert isinstance(found, NoPicture)
    assert compared == HashesCompared((FAR_APART,))


def test_a_hash_stays_when_a_picture_is_made_smaller_or_mirrored() -> None:
    plain = av.VideoFrame.from_ndarray(scene(3), format="yuv420p")
    small = plain.reformat(width=200, height=356)
    ours, theirs = (hash_picture(grid_luma(one)) for one in (plain, small))
    assert hash_distances(ours[None], [theirs.tobytes()])[0] <= NEAR
    turned = hash_picture(np.ascontiguousarray(grid_luma(plain)[:, ::-1]))
    assert hash_distances(mirrored(ours)[None], [turned.tobytes()])[0] <= NEAR
    chance = np.random.default_rng(1).integers(0, 255, (90, 70), dtype=np.uint8)
    assert hash_distances(ours[None], [hash_picture(chance).tobytes()])[0] > NEAR


def test_the_nearest_of_each_clip_counts() -> None:
    ours = np.zeros((2, 32), np.uint8)
    ours[1] = 255
    near, far = bytes([1]) + bytes(31), bytes([15] * 32)
    kept = [far, b"", far + near, b"\xff" * 32, near[:-1]]
    assert hash_distances(ours, kept) == [128, FAR_APART, 1, 0, FAR_APART]
    assert hash_distances(ours[:0], kept) == [FAR_APART] * 5
    assert hash_distances(ours, []) == []


def test_files_are_told_apart_by_their_first_bytes() -> None:
    assert kind_of(b"\xff\xd8\xff\xe0") == "image/jpeg"
    assert kind_of(b"RIFF1234WEBPVP8 ") == "image/webp"
    assert kind_of(b"\x89PNG\r\n\x1a\n") == "image/png"
    assert kind_of(b"\0\0\0 ftypisom") == "video/mp4"
