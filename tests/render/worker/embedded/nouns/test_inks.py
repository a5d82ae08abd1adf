import random

from phosphene.render.worker.embedded.nouns.inks import COLOURS, own_colour


def test_a_concept_has_nearly_its_own_colour_or_any() -> None:
    dice = random.Random(1)
    drawn = [own_colour("#ff8000", dice) for _ in range(20)]
    assert len(set(drawn)) > 1
    assert all(abs(r - 255) < 10 and abs(g - 128) < 10 and b < 10 for r, g, b in drawn)
    assert own_colour("any", dice) in COLOURS.values()
