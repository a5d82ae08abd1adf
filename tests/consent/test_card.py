"""A card has the values that the embedded model draws a person from."""

from phosphene.consent.card import card_choices
from phosphene.render.worker.embedded.nouns.inks import COLOURS
from phosphene.render.worker.embedded.nouns.looks import VALUES


def test_every_choice_can_be_drawn() -> None:
    choices = card_choices()
    assert set(choices.pop("colour")) == set(choices.pop("accent")) == set(COLOURS)
    # A child lends nothing, and a posture is what somebody does.
    assert choices.pop("age") == VALUES["age"][1:]
    assert choices == {name: VALUES[name] for name in VALUES if name not in {"age", "posture"}}
