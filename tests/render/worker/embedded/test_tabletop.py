import numpy as np
from msgspec.structs import replace

from phosphene.render.worker.embedded.bedding import dressed_for_sleep
from phosphene.render.worker.embedded.nouns.cast import Cast
from phosphene.render.worker.embedded.nouns.person_shape import CARD
from phosphene.render.worker.embedded.tabletop import is_on_table, with_table
from tests.render.worker.embedded.conftest import SLOTS
from tests.render.worker.embedded.toy import actor

CUP = replace(actor("cup"), gait="rock", size=-0.45)
ROOM = SLOTS | {"other": "nothing"}


def test_what_is_small_and_alone_in_a_room_is_on_a_table() -> None:
    assert is_on_table(ROOM, Cast(CUP, place="room"))
    assert not is_on_table(ROOM, Cast(CUP, place="garden"))
    assert not is_on_table(ROOM, Cast(replace(CUP, size=0.2), place="room"))
    assert not is_on_table(ROOM, Cast(replace(CUP, gait="step"), place="room"))
    assert not is_on_table(ROOM, Cast(CUP, CUP, "beside", place="room"))


def test_the_table_is_before_the_room_and_nothing_before_the_table() -> None:
    plates = {
        name: np.full((4, 96, 96), 0.5, np.float32) for name in ("sky", "far", "middle", "near")
    }
    made = with_table(plates)
    assert made["middle"][3, -20:].min() > 0.99
    assert np.allclose(made["middle"][:, :40], 0.5, atol=1e-3)
    assert not made["near"].any()


def test_an_animal_asleep_has_a_blanket_and_a_person_with_a_card_closes_the_eyes() -> None:
    drawn = np.zeros((9, 96, 96), np.float32)
    drawn[3, 20:86, 20:76] = drawn[8, 20:86, 20:76] = 1.0
    awake = replace(CUP, gait="step")
    assert dressed_for_sleep(drawn, awake) is drawn
    tucked = dressed_for_sleep(drawn, replace(CUP, gait="sleep"))
    assert tucked[6, 70, 48] > 0.5  # in the accent's ink
    assert tucked[3, 70, 48] < 0.1
    adult = tuple(1 if field == "age" else 0 for field in CARD)
    closed = dressed_for_sleep(drawn, replace(CUP, gait="rest", card=adult))
    assert closed[4].max() > 0.9  # lids of skin
    assert abs(closed[8] - drawn[8]).max() < 1e-5
