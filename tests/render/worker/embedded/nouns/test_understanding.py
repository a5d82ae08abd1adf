from functools import cache

import pytest

from phosphene.model import Slot
from phosphene.render.reading import UNDRAWN
from phosphene.render.worker.embedded.nouns.lexicon import Lexicon
from phosphene.render.worker.embedded.nouns.understanding import SlotCorrector, without_shown
from phosphene.render.worker.embedded.vocabulary import NOBODY, SLOTS
from tests.render.worker.embedded.toy import SHIPPED, WORLD


@cache
def understanding() -> SlotCorrector:
    return SlotCorrector(Lexicon.load(SHIPPED), WORLD)


def read(text: str, **guessed: str) -> dict[str, Slot]:
    """The slots of a text, of which a net has guessed those."""
    slots = [Slot(name, guessed.get(name), 0.9, (text,)) for name in SLOTS]
    corrector = understanding()
    reading = corrector.read_prompt(text)
    return {slot.name: slot for slot in corrector.correct_slots(reading, slots)}


@pytest.mark.parametrize(
    ("text", "subject"),
    [("a bar at night", "bear"), ("a time lapse", "rabbit"), ("a green car", "horse")],
)
def test_a_subject_that_is_only_guessed_from_letters_stays_away(text: str, subject: str) -> None:
    assert read(text, subject=subject)["subject"].value is None


def test_what_is_called_is_shown_as_itself_or_as_what_stands_in_for_it() -> None:
    owl, shark = read("an owl")["subject"], read("a shark")["subject"]
    assert (owl.value, owl.confidence, owl.words) == ("owl", 1.0, ("owl",))
    assert (shark.value, shark.words) == ("fish", ("shark",))
    assert shark.confidence < 1


def test_what_cannot_be_shown_is_named_and_the_place_where_it_is_at_home_is_shown() -> None:
    found = read("a green car", place="mountains")
    assert found[UNDRAWN].words == ("car",)
    assert found["place"].value == "city"
    assert read("an owl")[UNDRAWN].words == ()
    assert read("a kitchen")[UNDRAWN].words == ("kitchen",)


def test_of_two_the_one_that_can_be_shown_is_the_subject() -> None:
    found = read("a car and a dog")
    assert (found["subject"].value, found["other"].value) == ("dog", None)
    both = read("a cat and a dog", other=NOBODY)
    assert (both["subject"].value, both["other"].value) == ("cat", "dog")


def test_the_net_is_believed_in_everything_else() -> None:
    found = read("a red cat", colour="red", weather="rain", other=NOBODY)
    assert (found["colour"].value, found["weather"].value) == ("red", "rain")
    assert found["other"].value == NOBODY
    assert read("a red cat", other="fox")["other"].value is None


def test_nothing_stays_away_that_another_slot_was_read_from() -> None:
    told = without_shown(
        (
            Slot("camera", "closer", 0.9, ("Camera", "moves", "closer")),
            Slot("motion", None, 0.0, ("car",)),
            Slot(UNDRAWN, None, 1.0, ("camera", "car")),
        )
    )
    assert told[-1].words == ("car",)
