"""What the visible mark looks like: every address can be written, and it fits every film."""

import pytest

from phosphene.visible_mark.worker.alphabet import STROKES, strokes_of
from phosphene.visible_mark.worker.badge import HEIGHT, MARGIN, draw_badge

pytestmark = pytest.mark.slow

HOSTS = "abcdefghijklmnopqrstuvwxyz0123456789.-_:[]"


def test_all_that_an_address_is_written_with_has_strokes_of_its_own() -> None:
    drawn = {letter: tuple(strokes_of(letter)[0]) for letter in HOSTS}
    assert all(drawn.values())
    assert len(set(drawn.values())) == len(HOSTS)
    for letter in STROKES:
        _, width = strokes_of(letter)
        assert 0 <= width <= 5
        assert all(-2 <= y <= 6.6 for one in strokes_of(letter)[0] for _, y in one)
    assert strokes_of("a b")[1] > strokes_of("ab")[1]
    assert strokes_of("狐") == ([], 0.0)


@pytest.mark.parametrize("site", ["", "clips.example", "a" * 63 + ".example", "xn--fsq.example"])
@pytest.mark.parametrize("side", [64, 576, 1080])
def test_it_fits_films_of_any_size(site: str, side: int) -> None:
    badge = draw_badge(site, side)
    assert len(badge.pixels) == 4 * badge.width * badge.height
    assert badge.width + badge.margin <= side
    assert badge.width % 2 == badge.height % 2 == 0
    assert badge.height <= HEIGHT * side / 576 + 2


def test_it_is_white_on_a_dark_ground_with_nothing_at_its_corners() -> None:
    badge = draw_badge("clips.example", 576)
    assert badge.margin == MARGIN
    pixels = [badge.pixels[at : at + 4] for at in range(0, len(badge.pixels), 4)]
    assert pixels[0][3] == 0
    white, ground = pixels.count(b"\xff\xff\xff\xff"), pixels.count(b"\0\0\0\x80")
    assert white > 150
    assert ground > 10 * white
