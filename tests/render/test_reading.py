"""What is said of a prompt before it is drawn."""

import pytest
from msgspec.structs import replace

from phosphene.model import Slot
from phosphene.render.reading import FREELY, describe, read_phrases

NOTHING = Slot("undrawn", None, 1.0)
SAMURAI = Slot("subject", "fencing-man", 0.7, ("samurai",))
FOX = Slot("subject", "fox", 1.0, ("foxes",))
CAFE = Slot("place", "kitchen", 0.7, ("Paris café",))
GREEN = Slot("colour", "green", 0.99, ("green",))
NIGHT = Slot("time", "night", 0.8, ("dark", "night"))
CAR = Slot("undrawn", None, 1.0, ("car", "house"))
CHASING = Slot("relation", "chasing", 1.0, ("chasing",))
BIG = Slot("size", "large", 1.0, ("grosses",))
THREE = Slot("count", "three", 1.0, ("trois",))
RISING = Slot("camera", "up", 0.9, ("rising",))
ZOOMED = Slot("camera", "closer", 0.9, ("zooming", "in"))
SHOT = Slot("camera", "up", 0.9, ("shot",))
CROWD = Slot("subject", "person", 0.7, ("plein de monde",))
ALONE = Slot("other", "nothing", 0.8, ("alone",))
NURSE = Slot("subject", "doctor", 0.7, ("nurse",))
NIGHTLY = Slot("time", "night", 0.8, ("Night", "nurse"))
PLENTY = Slot("other", "nothing", 0.8, ("monde",))
DANCING = Slot("action", "dancing", 1.0, ("dancing",))
SWAYING = Slot("motion", "sway", 0.9, ("dancing",))
SUNNY = Slot("time", "day", 0.9, ("sunny",))
LONG = Slot("truncated", None, 1.0, ("and so on",))


@pytest.mark.parametrize(
    ("understood", "changes", "said"),
    [
        ((FOX, GREEN, NOTHING), False, "Foxes; green"),
        ((SAMURAI, NOTHING), False, "Samurai, drawn as a fencing man"),
        ((CAFE, NOTHING), False, "Paris café, shown as kitchen; with nobody and nothing in it"),
        ((GREEN, CAFE, CAR), False, "Paris café, shown as kitchen; with nobody and nothing in it;"
         " not drawn: “car”, “house”"),
        ((NOTHING,), False, "Nothing here that I can draw: I can show a place"),
        ((NOTHING,), True, "Nothing here that I can draw: all would stay as it is"),
        ((NIGHT, NOTHING), True, "Dark night; the rest stays"),
        ((FOX, CHASING, BIG, THREE, NOTHING), False, "Foxes; chasing; grosses; trois"),
        ((FOX, RISING, SUNNY, NOTHING), False, "Foxes; rising (camera: up); sunny (day)"),
        ((FOX, DANCING, SWAYING, NOTHING), False, "Foxes; dancing"),
        ((CROWD, PLENTY, NOTHING), False, "Plein de monde, drawn as a person"),
        ((FOX, ZOOMED, NOTHING), False, "Foxes; zooming in"),
        ((FOX, SHOT, NOTHING), False, "Foxes; shot (camera: up)"),
        ((FOX, ALONE, NOTHING), False, "Foxes"),
        ((NURSE, NIGHTLY, NOTHING), False, "Nurse, drawn as a doctor; Night"),
        ((LONG,), False, "Nothing here that I can draw: I can show a place;"
         " too long, not read: “and so on”"),
    ],
)  # fmt: skip
def test_one_sentence_says_what_will_be_drawn_and_what_will_not(
    understood: tuple[Slot, ...], changes: bool, said: str
) -> None:
    assert describe("", understood, free=False, changes=changes) == said


def test_of_a_model_that_reads_freely_nothing_is_promised() -> None:
    assert describe("a fox", (), free=True) == FREELY


def test_phrases_stand_in_the_order_of_the_text() -> None:
    text = "Paris café, dark night, a green samurai"
    found = read_phrases(text, (SAMURAI, GREEN, CAFE, NIGHT, NOTHING))
    assert [one.text for one in found] == ["Paris café", "dark night", "green", "samurai"]
    assert [one.exact for one in found] == [False, True, True, False]


def test_what_is_said_of_nobody_is_not_drawn() -> None:
    assert [one.slot for one in read_phrases("", (GREEN, CAFE, NOTHING))] == ["place"]


def test_where_words_are_guessed_a_confidence_says_nothing_of_the_kind() -> None:
    assert read_phrases("", (SAMURAI,))[0].exact


def test_what_stays_of_a_clip_before_is_named() -> None:
    kept = Slot("weather", "snow", 1.0, (), inherited=True)
    told = (Slot("colour", "blue", 1.0, ("blue",)), kept)
    assert describe("blue", told, free=False, changes=True) == "Blue; stays as it is: snow"
    assert describe("blue", told[:1], free=False, changes=True) == "Blue; the rest stays"
    assert describe("hm", (kept, replace(kept, name="place")), free=False, changes=True) == (
        "Stays as it is: snow"
    )
    assert describe("hm", (kept,), free=False, changes=True) == "Stays as it is: snow"


def test_a_phrase_is_told_as_the_summary_has_it_and_once() -> None:
    text = "dancing in a Paris café, rising"
    phrases = read_phrases(text, (FOX, DANCING, SWAYING, CAFE, RISING, NOTHING))
    assert {one.slot: one.told for one in phrases} == {
        **{"subject": "foxes", "action": "dancing", "motion": ""},
        **{"place": "Paris café, shown as kitchen", "camera": "rising (camera: up)"},
    }
