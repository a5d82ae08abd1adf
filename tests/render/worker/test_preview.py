import io
from fractions import Fraction

import numpy as np
from PIL import Image

from phosphene.render.worker.chunked_work import run_all_chunks
from phosphene.render.worker.preview import to_thumb, to_webp
from tests.render.painter import paint
from tests.render.worker.test_h264_encoder import distance


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
