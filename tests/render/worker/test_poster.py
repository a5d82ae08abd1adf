import io

import numpy as np
from PIL import Image

from phosphene.render.worker.poster import best_thumb, to_jpeg


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


def test_the_best_poster_has_colour_and_contrast_and_of_equals_is_in_the_middle() -> None:
    grey = np.full((16, 9, 4), 128, np.uint8)
    bright = grey.copy()
    bright[:8, :, 2] = 255
    assert best_thumb([grey, grey, bright, grey, grey]) == 2
    assert best_thumb([grey] * 5) == 2
    assert best_thumb([grey]) == 0
