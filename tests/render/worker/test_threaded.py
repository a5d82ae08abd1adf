"""Foreign code that draws in a thread of its own takes strict turns with whoever draws with it."""

import threading

import pytest

from phosphene.render.worker.renderer import Forward
from phosphene.render.worker.threaded import Say, draw_in_thread


def forward(given: int) -> Forward:
    return Forward(None, given, list)


def given(news: object) -> int:
    assert isinstance(news, Forward)
    return int(news.given)


def test_what_is_sent_is_what_the_code_is_told_and_its_end_is_the_end() -> None:
    told: list[object] = []

    def body(say: Say) -> bytes:
        told.extend(say(forward(number)) for number in range(3))
        return b"latents"

    drawing = draw_in_thread(body)
    assert given(next(drawing)) == 0
    assert given(drawing.send("zero")) == 1
    assert given(drawing.send(None)) == 2
    with pytest.raises(StopIteration) as end:
        drawing.send("two")
    assert end.value.value == b"latents"
    assert told == ["zero", None, "two"]


def test_while_one_side_works_the_other_waits() -> None:
    at_work = threading.Lock()

    def body(say: Say) -> bytes:
        for number in range(50):
            say(forward(number))
            with at_work:  # never held by the other side at this moment
                pass
        return b""

    drawing, seen = draw_in_thread(body), 0
    for news in drawing:
        assert at_work.acquire(blocking=False)
        assert given(news) == seen
        seen += 1
        at_work.release()
    assert seen == 50


def test_what_the_code_raises_is_raised_where_it_is_drawn() -> None:
    def body(say: Say) -> bytes:
        say(forward(1))
        raise ValueError("broken weights")

    drawing = draw_in_thread(body)
    next(drawing)
    with pytest.raises(ValueError, match="broken weights"):
        next(drawing)


def test_a_drawing_that_is_closed_unwinds_code_that_catches_everything_and_speaks_again() -> None:
    ended: list[str] = []

    def body(say: Say) -> bytes:
        try:
            try:
                say(forward(1))
            except Exception:  # what pipelines do
                ended.append("swallowed")
        finally:
            ended.append("unwound")
            say(forward(2))
            ended.append("went on")
        return b""

    drawing = draw_in_thread(body, "a-drawing")
    next(drawing)
    drawing.close()
    assert ended == ["unwound"]
    assert not any(one.name.startswith("a-drawing") for one in threading.enumerate())


def test_closing_before_it_began_starts_nothing() -> None:
    def body(say: Say) -> bytes:
        raise AssertionError("it was started")

    draw_in_thread(body).close()
