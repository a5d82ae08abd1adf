import pytest

from phosphene.render.worker.embedded.nouns.hours_and_weather import told_in
from phosphene.render.worker.embedded.nouns.languages import GRAMMARS
from phosphene.render.worker.embedded.vocabulary import SLOTS

TAUGHT = {"en", "fr"}


@pytest.mark.parametrize(
    ("language", "text", "time", "weather"),
    [
        ("es", "un amanecer en la playa", "dawn", None),
        ("es", "la puesta de sol sobre el mar", "sunset", None),
        ("de", "ein Hund nachts im Regen", "night", "rain"),
        ("it", "il tramonto sul mare", "sunset", None),
        ("pt", "um barco na tempestade", None, "storm"),
        ("nl", "een molen in de mist", None, "fog"),
        ("pl", "pociąg o świcie", "dawn", None),
        ("ru", "закат над морем", "sunset", None),
        ("ja", "夕焼けの海", "sunset", None),
        ("zh", "日落时的海滩", "sunset", None),
    ],
)
def test_times_and_weathers_are_looked_up(
    language: str, text: str, time: str | None, weather: str | None
) -> None:
    told = {name: slot.value for name, slot in told_in(language, text).items()}
    assert told == {k: v for k, v in (("time", time), ("weather", weather)) if v}


def test_what_is_said_not_to_be_is_not() -> None:
    assert told_in("de", "ein Hund ohne Regen") == {}
    assert told_in("de", "ein kleiner Hund") == {}


def test_each_language_says_all_four_times() -> None:
    days = {"de": "Mittag", "es": "mediodía", "it": "mezzogiorno", "pt": "meio-dia", "nl": "middag"}
    assert "time" in SLOTS
    for language, noon in days.items():
        assert told_in(language, noon)["time"].value == "day"
    assert {*days} <= {*GRAMMARS} - TAUGHT
