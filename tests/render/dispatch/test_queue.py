import msgspec

from phosphene.render.dispatch.job import Job
from phosphene.render.dispatch.queue import ClipQueue
from phosphene.render.schedule import Asker
from tests.render.worker.test_session import order


def job(clip: str, person: str = "") -> Job:
    return Job(order(clip, person=person))


def clips(jobs: list[Job]) -> list[str]:
    return [one.clip for one in jobs]


def test_persons_take_turns_and_clips_that_were_begun_go_first() -> None:
    line = ClipQueue()
    for clip, person in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("c1", "c")):
        line.put_last(job(clip, person))
    line.put_first(job("broken", "b"))
    assert len(line) == 5
    assert clips(line.ordered_jobs([])) == ["broken", "a1", "b1", "c1", "a2"]
    assert clips(line.ordered_jobs([Asker("a")])) == ["broken", "b1", "c1", "a1", "a2"]


def test_whoever_leaves_is_not_in_it_any_more() -> None:
    line = ClipQueue()
    line.put_last(job("a"))
    line.put_first(job("b"))
    assert line.remove_job("nobody") is None
    assert [one and one.clip for one in map(line.remove_job, "ab")] == ["a", "b"]
    line.put_last(job("c"))
    assert clips(line.take_all()) == ["c"]
    assert len(line) == 0


def test_a_clip_without_a_person_is_a_person_of_its_own() -> None:
    assert Job(msgspec.structs.replace(order("x"), person="")).person == "x"


def test_a_place_is_kept_until_it_is_released() -> None:
    line = ClipQueue()
    line.put_last(job("a", "anna"))
    place = line.keep_place(Asker("ben"))
    assert line.askers == [Asker("anna"), Asker("ben")]
    place.release()
    place.release()
    assert line.askers == [Asker("anna")]
    assert len(line) == 1
