"""From words to who is on the stage; nothing is drawn here."""

from functools import cache

import msgspec
import numpy as np
import pytest

from phosphene.model import Slot
from phosphene.render.reading import UNDRAWN
from phosphene.render.worker.embedded.director import Director, LexiconDirector, NounDirector
from phosphene.render.worker.embedded.nouns.cast import Actor, Cast
from phosphene.render.worker.embedded.nouns.inks import COLOURS
from phosphene.render.worker.embedded.nouns.lexicon import Lexicon
from phosphene.render.worker.embedded.nouns.looks import VALUES
from phosphene.render.worker.embedded.nouns.person_shape import CARD
from phosphene.render.worker.embedded.places_and_weather import Surroundings
from phosphene.render.worker.embedded.prompt_parser import PromptParser
from phosphene.render.worker.embedded.scene import Scene
from phosphene.render.worker.embedded.vocabulary import NOBODY, SLOTS
from tests.render.worker.embedded import toy
from tests.render.worker.embedded.toy import SHIPPED, WORLD


@cache
def director() -> NounDirector:
    return NounDirector(WORLD, toy.words(), Lexicon.load(SHIPPED), toy.nouns())


def plan(text: str, seed: int = 1, before: Scene | None = None) -> tuple[dict[str, str], Cast]:
    return director().plan_scene(text, seed, before)


def cast(text: str, seed: int = 1, before: Scene | None = None) -> Cast:
    return plan(text, seed, before)[1]


def told(text: str) -> dict[str, Slot]:
    return {slot.name: slot for slot in director().understand(text)}


def named(text: str) -> tuple[str | None, str | None, str]:
    """Who is cast, and what they are to each other; older drawings in brackets."""
    slots, found = plan(text)

    def name(plate: str) -> str | None:
        actor = found.actors.get(plate)
        return actor.concept if actor else None if slots[plate] == NOBODY else f"({slots[plate]})"

    return name("subject"), name("other"), found.relation


def look(actor: Actor | None) -> dict[str, str]:
    assert actor is not None
    assert actor.card
    pairs = zip(CARD, actor.card, strict=True)
    return {field: VALUES[field][value] for field, value in pairs}


def near(ink: tuple[int, int, int], colour: str) -> bool:
    return max(abs(a - b) for a, b in zip(ink, COLOURS[colour], strict=True)) < 12


def scene(text: str, seed: int = 1) -> Scene:
    """A scene of these words that nothing is drawn of."""
    slots, found = plan(text, seed)
    return Scene({}, [], slots, found)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "subject", "other", "relation"),
    [
        ("a green car in the city", "car", None, ""),
        ("a whale", "(whale)", None, ""),
        ("a tiger", "tiger", None, ""),
        ("a beach at night", None, None, ""),
        ("a man riding a horse", "man", "horse", "riding"),
        ("une femme à vélo", "cyclist", None, ""),
        ("a woman with a bicycle", "woman", "bicycle", "beside"),
        ("an astronaut riding a horse", "astronaut", "horse", "riding"),
        ("a man riding a bicycle", "cyclist", None, ""),
        ("a boy riding his bike with his dog", "cyclist", "(dog)", "beside"),
        ("a woman playing guitar", "woman", "guitar", "holding"),
        ("a cat wearing a hat", "(cat)", "hat", "wearing"),
        ("a boy eating pizza", "boy", "pizza", "eating"),
        ("a dog chasing a ball", "(dog)", "ball", "chasing"),
        ("a girl holding a balloon", "girl", "balloon", "holding"),
        ("a dinosaur behind a house", "dinosaur", "house", "behind"),
        ("a helicopter above a bridge", "helicopter", "bridge", "above"),
        ("a man skateboarding", "man", "skateboard", "riding"),
        ("a woman surfing", "surfer", None, ""),
        ("a person doing archery", "person", "bow-and-arrow", "holding"),
        ("a shark underwater", "shark", None, ""),
        ("a cup of coffee and a donut", "coffee", "donut", "beside"),
    ],
)
def test_who_is_wished_for_is_cast(
    text: str, subject: str | None, other: str | None, relation: str
) -> None:
    assert named(text) == (subject, other, relation)


def test_nobody_comes_whom_nobody_asked_for() -> None:
    for text in ("fog over the hills", "a time lapse", "the sea at dawn", "", "🌧"):
        slots, found = plan(text)
        assert slots["subject"] == NOBODY
        assert not found.actors


def test_what_is_told_is_what_is_drawn() -> None:
    car = told("a red car and a blue bus")
    assert (car["subject"].value, car["colour"].value) == ("car", "red")
    assert (car["other"].value, car["other_colour"].value) == ("bus", "blue")
    assert (car[UNDRAWN].words, car["subject"].confidence) == ((), 1.0)
    kungfu = told("kung fu at dawn")["subject"]
    assert kungfu.value == "ninja"
    assert kungfu.confidence < 1
    assert told("a man skateboarding")["thing"].value == "skateboard"
    assert told("five sheep")["count"].value == "five"
    assert told("a boat")["subject"].value == "sailboat"
    assert told("a cook with a beard")[UNDRAWN].words == ("beard",)
    assert told("a car, a bus and a horse")[UNDRAWN].words == ("horse",)
    assert told("a man riding a bicycle")[UNDRAWN].words == ()
    assert told("a bandstand in a park")[UNDRAWN].words == ("bandstand",)
    assert told("a cat teaching a dog")[UNDRAWN].words == ("teaching",)
    assert told("a woman fishing")["thing"].value == "fishing-pole"


def test_colours_are_of_what_they_are_said_of() -> None:
    both = cast("a red car and a blue bus")
    assert both.subject
    assert both.other
    assert near(both.subject.inks[0], "red")
    assert near(both.other.inks[0], "blue")
    girl = cast("a girl in a yellow dress with green glasses").subject
    assert girl
    assert near(girl.inks[0], "yellow")
    assert near(girl.inks[3], "green")
    assert (look(girl)["clothes"], look(girl)["glasses"]) == ("dress", "glasses")
    voiture = cast("une voiture noire").subject
    assert voiture
    assert near(voiture.inks[0], "black")


def test_a_person_is_as_the_words_say() -> None:
    found = look(cast("an old woman with red glasses dancing").subject)
    assert (found["age"], found["figure"], found["glasses"]) == ("old", "woman", "glasses")
    assert found["posture"] == "dance"
    man = look(cast("a bald man with a beard in a suit").subject)
    assert (man["length"], man["beard"], man["clothes"]) == ("bald", "beard", "suit")
    fille = look(cast("une fille aux cheveux longs").subject)
    assert (fille["length"], fille["age"], fille["figure"]) == ("long", "child", "woman")


def test_of_whom_much_is_said_is_drawn_so_whatever_they_do() -> None:
    girl = look(cast("a girl with long red hair and glasses juggling oranges").subject)
    assert (girl["length"], girl["glasses"], girl["age"]) == ("long", "glasses", "child")
    # One thing that is in no drawing of who does that stays away, and does not stand beside them.
    assert named("a boy with glasses juggling") == ("juggler", None, "")
    assert told("a boy with glasses juggling")[UNDRAWN].words == ("glasses",)
    surfer = told("a girl with long red hair surfing a wave")
    assert surfer["subject"].value == "surfer"
    assert surfer[UNDRAWN].words == ("hair",)


def test_the_same_seed_is_the_same_individual_and_another_is_not() -> None:
    assert cast("a woman", 3) == cast("a woman", 3)
    assert len({cast("a woman", seed).subject for seed in range(9)}) > 6


def test_a_remix_keeps_who_is_there_and_changes_what_is_said() -> None:
    before = scene("a woman with glasses in the city", 5)
    assert before.cast.subject
    assert cast("at night", 8, before) == before.cast
    bearded = cast("a woman with long hair", 8, before).subject
    assert bearded
    assert look(bearded)["length"] == "long"
    assert look(bearded)["glasses"] == "glasses"
    assert bearded.inks == before.cast.subject.inks
    green = cast("a green car", 9, scene("a car", 4)).subject
    assert green
    assert near(green.inks[0], "green")
    slots, bus = plan("a bus", 9, scene("a car in the desert", 4))
    assert bus.subject
    assert (bus.subject.concept, slots["place"]) == ("bus", "desert")
    assert named("a whale")[0] == "(whale)"
    assert cast("a whale", 9, scene("a car")).subject is None


def test_who_is_at_home_in_a_room_is_outside_in_the_fog() -> None:
    around = Surroundings(toy.backdrops({"street": "city"}))
    read = NounDirector(WORLD, toy.words(), Lexicon.load(SHIPPED), toy.nouns(), around)
    assert read.plan_scene("a teddy bear", 1, None)[1].place != "street"
    assert read.plan_scene("a teddy bear in the fog", 1, None)[1].place == "street"


def test_the_moon_is_seen_at_night() -> None:
    assert plan("an owl and the moon")[0]["time"] == "night"


def test_what_a_remix_leaves_out_goes() -> None:
    before = scene("a man with glasses and a beard", 5)
    told = {"time": "night", "place": "city", "weather": "snow"}
    before = msgspec.structs.replace(before, slots={**before.slots, **told})
    kept, _ = director().plan_scene("a man", 5, before, ())
    assert {name: kept[name] for name in told} == told
    slots, cast_ = director().plan_scene("a man", 5, before, (*told, "beard"))
    alone = plan("a man", 5)[0]
    assert {name: slots[name] for name in told} == {name: alone[name] for name in told}
    assert cast_.subject
    assert before.cast.subject
    both = before.cast.subject.card, cast_.subject.card
    was, now = (dict(zip(CARD, card, strict=True)) for card in both)
    assert {field for field in CARD if was[field] != now[field]} <= {"beard"}
    assert before.cast.subject.inks == cast_.subject.inks


def test_a_colour_that_is_left_out_is_the_things_own_again() -> None:
    before = scene("a green car", 5)
    assert before.cast.subject
    kept = director().plan_scene("a car", 5, before, ())[1].subject
    gone = director().plan_scene("a car", 5, before, ("colour",))[1].subject
    own = cast("a car", 5).subject
    assert kept
    assert gone
    assert own
    assert kept.inks == before.cast.subject.inks
    assert gone.inks[0] == own.inks[0] != kept.inks[0]
    assert gone.inks[1:] == kept.inks[1:]


def test_what_stands_does_not_walk_and_is_where_it_is_at_home() -> None:
    slots, _ = plan("a house")
    assert slots["motion"] == "float"
    slots, found = plan("a submarine")
    assert slots["place"] in WORLD.values["place"]
    assert found.subject
    assert set(slots) == set(SLOTS)


def test_older_subjects_have_the_colours_that_one_would_paint_them_in() -> None:
    assert {plan("a rabbit", seed)[0]["colour"] for seed in range(8)} == {"white"}
    assert plan("a green rabbit")[0]["colour"] == "green"
    assert len({plan("a bird", seed)[0]["colour"] for seed in range(20)}) > 3


def test_a_thing_that_is_the_place_is_there_once() -> None:
    behind = Surroundings(toy.backdrops({"bridge": "city"}))
    lexicon = Lexicon.load(SHIPPED)
    by_a_bridge = NounDirector(WORLD, toy.words(), lexicon, toy.nouns(), behind)
    _, found = by_a_bridge.plan_scene("a car on a bridge", 1, None)
    assert found.subject is not None
    assert found.other is None


def test_what_names_the_weather_is_no_thing() -> None:
    behind = Surroundings(toy.backdrops(weathers=("leaves",)))
    outside = NounDirector(WORLD, toy.words(), Lexicon.load(SHIPPED), toy.nouns(), behind)
    _, found = outside.plan_scene("a car in falling leaves", 1, None)
    assert found.subject is not None
    assert (found.other, found.weather) == (None, "leaves")


def test_what_the_net_never_learned_is_not_guessed_of_other_languages() -> None:
    assert told("una gondola a Venezia")["colour"].value is None
    assert told("un gatto verde")["colour"].value == "green", "the lexicon knows it"


def taught(behind: Surroundings | None = None) -> NounDirector:
    """With the net that learned what times and weathers are called."""
    parser, lexicon = PromptParser.from_pretrained(SHIPPED), Lexicon.load(SHIPPED)
    return NounDirector(WORLD, parser, lexicon, toy.nouns(), behind)


def heard(text: str) -> dict[str, Slot]:
    return {slot.name: slot for slot in taught().understand(text)}


@pytest.mark.slow
def test_neither_a_place_nor_what_falls_is_heard_as_weather() -> None:
    assert heard("a king at the railway")["weather"].value is None
    assert heard("ice cubes falling into a glass of cola")["weather"].value is None
    assert heard("a car in falling snow")["weather"].value == "snow"


@pytest.mark.slow
def test_an_hour_is_a_time_of_day_unless_another_is_said() -> None:
    assert heard("a boat at 3 am")["time"].value == "night"
    assert heard("a boat at dawn at 3 pm")["time"].value == "dawn"


def test_fireworks_are_at_night_unless_a_time_is_said() -> None:
    behind = Surroundings(toy.backdrops(weathers=("fireworks",)))
    outside = taught(behind)
    assert outside.plan_scene("fireworks over a car", 1, None)[0]["time"] == "night"
    assert outside.plan_scene("fireworks over a car at dawn", 1, None)[0]["time"] == "dawn"


def test_falling_leaves_alone_are_a_weather_and_no_thing() -> None:
    behind = Surroundings(toy.backdrops(weathers=("leaves",)))
    outside = taught(behind)
    slots, found = outside.plan_scene("falling leaves in the forest", 1, None)
    assert (slots["subject"], found.subject, found.weather) == ("nothing", None, "leaves")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a cow in a storm with thunder", ("cow", None)),
        ("a thunderstorm over a farm and a cow", ("cow", None)),
        ("a thunderstorm over the sea", (None, None)),
        ("a cow and a lightning bolt", ("cow", "lightning")),
    ],
)
def test_thunder_is_no_bolt_beside_those_of_its_storm(
    text: str, shown: tuple[str | None, str | None]
) -> None:
    _, found = taught(Surroundings(toy.backdrops(weathers=("storm",)))).plan_scene(text, 1, None)
    assert (found.subject and found.subject.concept, found.other and found.other.concept) == shown


def test_who_is_left_of_a_storm_keeps_their_colour() -> None:
    outside = taught(Surroundings(toy.backdrops(weathers=("storm",))))
    _, found = outside.plan_scene("a thunderstorm over a farm and a green cow", 1, None)
    assert found.subject is not None
    red, green, blue = found.subject.inks[0]
    assert green > max(red, blue)


def test_what_is_in_the_drawing_of_somebody_is_not_drawn_twice() -> None:
    assert named("a surfer on a wave") == ("surfer", None, "")
    assert named("a woman on a wave")[:2] == ("woman", "wave")


def test_two_are_at_home_where_what_carries_them_is() -> None:
    assert plan("a robot on a camel")[0]["place"] == plan("a camel")[0]["place"] == "desert"
    assert plan("a whale on a sofa")[0]["place"] != "underwater"


def test_without_a_lexicon_the_reader_alone_says_what_is_drawn() -> None:
    plain = Director(WORLD, toy.words())
    assert {slot.name for slot in plain.understand("a fox at night")} == set(SLOTS)
    slots, found = plain.plan_scene("a fox at night", 1, None)
    assert set(slots) == set(SLOTS)
    assert found == Cast()
    behind = Director(WORLD, toy.words(), Surroundings(toy.backdrops({"street": "city"})))
    was = Scene({}, np.zeros((1, 8, 21), np.float32), slots, Cast(place="street"))
    assert behind.plan_scene("a fox", 1, was)[1].place == "street"
    assert behind.plan_scene("a fox", 1, was, dropped=("place",))[1].place == ""


def test_without_a_network_of_nouns_the_lexicon_says_what_cannot_be_drawn() -> None:
    around = Surroundings(toy.backdrops({"street": "city"}))
    plain = LexiconDirector(WORLD, toy.words(), Lexicon.load(SHIPPED))
    rich = LexiconDirector(WORLD, toy.words(), Lexicon.load(SHIPPED), around)
    for one in (plain, rich):
        read = {slot.name: slot for slot in one.understand("a fox and a bagpipe")}
        assert read["subject"].value == "fox"
        assert any("bagpipe" in word for word in read[UNDRAWN].words)
    assert rich.plan_scene("a fox in a street", 1, None)[1].place == "street"
    assert plain.plan_scene("a fox in a street", 1, None)[1].place == ""


@pytest.mark.parametrize(
    ("text", "slot", "said"),
    [
        ("a woman riding a horse", "relation", ("riding",)),
        ("a dog chasing a cat", "relation", ("chasing",)),
        ("a cat sleeping", "action", ("sleeping",)),
        ("a cat waiting in the rain", "action", ("waiting",)),
        ("un enfant qui dort", "action", ("dort",)),
        ("a dog on a bench", "relation", ()),
    ],
)
def test_what_somebody_is_seen_to_do_is_told_by_its_word(
    text: str, slot: str, said: tuple[str, ...]
) -> None:
    assert told(text)[slot].words == said


def test_what_is_done_is_told_once_and_only_where_it_is_seen() -> None:
    assert "action" not in told("a woman riding a horse")
    assert "action" not in told("a table sleeping")


def test_of_a_plural_no_word_says_how_many() -> None:
    assert told("des crêpes")["count"].words == ()


def test_what_drives_by_itself_is_seen_to() -> None:
    assert "driving" not in told("a car driving through a field")[UNDRAWN].words
    assert "driving" in told("a table driving through a field")[UNDRAWN].words


def test_a_knight_on_a_horse_has_one_horse() -> None:
    assert named("a knight riding a horse") == ("rider", None, "")
