import numpy as np

from phosphene.render.worker.embedded.nouns.measures import Measures
from phosphene.render.worker.embedded.postures import blown, dancing, lying
from phosphene.render.worker.embedded.score import GROUND
from phosphene.render.worker.embedded.stand import DOWN, Stand

WHO = Measures(0.0, (0.0, -1.1), (0.0, -0.5), 1.2)
AT = Stand(0.0, 0.3, -0.1, 0.0, 0.0, 1.0)
MOMENTS = np.arange(0, 3, 1 / 24)


def test_who_dances_turns_round_sways_and_leaves_the_ground_by_little() -> None:
    shown = [dancing(AT, WHO, float(t)) for t in MOMENTS]
    assert {round(one.facing) for one in shown} >= {-1, 1}
    assert max(one.tilt for one in shown) > 0.1 > -0.1 > min(one.tilt for one in shown)
    feet = [one.y + 1.2 * one.radius / DOWN for one in shown]
    assert GROUND - 0.06 < min(feet) < max(feet) <= GROUND + 1e-9


def test_who_lies_is_on_the_ground_on_the_back_and_breathes() -> None:
    shown = [lying(AT, float(t)) for t in MOMENTS]
    assert all(one.tilt < -1.5 and one.y < GROUND for one in shown)
    assert np.ptp([one.pose for one in shown]) > 1


def test_a_bubble_leaves_the_mouth_and_rises_and_grows() -> None:
    early, late = (blown(AT, AT.size, t, -0.4) for t in (0.1, 1.6))
    assert early.x < late.x
    assert early.y > late.y
    assert early.size < late.size
