import msgspec
import pytest

from phosphene.model import Steer
from phosphene.render import messages
from phosphene.render.dispatch.job import FILES_S, UNSURE, Job
from phosphene.render.schedule import Cost
from phosphene.units import Unit
from tests.render.worker.test_session import order

COST = Cost(first=0.5, second=0.1, shown=0.1)


def unit(pts: int, frame: int, final: bool = True) -> Unit:
    return Unit(pts, frame == 0, frame, 0.0, final, b"data")


@pytest.mark.asyncio
async def test_a_lost_clip_goes_on_after_its_last_chunk_and_its_last_picture() -> None:
    job = Job(order("a", seconds=5))
    job.add_answer(messages.Started(clip="a", understood=()))
    job.add_answer(messages.Encoded("a", unit(0, 3, final=False)), 1.0)
    job.add_answer(messages.Encoded("a", unit(30, 0)), 2.0)
    job.add_answer(messages.Encoded("a", unit(31, 1)), 2.1)
    job.add_answer(messages.Encoded("a", unit(31, 1), "half"), 2.1)
    job.add_answer(messages.ClipCheckpoint("a", 1, b"one"))
    job.add_answer(messages.ClipCheckpoint("a", 2, b"two"))
    job.add_answer(messages.Steered("a", Steer("at night", 30)))
    rest = job.remaining_order()
    assert (rest.begun, rest.kept, rest.lone) == (b"two", 2, True)
    assert rest.steering == (Steer("at night", 30),)
    assert rest.shown is not None
    assert rest.shown.pts == 31
    assert [one.frame for one in rest.shown.run] == [0, 1]
    # The second worker says again that it has begun: nobody hears of that.
    job.add_answer(messages.Started(clip="a", understood=()))
    heard = [await job.next_answer() for _ in range(7)]
    assert [type(one) for one in heard].count(messages.Started) == 1


def test_a_clip_of_which_nothing_was_final_begins_anew_after_its_last_picture() -> None:
    job = Job(order("a", seconds=5))
    job.add_answer(messages.Encoded("a", unit(7, 3, final=False)), 1.0)
    rest = job.remaining_order()
    assert (rest.begun, rest.kept) == (None, 0)
    assert rest.shown == messages.ShownSoFar(pts=7)


def test_a_clip_that_another_instance_began_goes_on_from_there_when_its_worker_is_lost() -> None:
    run = (unit(30, 0), unit(31, 1))
    given = order("a", seconds=5, shown=messages.ShownSoFar(pts=31, run=run), begun=b"one", kept=1)
    job = Job(given)
    assert job.is_urgent
    assert job.remaining_order() == msgspec.structs.replace(given, lone=True)
    job.add_answer(messages.Encoded("a", unit(32, 2)), 1.0)
    assert job.remaining_order().shown == messages.ShownSoFar(pts=32, run=(*run, unit(32, 2)))


def test_a_file_that_nobody_watches_begins_anew() -> None:
    job = Job(order("a", seconds=5, live=False))
    job.add_answer(messages.ClipCheckpoint("a", 2, b"two"))
    assert job.remaining_order() == msgspec.structs.replace(job.order, lone=True)


def test_when_a_clip_will_be_done_with_is_known_better_and_better() -> None:
    job = Job(order("a", seconds=5))
    assert job.expected_end(COST, 1, 1.2, now=10.0) == pytest.approx(10 + 1.2 + 5 + FILES_S)
    job.began = 10.0
    assert job.expected_end(COST, 1, 1.2, now=11.0) == pytest.approx(10 + 1.2 + 5 + FILES_S)
    job.add_answer(messages.Encoded("a", unit(30, 0)), 13.0)
    assert job.expected_end(COST, 1, 1.2, now=14.0) == pytest.approx(13 + 5 + FILES_S)
    assert job.expected_end(COST, 1, 1.2, now=30.0) == pytest.approx(30.0)


def test_a_clip_is_given_up_when_two_workers_were_lost_over_it() -> None:
    job = Job(order("a"))
    for share in (UNSURE, UNSURE, UNSURE):
        job.add_blame(share)
    assert not job.given_up_reason
    job.add_blame(UNSURE)
    assert "twice" in job.given_up_reason
