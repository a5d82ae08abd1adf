"""Everything that a clip's pictures become has the clip's mark."""

import io
from functools import partial

import av
import numpy as np
import pytest

from phosphene.render.worker.canvas import Canvas
from phosphene.render.worker.chunked_work import run_all_chunks
from phosphene.render.worker.clip_encoder import ClipEncoder
from phosphene.render.worker.playhead import Head
from phosphene.render.worker.renderer import Patch, Picture
from phosphene.watermark.embedding import PictureMarker
from phosphene.watermark.luma import grid_luma
from phosphene.watermark.reading import Reader, mean_residual
from phosphene.watermark.residual import residual_of
from tests.render.painter import Painter
from tests.watermark.scenery import HEIGHT, WIDTH, scene

pytestmark = pytest.mark.slow

KEY, WORD = b"a key of sixteen", 0x1234567890ABCDEF
FRAMES = 6
PAINTER = Painter(width=WIDTH, height=HEIGHT, fps=FRAMES)


def draw(frame: int, sigma: float = 0.0) -> Picture:
    noise = np.random.default_rng(frame).normal(0, 40 * sigma, (HEIGHT * 3 // 2, WIDTH))
    return np.clip(scene(frame) + noise, 16, 235).astype(np.uint8)


def patch(number: int, sigma: float) -> Patch:
    draws = partial(draw, sigma=sigma)
    return Patch(number, 0, FRAMES, sigma, draws, sigma == 0, number, 2, 1, 1)


def says(frames: list[av.VideoFrame]) -> bool:
    found = Reader(KEY).read(mean_residual([residual_of(grid_luma(one)) for one in frames]))
    return found is not None and WORD in found.words


def decoded(name: str, units: list[bytes]) -> list[av.VideoFrame]:
    codec = av.CodecContext.create(name, "r")
    assert isinstance(codec, av.VideoCodecContext)
    frames = [frame for one in units for frame in codec.decode(av.Packet(one))]
    return [*frames, *codec.decode(None)]


def of_file(data: bytes) -> list[av.VideoFrame]:
    with av.open(io.BytesIO(data), "r") as file:
        return list(file.decode(video=0))


@pytest.fixture(scope="module")
def clip() -> tuple[dict[str, list[bytes]], dict[str, bytes]]:
    """The units of each rendition, formed and final, and the files."""
    marker = PictureMarker(KEY, WORD, 0.6, (WIDTH, HEIGHT), textured=False)
    encoder = ClipEncoder(PAINTER, 2500, 1, marked=marker.marked)
    canvas = Canvas(FRAMES, 0.0)
    units: dict[str, list[bytes]] = {"full": [], "half": [], "vp8": []}
    forming, final = patch(1, 0.3), patch(2, 0.0)
    canvas.put_patch(forming, 0.0)
    encoder.renditions.request_rendition("half")
    encoder.renditions.request_rendition("vp8")
    shown = [(forming, Head(0)), *((final, Head(at, running=True)) for at in range(FRAMES))]
    canvas.put_patch(final, 1.0)
    for tick, (one, head) in enumerate(shown):
        units["full"].append(encoder.encode_frame(one, head, tick).data)
        for name, unit in encoder.encode_renditions():
            units[name].append(unit.data)
    still = encoder.still_jpeg()
    assert still is not None
    canvas.close()
    files = run_all_chunks(encoder.finish_files(canvas))
    kept = {"video": files.video, "half": files.half, "poster": files.poster, "still": still}
    return units, kept


@pytest.mark.parametrize(("name", "codec"), [("full", "h264"), ("half", "h264"), ("vp8", "vp8")])
def test_every_rendition_has_it(
    clip: tuple[dict[str, list[bytes]], dict[str, bytes]], name: str, codec: str
) -> None:
    assert says(decoded(codec, clip[0][name])[1:])


def test_what_forms_has_it(clip: tuple[dict[str, list[bytes]], dict[str, bytes]]) -> None:
    assert says(decoded("h264", clip[0]["full"])[:1])


@pytest.mark.parametrize("name", ["video", "half", "poster", "still"])
def test_every_file_has_it(
    clip: tuple[dict[str, list[bytes]], dict[str, bytes]], name: str
) -> None:
    assert says(of_file(clip[1][name]))


def test_without_a_mark_a_picture_is_encoded_as_it_was_drawn() -> None:
    encoder = ClipEncoder(PAINTER, 2500, 1)
    unit = encoder.encode_frame(patch(2, 0.0), Head(0, running=True), 0)
    assert not says(decoded("h264", [unit.data]))
