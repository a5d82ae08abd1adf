"""What is understood of a prompt by the shipped reader."""

from pathlib import Path

import pytest
import torch

from phosphene.model import Slot
from phosphene.render.worker.embedded.prompt_parser import (
    LONGEST,
    PromptParser,
    WordClassifier,
    buckets,
    classes,
    fold,
    split,
)
from phosphene.render.worker.embedded.vocabulary import SLOTS
from tests.render.worker.embedded import toy
from tests.render.worker.embedded.toy import SHIPPED, WORLD


@pytest.fixture(scope="module")
def words() -> PromptParser:
    return PromptParser.from_pretrained(SHIPPED)


def told(words: PromptParser, text: str) -> dict[str, str]:
    return {s.name: s.value for s in words.parse_prompt(text) if s.value is not None}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (
            "a rosy seagull between the pine trees at sunrise",
            {"subject": "bird", "colour": "pink", "place": "forest", "time": "dawn"},
        ),
        ("ruby orca", {"subject": "whale", "colour": "red"}),
        (
            "an ivory moth over the meadow in the snow",
            {"subject": "butterfly", "colour": "white", "place": "hills", "weather": "snow"},
        ),
        (
            "une baleine bleue sous la mer la nuit",
            {"subject": "whale", "colour": "blue", "place": "underwater", "time": "night"},
        ),
        (
            "un renard orange qui saute dans la forêt au crépuscule",
            {
                "subject": "fox",
                "colour": "orange",
                "place": "forest",
                "time": "sunset",
                "motion": "hop",
            },
        ),
        ("at night, over the city, a blue rocket", {
            "subject": "rocket", "colour": "blue", "place": "city", "time": "night"}),
        ("a yellow balloon, no rain", {
            "subject": "balloon", "colour": "yellow", "weather": "clear"}),
        ("a turtel in the montains", {"subject": "turtle", "place": "mountains"}),
        ("a yellow balloon watched by a white cat", {
            "subject": "cat", "colour": "white", "relation": "watching",
            "other": "balloon", "other_colour": "yellow"}),
        ("a red fox chasing a white rabbit in the snow", {
            "subject": "fox", "colour": "red", "relation": "chasing",
            "other": "rabbit", "other_colour": "white", "weather": "snow"}),
        ("un chat blanc qui regarde une montgolfière jaune", {
            "subject": "cat", "colour": "white", "relation": "watching",
            "other": "balloon", "other_colour": "yellow"}),
        ("a gloomy owl at night, the camera moves closer", {
            "subject": "owl", "mood": "gloomy", "time": "night", "camera": "closer"}),
        ("a happy penguin next to an elephant", {
            "subject": "penguin", "mood": "cheerful", "relation": "beside", "other": "elephant"}),
        ("une baleine triste la nuit, la caméra s'approche", {
            "subject": "whale", "mood": "gloomy", "time": "night", "camera": "closer"}),
        ("a penguin all by itself in the snow", {
            "subject": "penguin", "other": "nothing", "weather": "snow"}),
    ],
)  # fmt: skip
def test_prompts_in_two_languages(words: PromptParser, text: str, meant: dict[str, str]) -> None:
    assert told(words, text) == meant


@pytest.mark.parametrize(
    "text", ["a giraffe driving a car", "quantum economics", "ma voiture", "xqzt vbnk", "42"]
)
def test_what_the_world_does_not_have_stays_open_and_unsure(words: PromptParser, text: str) -> None:
    slots = words.parse_prompt(text)
    assert [s.name for s in slots] == list(SLOTS)
    assert all(s.value is None and s.confidence < 0.5 and s.words == () for s in slots)


@pytest.mark.parametrize("text", ["", "   ", "!?…", "\n\t\0", "日本語の魚", "🦊🦊", "'" * 500])
def test_text_without_words_says_nothing(words: PromptParser, text: str) -> None:
    assert words.parse_prompt(text) == tuple(Slot(name, None, 0.0, ()) for name in SLOTS)


def test_the_words_that_said_it_are_given_as_written(words: PromptParser) -> None:
    slots = {s.name: s for s in words.parse_prompt("The RED Renard, à l'AUBE!")}
    assert slots["subject"].words == ("Renard",)
    assert slots["colour"].words == ("RED",)
    assert slots["time"].words == ("AUBE",)
    assert all(0 <= s.confidence <= 1 for s in slots.values())


def test_order_and_case_do_not_matter(words: PromptParser) -> None:
    one = told(words, "a purple cat in the desert at dawn in the rain")
    two = told(words, "IN THE RAIN AT DAWN IN THE DESERT A PURPLE CAT")
    assert one == two
    assert len(one) == 5


def test_a_very_long_prompt_is_read_up_to_a_limit(words: PromptParser) -> None:
    slots = {s.name: s for s in words.parse_prompt("green turtle " + "and then " * 5000 + "snow")}
    assert slots["subject"].value == "turtle"
    assert slots["weather"].value is None
    assert len(split("fox " * 900)) == LONGEST


def test_understanding_is_repeatable(words: PromptParser) -> None:
    assert words.parse_prompt("a white whale") == words.parse_prompt("a white whale")


def test_folding_keeps_places() -> None:
    text = "À l’œuvre: Éléphant ﬁn İ"
    assert len(fold(text)) == len(text)
    assert split("Crépuscule d'ÉTÉ") == [("crepuscule", "Crépuscule"), ("d", "d"), ("ete", "ÉTÉ")]


def test_buckets_of_like_words_overlap() -> None:
    one, two, other = (set(buckets(w)) for w in ("butterfly", "buterfly", "xylophone"))
    assert len(one & two) > 3 * len(one & other) + 3


def test_a_reader_pads_without_changing_what_it_says() -> None:
    torch.manual_seed(4)
    reader = WordClassifier(classes(WORLD)).eval()
    short, long = ["red", "fox"], ["a", "cat", "in", "the", "rain"]
    with torch.no_grad():
        alone, both = reader([short]), reader([short, long])
    assert both.shape == (2, 5, classes(WORLD))
    assert torch.allclose(alone[0], both[0, :2], atol=1e-5)


def test_saved_and_loaded_it_reads_the_same(tmp_path: Path) -> None:
    torch.manual_seed(5)
    words = toy.words()
    words.save_pretrained(tmp_path)
    again = PromptParser.from_pretrained(tmp_path)
    assert (tmp_path / "words.safetensors").stat().st_size < 3_000_000
    for one, two in zip(words.parse_prompt("red fox"), again.parse_prompt("red fox"), strict=True):
        assert one.confidence == pytest.approx(two.confidence, abs=0.01)


def test_a_folder_without_a_reader_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="world"):
        PromptParser.from_pretrained(tmp_path)


@pytest.mark.parametrize(
    "text", ["a lone whale", "a red fox in the forest", "two birds", "un chat sur la colline"]
)
def test_nobody_is_read_where_nobody_is_told(words: PromptParser, text: str) -> None:
    assert told(words, text).get("other", "nothing") == "nothing"


def test_a_reader_knows_the_values_of_its_world(tmp_path: Path) -> None:
    world = toy.another()
    toy.words(world).save_pretrained(tmp_path)
    slots = PromptParser.from_pretrained(tmp_path).parse_prompt("a tram")
    assert [slot.name for slot in slots] == list(SLOTS)
    WORLD.save(tmp_path)
    with pytest.raises(RuntimeError, match="size mismatch"):
        PromptParser.from_pretrained(tmp_path)
