import numpy as np
import pytest

from phosphene.watermark.embedding import BLACK, WHITE, PictureMarker, texture_gain
from tests.watermark.scenery import HEIGHT, WIDTH, scene

KEY, WORD = b"a key of sixteen", 0x9E3779B97F4A7C15


def marker(strength: float = 0.6, *, textured: bool = False) -> PictureMarker:
    return PictureMarker(KEY, WORD, strength, (WIDTH, HEIGHT), textured=textured)


def test_a_mark_is_as_strong_as_it_is_said_to_be_and_in_the_luma_alone() -> None:
    plain = scene()
    marked = marker(0.8).marked(plain)
    change = marked.astype(int) - plain
    assert np.sqrt((change[:HEIGHT] ** 2).mean()) == pytest.approx(0.85, abs=0.05)
    assert not change[HEIGHT:].any()


def test_the_picture_that_a_renderer_gave_stays_as_it_was() -> None:
    plain = scene()
    before = plain.copy()
    marker().marked(plain)
    assert (plain == before).all()


@pytest.mark.parametrize("level", [0, BLACK, WHITE, 255])
@pytest.mark.parametrize("textured", [False, True])
def test_no_mark_leaves_the_limited_range(level: int, textured: bool) -> None:
    flat = np.full((HEIGHT * 3 // 2, WIDTH), level, np.uint8)
    luma = marker(3.0, textured=textured).marked(flat)[:HEIGHT]
    assert luma.min() >= BLACK
    assert luma.max() <= WHITE


def test_texture_hides_more_of_a_mark_than_a_flat_sky() -> None:
    plain = scene()
    marked = marker(1.0, textured=True).marked(plain)
    change = (marked.astype(int) - plain)[:HEIGHT]
    sky, hills = (np.sqrt((part**2).mean()) for part in (change[:400], change[700:]))
    assert hills > 1.5 * sky
    assert texture_gain(np.full((50, 35), 80, np.uint8)).shape == (50, 35)
