import numpy as np

from phosphene.render.worker.embedded.nouns.plate import SHAPE
from phosphene.render.worker.embedded.signs import signed


def test_a_hospital_has_its_letter_where_there_is_paper_and_nothing_else_has() -> None:
    plate = np.full(SHAPE, 0.5, np.float32)
    plate[-1] = 1
    plate[:, :, 60:] = 0
    made = signed(plate, "hospital")
    red, _, blue = made[:3, 20, 31]
    assert blue > 2 * red
    assert made[3:-1, 20, 31].sum() == 0
    assert (made[:, :, 60:] == 0).all()
    assert (made[-1] == plate[-1]).all()
    assert signed(plate, "hotel") is plate
