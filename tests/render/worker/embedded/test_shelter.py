"""Where weather is seen, and where it is heard."""

import pytest

from phosphene.render.worker.embedded.shelter import is_sheltered, weather_heard


@pytest.mark.parametrize(
    ("place", "weather", "sheltered", "heard"),
    [
        ("room", "rain", True, "rain"),
        ("kitchen", "storm", True, "storm"),
        ("stage", "rain", True, "clear"),
        ("stage", "fog", False, "fog"),
        ("space", "snow", True, "clear"),
        ("underwater", "rain", True, "clear"),
        ("beach", "rain", False, "rain"),
    ],
)
def test_under_a_roof_rain_is_heard_and_not_seen(
    place: str, weather: str, sheltered: bool, heard: str
) -> None:
    assert is_sheltered(place, weather) == sheltered
    assert weather_heard(place, weather) == heard
