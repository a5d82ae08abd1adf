import io

import av
from PIL import Image

from phosphene.mux import is_key
from phosphene.render.worker.chunked_work import run_all_chunks
from phosphene.render.worker.half_file import HalfFile
from phosphene.render.worker.output_files import Muxer, OutputFiles
from phosphene.units import Unit
from tests.render.painter import FPS, HEIGHT, WIDTH, paint
from tests.test_mux import shoot


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
