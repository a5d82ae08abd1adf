import io

import av
import pytest

from phosphene.mux import mp4
from phosphene.people.film_still import read_still
from tests.stream.viewer import FPS, HEIGHT, WIDTH, encode


def test_a_still_is_a_picture_of_the_film() -> None:
    still = read_still(mp4([unit.data for unit in encode(2 * FPS)], FPS))
    assert still
    with av.open(io.BytesIO(still), "r") as picture:
        stream = picture.streams.video[0]
        assert (stream.codec_context.name, stream.width, stream.height) == ("mjpeg", WIDTH, HEIGHT)
        # Of the middle, where the film's grey is 136 of 16 to 235.
        grey = next(picture.decode(video=0)).to_ndarray(format="gray").mean()
        assert grey == pytest.approx((136 - 16) * 255 / 219, abs=2)


def test_of_what_is_no_film_there_is_none() -> None:
    assert read_still(b"no film") is None
