import pytest

from phosphene.render.worker.embedded.nouns.cast import ALONE, Actor, Cast
from phosphene.render.worker.embedded.sky_cover import CLEAR, cover_of


@pytest.mark.parametrize(
    ("weather", "further", "hidden", "clouds"),
    [
        ("clear", "", False, False),
        ("rain", "", True, True),
        ("snow", "", True, True),
        ("rain", "storm", True, True),
        ("clear", "fog", True, False),
        ("snow", "leaves", False, False),
    ],
)
def test_no_sun_shines_in_bad_weather(
    weather: str, further: str, hidden: bool, clouds: bool
) -> None:
    cover = cover_of({"place": "hills", "weather": weather}, Cast(weather=further))
    assert (cover.hidden > 0.5, cover.pale is not None) == (hidden, clouds)


@pytest.mark.parametrize("place", ["room", "cave", "space"])
def test_there_are_no_clouds_below_a_roof(place: str) -> None:
    assert cover_of({"place": "city", "weather": "rain"}, Cast(place=place)) == CLEAR
    assert cover_of({"place": "underwater", "weather": "rain"}, ALONE) == CLEAR


def test_of_a_scene_that_says_nothing_nothing_is_hidden() -> None:
    assert cover_of({}, ALONE) == CLEAR


def test_there_is_one_moon() -> None:
    inks = ((1, 1, 1),) * 5
    night = {"place": "hills", "weather": "clear"}
    for light in ("moon", "full-moon", "sun"):
        lit = cover_of(night, Cast(other=Actor(light, inks, "float")))
        assert (lit.hidden, lit.pale, lit.greyer) == (1.0, None, 0.0)
    assert cover_of(night, Cast(Actor("owl", inks, "fly"))) == CLEAR


def test_where_there_is_only_noise_nobody_knows_the_weather() -> None:
    rain = cover_of({"place": "hills", "weather": "rain"}, ALONE)
    assert (rain.forming(1.0).hidden, rain.forming(1.0).pale) == (0.0, None)
    assert rain.forming(0.0) == rain
    assert 0 < rain.forming(0.5).hidden < rain.hidden
