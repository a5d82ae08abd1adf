import pytest

from phosphene.render.worker.embedded.nouns.clock_times import time_slot


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("the sea at 3 am", "night"),
        ("a bakery at 5:30am", "dawn"),
        ("a street at 12 pm", "day"),
        ("a street at 12 am", "night"),
        ("a beach at 7 p.m.", "sunset"),
        ("une rue à 3 h du matin", "night"),
        ("une rue à 8 h du soir", "sunset"),
        ("ein Zug um 22:15", "night"),
        ("the northern lights over a cabin", "night"),
        ("un loup sous la pleine lune", "night"),
        ("a cat among the stars", "night"),
        ("a movie star", None),
        ("3 foxes", None),
        ("7 amphoras", None),
        ("a 2 hour flight", None),
    ],
)
def test_hours_tell_the_time_of_day(text: str, time: str | None) -> None:
    slot = time_slot(text)
    assert (slot and slot.value) == time
