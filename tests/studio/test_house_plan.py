"""What the house draws, by what it drew."""

import pytest

from phosphene.model import Status
from phosphene.store.house_store import HouseClip
from phosphene.studio.house_plan import (
    HOUR_S,
    MOST_KEPT,
    clip_on_its_way,
    next_awaited,
    next_opening,
    next_wanted,
    spare_clips,
)
from phosphene.studio.house_recipes import HouseRecipe
from tests.store.making import NOON

FOX = HouseRecipe("a fox", "un renard", 1, opening=True)
OWL = HouseRecipe("an owl", "un hibou", 2, opening=True)
SEA = HouseRecipe("the sea", "la mer", 3)
RECIPES = (FOX, OWL, SEA)


def drawn(
    of: HouseRecipe, age_s: float = 0.0, status: Status = "done", *, noticed: bool = False
) -> HouseClip:
    at = NOON - age_s
    return HouseClip(id=f"{of.en} {at}", text=of.en, status=status, created_at=at, noticed=noticed)


def test_the_opening_is_drawn_in_its_order_and_each_is_tried_once() -> None:
    assert next_opening(RECIPES, []) == FOX
    assert next_opening(RECIPES, [drawn(FOX, status="failed")]) == OWL
    assert next_opening(RECIPES, [drawn(OWL), drawn(FOX)]) is None


def test_who_waits_is_drawn_what_was_not_drawn_for_longest() -> None:
    clips = [drawn(OWL, 5), drawn(FOX, 9), drawn(SEA, 7)]
    assert next_awaited(RECIPES, clips[:2], NOON, 9) == (SEA, 3)
    again = next_awaited(RECIPES, clips, NOON, 9)
    assert again is not None
    recipe, seed = again
    assert recipe == FOX
    assert seed != FOX.seed  # another clip of the same sentence


@pytest.mark.parametrize(("age_s", "begun"), [(HOUR_S - 1, False), (HOUR_S, True)])
def test_an_hour_has_its_number(age_s: float, begun: bool) -> None:
    clips = [drawn(FOX, age_s), drawn(OWL, 1, status="cancelled")]
    assert (next_awaited(RECIPES, clips, NOON, 2) is not None) is begun


def test_none_an_hour_is_none() -> None:
    assert next_awaited(RECIPES, [], NOON, 0) is None


def test_what_nobody_noticed_goes_the_oldest_first_and_not_within_the_hour() -> None:
    old = [drawn(FOX, HOUR_S + 10 + number) for number in range(MOST_KEPT)]
    liked = [drawn(OWL, HOUR_S + 900 + number, noticed=True) for number in range(9)]
    new = [drawn(SEA, 1), drawn(SEA, 2, status="live")]
    assert spare_clips([*liked, *new, *old], NOON) == [old[-1].id]
    assert spare_clips([drawn(SEA, number) for number in range(2 * MOST_KEPT)], NOON) == []


def test_the_newest_that_is_begun_is_on_its_way() -> None:
    clips = [drawn(FOX, 3, "live"), drawn(OWL, 2, "queued"), drawn(SEA, 1)]
    assert clip_on_its_way(clips) == clips[1].id
    assert clip_on_its_way([drawn(SEA)]) is None


def test_what_most_people_want_is_drawn_and_for_fewer_than_three_nothing() -> None:
    assert next_wanted(RECIPES, [], NOON, 9, [2, 2, 1]) is None
    assert next_wanted(RECIPES, [], NOON, 9, []) is None
    most = next_wanted(RECIPES, [], NOON, 9, [3, 5, 4])
    assert most is not None
    assert most[0] == RECIPES[1]
    assert next_wanted(RECIPES, [drawn(OWL, 1)], NOON, 1, [3, 5, 4]) is None
    # Of what as many want, what was drawn longest ago.
    again = next_wanted(RECIPES, [drawn(RECIPES[1], HOUR_S)], NOON, 9, [3, 5, 5])
    assert again is not None
    assert again[0] == RECIPES[2]
