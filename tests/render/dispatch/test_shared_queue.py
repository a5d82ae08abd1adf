"""An instance that shares its line with nobody keeps all of its clips."""

from phosphene.render.dispatch.job import Job
from phosphene.render.dispatch.shared_queue import NoSharedQueue
from tests.render.worker.test_session import order


def test_what_is_offered_to_nobody_stays_with_whoever_offers_it() -> None:
    line, job = NoSharedQueue(), Job(order("a"))
    assert not line.offer_clip(job, urgent=True)
    assert line.withdraw_clip("a") is None
    assert job not in line.offered_jobs()
