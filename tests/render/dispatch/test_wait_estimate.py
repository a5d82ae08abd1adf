"""When the clips of a line begin, by what those being drawn still take."""

import pytest

from phosphene.render import messages
from phosphene.render.dispatch.job import FILES_S, Job
from phosphene.render.dispatch.wait_estimate import (
    CLIP_S,
    WorkerLoad,
    announce_waits,
    expected_waits,
    retry_after,
)
from phosphene.render.schedule import Cost
from phosphene.units import Unit
from tests.render.worker.test_session import order

NOW = 100.0
SECONDS = 5
COST = Cost(first=0.5, second=0.1, shown=0.1)
ALONE = 0.5 + SECONDS + FILES_S
"""What a live clip takes from its start, when nobody shares the device."""


def worker(room: int, *drawn: Job) -> WorkerLoad:
    return WorkerLoad(COST, drawn, room)


def job(clip: str, began: float | None = None) -> Job:
    made = Job(order(clip, seconds=SECONDS))
    made.began = began
    return made


def waits(line: list[Job], *workers: WorkerLoad) -> list[float]:
    return expected_waits(line, workers, 0.0, NOW)


def test_without_a_worker_nobody_knows_better_than_the_usual_length() -> None:
    assert waits([job("a"), job("b")]) == [CLIP_S, CLIP_S]
    assert waits([]) == []


def test_where_there_is_room_a_clip_begins_at_once() -> None:
    assert waits([job("a"), job("b")], worker(1), worker(1)) == [0.0, 0.0]


def test_the_next_begins_when_the_one_that_is_drawn_ends() -> None:
    busy = worker(0, job("x", began=NOW - 2.0))
    first, second = waits([job("a"), job("b")], busy)
    assert first == pytest.approx(ALONE - 2.0)
    assert second == pytest.approx(2 * ALONE - 2.0)


def test_a_clip_on_air_ends_when_its_last_second_was_shown() -> None:
    on_air = job("x", began=NOW - 9.0)
    on_air.add_answer(messages.Encoded("x", Unit(0, True, 0, 0.0, True, b"data")), NOW - 1.0)
    (wait,) = waits([job("a")], worker(0, on_air))
    assert wait == pytest.approx(SECONDS - 1.0 + FILES_S)


def test_the_worker_that_is_free_first_takes_the_first_in_line() -> None:
    late, soon = worker(0, job("x", began=NOW)), worker(0, job("y", began=NOW - 4.0))
    assert waits([job("a"), job("b")], late, soon) == pytest.approx([ALONE - 4.0, ALONE])


def test_who_is_sent_away_comes_back_when_the_first_in_line_begins() -> None:
    assert retry_after([4.0, 9.0]) == 4.0
    assert retry_after([0.2]) == 1.0
    assert retry_after([]) == CLIP_S


@pytest.mark.asyncio
async def test_a_start_that_moves_a_little_is_not_told_again() -> None:
    first, second = line = [job("a"), job("b")]
    announce_waits(line, [2.0, 20.0])
    announce_waits(line, [2.4, 18.5])  # less than half a second, less than a tenth
    announce_waits(line, [2.6, 18.5])
    announce_waits([second], [18.5])
    told = [await one.next_answer() for one in (first, first, second, second)]
    assert told == [
        messages.Waiting("a", 1, 2.0),
        messages.Waiting("a", 1, 2.6),
        messages.Waiting("b", 2, 20.0),
        messages.Waiting("b", 1, 18.5),
    ]
