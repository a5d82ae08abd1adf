"""What the page suggests, read by the model that ships."""

import msgspec
import pytest
from playwright.sync_api import Browser

from phosphene.language import catalog
from phosphene.render.worker.embedded.renderer import EmbeddedRenderer
from tests.e2e.conftest import Run, modules
from tests.render.worker.embedded.toy import SHIPPED

pytestmark = [pytest.mark.browser, pytest.mark.model]


def test_each_place_and_weather_is_said_so_that_the_model_reads_it(run: Run) -> None:
    model = EmbeddedRenderer(SHIPPED)
    places = [{"place": place} for place in model.vocabulary["place"]]
    weathers = [
        {"place": "garden", "weather": weather}
        for weather in model.vocabulary["weather"]
        if weather != "clear"  # which nobody says
    ]
    for wanted in ({"subject": "fox"} | one for one in places + weathers):
        slots = {name: [value] for name, value in wanted.items()}
        chance = 0 if "weather" in wanted else 0.5
        text = run("suggest", f"m.suggestion({slots}, () => {chance})")
        read = {one.name: one.value for one in model.understand(text) if one.value is not None}
        assert read == wanted, text


def test_what_is_suggested_in_french_is_read_as_meant(browser: Browser) -> None:
    model = EmbeddedRenderer(SHIPPED)
    words = model.vocabulary
    drawn = catalog("fr").drawn
    names = {
        value: drawn[value] for value in {*words["subject"], *words["other"], *words["colour"]}
    }
    told = msgspec.json.encode(names).decode()
    wanted = [{"subject": "fox", "place": place} for place in words["place"]]
    wanted += [{"subject": subject} for subject in words["subject"]]
    for slot in ("weather", "time", "motion"):
        wanted += [
            {"subject": "owl", "place": "garden", slot: value}
            for value in words[slot]
            if value not in {"clear", "day"}  # which nobody says
        ]
    wanted += [{"subject": "fox", "camera": way} for way in words["camera"] if way != "still"]
    wanted += [
        {"subject": "fox", "other": "owl", "relation": relation} for relation in words["relation"]
    ]
    lost = {}
    with modules(browser, "fr") as run:
        run("names", f"m.learnNames({told})")
        for one in wanted:
            slots = {name: [value] for name, value in one.items()}
            chance = 0 if {"weather", "other", "camera"} & set(one) else 0.5
            text = run("suggest", f"m.suggestion({slots}, () => {chance})")
            read = {slot.name: slot.value for slot in model.understand(text) if slot.value}
            if read != one:
                lost[text] = read
    assert not lost
