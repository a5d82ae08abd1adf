"""The sentences that ship: as people say them, and drawn as they are meant."""

import pytest

from phosphene.model import Slot
from phosphene.render.reading import UNDRAWN
from phosphene.render.worker.embedded.renderer import EmbeddedRenderer
from phosphene.studio.house_recipes import load_recipes
from tests.render.worker.embedded.toy import SHIPPED


def test_there_are_sixty_and_a_dozen_opens_in_all_places_and_moods() -> None:
    recipes = load_recipes()
    assert len({recipe.en for recipe in recipes}) == len(recipes) == 60
    assert len({recipe.fr for recipe in recipes}) == 60
    assert [recipes[0].in_language(one) for one in ("en", "fr")] == [recipes[0].en, recipes[0].fr]
    assert [recipe.opening for recipe in recipes] == [True] * 12 + [False] * 48


SLOTS = {"subject", "other", "place", "weather", "time", "count"}


def shown(understood: tuple[Slot, ...]) -> dict[str, str]:
    return {slot.name: slot.value for slot in understood if slot.name in SLOTS and slot.value}


@pytest.mark.model
def test_each_is_read_whole_and_as_the_same_in_both_languages() -> None:
    model, lost = EmbeddedRenderer(SHIPPED), []
    for recipe in load_recipes():
        read = [model.understand(recipe.in_language(one)) for one in ("en", "fr")]
        whole = all(slot.name != UNDRAWN or not slot.words for one in read for slot in one)
        if not whole or shown(read[0]) != shown(read[1]) or not shown(read[0]):
            lost.append((recipe.en, shown(read[0]), shown(read[1])))
    assert lost == []
