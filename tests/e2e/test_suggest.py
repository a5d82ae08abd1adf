"""What the page suggests, read by the model that ships."""

import pytest

from phosphene.render.worker.embedded.renderer import EmbeddedRenderer
from tests.e2e.conftest import Run
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
