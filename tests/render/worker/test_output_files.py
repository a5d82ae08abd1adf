import io
from fractions import Fraction

import av
import numpy as np
from PIL import Image

from phosphene.model import Unit
from phosphene.mux import is_key
from phosphene.render.worker.chunked_work import run_all_chunks
from phosphene.render.worker.half_file import HalfFile
from phosphene.render.worker.output_files import (
    Muxer,
    OutputFiles,
    best_thumb,
    to_jpeg,
    to_thumb,
    to_webp,
)
from tests.render.painter import FPS, HEIGHT, WIDTH, paint
from tests.render.worker.test_encode import distance
from tests.test_mux import shoot


def test_the_poster_has_the_colours_of_the_picture() -> None:
    picture = np.concatenate(
        (np.full((64, 64), 63, np.uint8), np.full((16, 64), 102), np.full((16, 64), 240))
    ).astype(np.uint8)  # pure red in BT.709, limited range
    image = Image.open(io.BytesIO(to_jpeg(picture)))
    assert image.format == "JPEG"
    assert image.size == (64, 64)
    red, green, blue = np.asarray(image.convert("RGB")).reshape(-1, 3).mean(0)
    assert red > 245
    assert green < 10
    assert blue < 10


def test_the_preview_moves_for_ever() -> None:
    thumbs = [to_thumb(paint(1, at)) for at in range(0, 48, 3)]
    file = run_all_chunks(to_webp(thumbs, Fraction(8)))
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
    assert best_thumb([grey, grey, bright, grey, grey]) == 2
    assert best_thumb([grey] * 5) == 2
    assert best_thumb([grey]) == 0


def test_a_reel_leaves_all_files() -> None:
    muxer, half = Muxer(FPS), HalfFile(WIDTH, HEIGHT, FPS, 500)
    for at, data in enumerate(shoot(24)):
        unit = Unit(at + 100, is_key(data), at, 0.0, True, data)
        muxer.add_unit(unit, paint(1, at))
        half.add_unit(unit)
    assert muxer.poster_frame % 3 == 0
    files = run_all_chunks(muxer.make_files(paint(1, muxer.poster_frame), half))
    assert isinstance(files, OutputFiles)
    with av.open(io.BytesIO(files.video), "r") as video:
        assert video.streams.video[0].frames == 24
    with av.open(io.BytesIO(files.half), "r") as small:
        assert small.streams.video[0].frames == 24
    assert Image.open(io.BytesIO(files.poster)).size == (WIDTH, HEIGHT)
    assert Image.open(io.BytesIO(files.preview)).size == (256 * WIDTH // HEIGHT, 256)
