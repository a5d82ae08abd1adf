import numpy as np

from phosphene.render.worker.embedded.nouns.plate import CHANNELS, INKS
from training.nouns.ink import Inks, plate
from training.paper import Sheets, oval


def test_a_plate_says_where_each_ink_is_and_inks_colour_it_as_if_drawn_with_them() -> None:
    def draw(on: Sheets, inks: Inks) -> None:
        on.lay(oval(-0.5, 0, 0.4, 0.4), inks.paper(("skin", -0.2)))
        on.lay(oval(0.5, 0, 0.4, 0.4), inks.paper(("accent", 0.5)))

    found = plate(draw).astype(float)
    assert found.shape == (CHANNELS, 96, 96)
    left, right = found[:, 48, 32], found[:, 48, 64]
    assert left[3 + INKS.index("skin")] > 100 > right[3 + INKS.index("skin")]
    assert right[3 + INKS.index("accent")] > 60 > left[3 + INKS.index("accent")]
    chosen = Inks((9, 9, 9), (220, 140, 90), (9, 9, 9), (40, 200, 60), (255, 240, 200))
    whole = plate(lambda on, _: draw(Sheets(on.canvas, chosen.glow), chosen))[:3].astype(float)
    colours = np.array([getattr(chosen, name) for name in INKS]) / 255
    again = found[:3] + np.einsum("khw,kc->chw", found[3:-1], colours)
    assert np.abs(whole - again).max() <= 4
