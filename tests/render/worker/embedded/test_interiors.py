import numpy as np
import pytest

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.compositor import HEIGHT, UNIT, Compositor
from phosphene.render.worker.embedded.interiors import interior
from phosphene.render.worker.embedded.nouns.cast import Cast
from tests.render.worker.embedded.conftest import SLOTS
from tests.render.worker.embedded.test_compositor import STILL


@pytest.mark.parametrize("place", ["room", "kitchen", "shop"])
def test_something_hangs_above_the_heads_of_those_who_are_in_a_room(
    plates: dict[str, Array], place: str
) -> None:
    bare, hung = (
        Compositor(plates, 0, cast=Cast(place=where), slots=SLOTS | {"weather": "clear"})
        .draw_frame(STILL)[:HEIGHT]
        .astype(int)
        for where in ("stage", place)
    )
    rows = np.nonzero(np.abs(hung - bare).max(1) > 20)[0]
    assert rows.min() < UNIT
    assert rows.max() < 0.45 * HEIGHT


def test_it_is_darker_at_night_and_comes_with_the_rest(plates: dict[str, Array]) -> None:
    day, night = (
        interior("room", np.full((4, 96, 96), light, np.float32), 0.0, UNIT) for light in (0.9, 0.1)
    )
    assert day is not None
    assert night is not None
    assert day.luma.mean() > 1.5 * night.luma.mean()
    assert np.array_equal(day.keep, night.keep)
    assert interior("room", plates["sky"], 1.0, UNIT) is None
    assert interior("hills", plates["sky"], 0.0, UNIT) is None
