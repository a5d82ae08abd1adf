import numpy as np
import pytest
from msgspec.structs import replace

from phosphene.render.worker.embedded.kite_string import HAND, kite_string, lay_strand
from phosphene.render.worker.embedded.nouns.cast import Cast
from phosphene.render.worker.embedded.score import RADIUS, FrameState, second_subject
from phosphene.render.worker.embedded.stand import ACROSS
from tests.render.worker.embedded.toy import actor

SHAPE = (256, 144)


def threaded(level: int, start: tuple[float, float], end: tuple[float, float]) -> np.ndarray:
    luma, chroma = np.full(SHAPE, level, np.uint16), np.full((2, 128, 72), 40, np.int16)
    lay_strand(luma, chroma, start, end, 64)
    return luma.astype(int) - level


def test_a_thread_is_seen_before_a_dark_and_a_bright_sky() -> None:
    for level, sign in ((20, 1), (215, -1)):
        change = threaded(level, (20, 30), (100, 200))
        assert (sign * change).max() > 25
        rows, columns = np.nonzero(change)
        assert rows.min() > 20
        assert rows.max() < 230
        assert columns.min() > 10
        assert columns.max() < 115
        assert (change != 0).mean() < 0.05


def test_what_is_out_of_sight_is_not_drawn() -> None:
    assert not threaded(100, (-60, -90), (-20, -40)).any()
    assert threaded(100, (70, 200), (70, 400)).any()


def test_the_string_goes_from_the_kite_to_the_hand_that_holds_it_or_below_the_picture() -> None:
    zeros = dict.fromkeys(FrameState.__struct_fields__, 0.0)
    flown = FrameState(**zeros | {"facing": -1.0, "x": 0.1, "other_x": -0.2, "other_y": -0.7})
    second, kite, boy = second_subject(flown), actor("kite"), replace(actor("boy"), gait="walk")
    string = kite_string(Cast(boy, kite, "holding"), flown, second)
    assert string is not None
    (top_x, top_y), (x, y) = string
    assert abs(top_x - second.x) < 0.1
    assert top_y < y - 0.2
    assert x == pytest.approx(flown.x + flown.facing * HAND[0] * RADIUS / ACROSS)
    alone = kite_string(Cast(kite), flown, second)
    assert alone is not None
    assert alone[1][1] > 1
    assert kite_string(Cast(boy), flown, second) is None
