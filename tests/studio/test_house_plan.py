"""What the house draws, by what it drew."""

import pytest
from msgspec.structs import replace

from phosphene.model import Status
from phosphene.store.house_store import HouseClip
from phosphene.studio.house_plan import (
    HOUR_S,
    MOST_KEPT,
    clip_on_its_way,
    has_begun_enough,
    most_wanted,
    next_language,
    next_opening,
    spare_clips,
    unsaid,
)
from phosphene.studio.house_recipes import HouseRecipe
from phosphene.studio.house_sentences import HouseProposal
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


def test_what_is_there_is_not_proposed_again() -> None:
    proposals = [HouseProposal("a fox", 1, "un renard"), HouseProposal("a whale", 2, "une baleine")]
    assert unsaid(proposals, [drawn(FOX, 9)]) == proposals[1:]


def test_what_is_there_is_not_proposed_in_the_other_language() -> None:
    proposals = [HouseProposal("un renard", 1, "a fox"), HouseProposal("une baleine", 2, "a whale")]
    assert unsaid(proposals, [drawn(FOX, 9)]) == proposals[1:]


def test_the_languages_take_turns() -> None:
    assert next_language([]) == "en"
    assert next_language([drawn(OWL, 9), drawn(FOX, 5)]) == "fr"
    french = replace(drawn(FOX, 1), text="un renard")
    assert next_language([drawn(FOX, 5), french]) == "en"


@pytest.mark.parametrize(("age_s", "enough"), [(HOUR_S - 1, True), (HOUR_S, False)])
def test_an_hour_has_its_number(age_s: float, enough: bool) -> None:
    clips = [drawn(FOX, age_s), drawn(OWL, 1, status="cancelled")]
    assert has_begun_enough(clips, NOON, 2) is enough


def test_none_an_hour_is_none() -> None:
    assert has_begun_enough([], NOON, 0)


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


def test_what_most_people_want_comes_first_and_for_fewer_than_three_nothing() -> None:
    proposals = [HouseProposal(text, 1, "") for text in ("a fox", "an owl", "the sea")]
    assert most_wanted(proposals, [2, 2, 1]) == []
    assert most_wanted(proposals, []) == []
    assert most_wanted(proposals, [3, 5, 1]) == [proposals[1], proposals[0]]
