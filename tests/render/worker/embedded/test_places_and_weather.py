"""Further places and weathers that a prompt names."""

import pytest

from phosphene.model import Slot
from phosphene.render.reading import UNDRAWN
from phosphene.render.worker.embedded.nouns.cast import ALONE, Cast
from phosphene.render.worker.embedded.nouns.lexicon import Lexicon
from phosphene.render.worker.embedded.nouns.reader import NounReader
from phosphene.render.worker.embedded.nouns.understanding import without_shown
from phosphene.render.worker.embedded.places_and_weather import Surroundings, without_sheltered
from tests.render.worker.embedded import toy

AROUND = Surroundings(toy.backdrops())
READER = NounReader(Lexicon.load(toy.SHIPPED))


def told(text: str, *undrawn: str) -> dict[str, Slot]:
    guessed = (
        Slot("place", "sea", 0.7),
        Slot("weather", None, 0.0),
        Slot(UNDRAWN, None, 1.0, undrawn),
    )
    slots = AROUND.tell(text, READER.read_prompt(text), guessed)
    return {slot.name: slot for slot in without_shown(slots)}


@pytest.mark.parametrize("text", ["a dog on the beach", "un chien sur la plage"])
def test_a_further_place_is_told_as_itself(text: str) -> None:
    place = told(text)["place"]
    assert (place.value, place.confidence) == ("beach", 1.0)
    assert told("a dog in the mountains")["place"] == Slot("place", "sea", 0.7)


def test_what_stands_behind_the_subject_is_a_place() -> None:
    places = toy.backdrops({"castle": "hills"})
    around, text = Surroundings(places), "a red dragon over a castle"
    guessed = (Slot("place", None, 0.0), Slot(UNDRAWN, None, 1.0, ("castle",)))
    place, undrawn = without_shown(around.tell(text, READER.read_prompt(text), guessed))
    assert (place.value, undrawn.words) == ("castle", ())
    drawn = (guessed[0], Slot(UNDRAWN, None, 1.0))
    castle = around.tell("a castle", READER.read_prompt("a castle"), drawn)
    assert castle == drawn  # whoever can draw one has it as the subject


@pytest.mark.parametrize(
    ("text", "weather"),
    [
        ("a ship in the fog", "fog"),
        ("Un bateau dans la brume", "fog"),
        ("a misty lake", "fog"),
        ("a ship without fog", None),
        ("a frog", None),
        ("fireworks over a city", None),  # this model has none
    ],
)
def test_a_further_weather_is_told(text: str, weather: str | None) -> None:
    assert told(text)["weather"].value == weather


def test_what_is_shown_does_not_stay_away() -> None:
    slots = told("a unicorn in the fog on the beach", "fog", "beach", "unicorn")
    assert slots[UNDRAWN].words == ("unicorn",)


@pytest.mark.parametrize(
    ("place", "weather", "stays_away"),
    [
        ("room", "rain", True),
        ("cave", "snow", True),
        ("cave", "fog", False),
        ("underwater", "storm", True),
        ("street", "rain", False),
    ],
)
def test_what_does_not_come_indoors_is_said_to_stay_away(
    place: str, weather: str, stays_away: bool
) -> None:
    slots = (
        Slot("place", place, 1.0, ("there",)),
        Slot("weather", weather, 0.9, ("falls",)),
        Slot(UNDRAWN, None, 1.0, ("a unicorn",)),
    )
    found = {slot.name: slot for slot in without_sheltered(slots)}
    assert found["place"].value == place
    assert found["weather"].value == (None if stays_away else weather)
    assert found[UNDRAWN].words == ("a unicorn", *(("falls",) if stays_away else ()))


def test_the_cast_has_what_is_round_it() -> None:
    asked = {"place": "beach", "weather": "fog", "time": None}
    assert AROUND.furnish(asked, ALONE, ALONE) == (
        {"place": "sea", "weather": "clear", "time": None},
        Cast(place="beach", weather="fog"),
    )


def test_what_nobody_says_stays_and_an_older_place_takes_its_turn() -> None:
    before = Cast(place="beach", weather="fog")
    assert AROUND.furnish({"place": None, "weather": None}, before, ALONE) == (
        {"place": "sea", "weather": "clear"},
        before,
    )
    assert AROUND.furnish({"place": "city", "weather": "rain"}, before, ALONE) == (
        {"place": "city", "weather": "rain"},
        ALONE,
    )
