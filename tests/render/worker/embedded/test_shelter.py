"""Where weather is seen, and where it is heard."""

import pytest

from phosphene.render.worker.embedded.nouns.cast import ALONE, Cast
from phosphene.render.worker.embedded.shelter import weather_heard, weather_seen


@pytest.mark.parametrize(
    ("place", "weather", "seen", "heard"),
    [
        ("room", "rain", "clear", "rain"),
        ("kitchen", "storm", "clear", "storm"),
        ("stage", "rain", "clear", "clear"),
        ("stage", "fog", "fog", "fog"),
        ("space", "snow", "clear", "clear"),
        ("beach", "rain", "rain", "rain"),
    ],
)
def test_under_a_roof_rain_is_heard_and_not_seen(
    place: str, weather: str, seen: str, heard: str
) -> None:
    slots, cast = {"place": "city", "weather": "clear"}, Cast(place=place, weather=weather)
    assert (weather_seen(slots, cast), weather_heard(slots, cast)) == (seen, heard)


def test_no_rain_falls_under_water() -> None:
    slots = {"place": "underwater", "weather": "rain"}
    assert (weather_seen(slots, ALONE), weather_heard(slots, ALONE)) == ("clear", "clear")
