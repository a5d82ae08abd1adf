import msgspec
import pytest

from phosphene.model import Clip, Person, Prompt, Slot
from phosphene.render.dispatch.inheritance import dropped_slots, inherited_slots, with_inherited
from phosphene.render.dispatch.recipe import new_clip, order_of
from tests.render.easel import READY

ANNA = Person("anna-id", "anna")
FOX = (
    Slot("subject", "fox", 1.0, ("fox",)),
    Slot("colour", "red", 1.0, ("red",)),
    Slot("time", "night", 0.9, ("night",)),
    Slot("weather", "snow", 0.9, ("snow",)),
    Slot("place", None, 0.0),
    Slot("undrawn", None, 1.0, ("a sledge",)),
)


def clip(text: str, understood: tuple[Slot, ...]) -> Clip:
    made = new_clip(Prompt(text=text, seconds=4), text, ANNA, None, READY, 0)
    return msgspec.structs.replace(made, understood=understood)


PARENT = clip("a red fox in the snow at night", FOX)


@pytest.mark.parametrize(
    ("text", "dropped"),
    [
        ("a red fox at night", ("weather",)),
        ("a fox", ("colour", "time", "weather")),
        ("a blue fox in the snow at night", ("colour",)),
        ("A RED FOX, in the snow at night", ()),
        ("a red fox in the snow at night, dancing", ()),
        ("make the fox blue", ()),  # changes it, and tells nothing again
        ("at night", ()),
        ("a cat at night", ()),  # somebody else: where it is stays
        ("", ()),
    ],
)
def test_what_was_told_goes_when_its_words_go(text: str, dropped: tuple[str, ...]) -> None:
    assert dropped_slots(PARENT, text) == dropped


def test_each_sign_is_a_word_where_there_are_no_spaces() -> None:
    slots = (Slot("subject", "cat", 1.0, ("\u732b",)), Slot("weather", "snow", 1.0, ("\u96ea",)))
    parent = clip("\u96ea\u306e\u4e2d\u306e\u732b", slots)
    assert dropped_slots(parent, "\u4e2d\u306e\u732b") == ("weather",)


def test_what_stays_is_told_as_inherited() -> None:
    stays = inherited_slots(PARENT, ("weather",))
    assert [(slot.name, slot.value, slot.words, slot.inherited) for slot in stays] == [
        ("subject", "fox", (), True),
        ("colour", "red", (), True),
        ("time", "night", (), True),
    ]
    own = (Slot("subject", None, 0.0), Slot("colour", "blue", 1.0, ("blue",)))
    told = {slot.name: slot for slot in with_inherited(own, stays)}
    assert (told["subject"].value, told["subject"].inherited) == ("fox", True)
    assert (told["colour"].value, told["colour"].inherited) == ("blue", False)
    assert told["time"].value == "night"


def test_somebody_new_has_nothing_of_who_was_there_but_the_surroundings() -> None:
    own = (Slot("subject", "cat", 1.0, ("cat",)), Slot("colour", None, 0.0))
    told = {slot.name: slot.value for slot in with_inherited(own, inherited_slots(PARENT, ()))}
    assert told == {"subject": "cat", "colour": None, "time": "night", "weather": "snow"}


def test_a_remix_of_a_remix_inherits_what_the_first_one_did() -> None:
    remix = clip("at dawn", with_inherited((Slot("time", "dawn", 1.0, ("dawn",)),), FOX[:2]))
    told = {slot.name: slot.value for slot in inherited_slots(remix, ())}
    assert told == {"subject": "fox", "colour": "red", "time": "dawn"}


def test_a_remix_has_it_in_its_recipe_and_so_has_whoever_draws_it() -> None:
    prompt = Prompt(text="a red fox at night", seconds=4, parent=PARENT.id)
    remix = new_clip(prompt, prompt.text, ANNA, PARENT, READY, 0)
    assert remix.recipe
    assert remix.recipe.dropped == ("weather",)
    assert order_of(remix, b"latents").dropped == ("weather",)
    assert {slot.name for slot in remix.understood} == {"subject", "colour", "time"}
