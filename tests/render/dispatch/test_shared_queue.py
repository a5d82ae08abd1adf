"""What an instance keeps to itself, and what others may take."""

import asyncio
from contextlib import AsyncExitStack, aclosing

import msgspec
import pytest

from phosphene.errors import BadInput
from phosphene.model import Portrait
from phosphene.render import messages
from phosphene.render.dispatch.job import Job
from phosphene.render.dispatch.pool import Pool
from phosphene.render.dispatch.shared_queue import NoSharedQueue
from phosphene.settings import Settings
from tests.render.easel import READY
from tests.render.worker.test_session import order


def test_what_is_offered_to_nobody_stays_with_whoever_offers_it() -> None:
    line, job = NoSharedQueue(), Job(order("a"))
    assert not line.offer_clip(job, urgent=True)
    assert line.withdraw_clip("a") is None
    assert job not in line.offered_jobs()


class Line(NoSharedQueue):
    """Workers of other machines that would take everything."""

    def __init__(self) -> None:
        self.offered: list[str] = []

    def offer_clip(self, job: Job, *, urgent: bool) -> bool:
        self.offered.append(job.clip)
        return True


def with_portrait(clip: str) -> messages.Render:
    return msgspec.structs.replace(order(clip=clip), portraits=(Portrait("ada", b"a face"),))


async def cancel(asked: "asyncio.Future[messages.ClipAnswer]") -> None:
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)


@pytest.mark.asyncio
async def test_a_portrait_waits_for_a_worker_of_this_instance_and_lets_others_pass() -> None:
    pool, line = Pool(Settings(workers=1)), Line()
    pool.use_shared_queue(line)
    async with AsyncExitStack() as stack:
        for wanted in (with_portrait("hers"), order(clip="a fox")):
            answers = await stack.enter_async_context(aclosing(pool.render_clip(wanted)))
            asked = asyncio.ensure_future(anext(answers))
            stack.push_async_callback(cancel, asked)
            await asyncio.sleep(0)
        assert line.offered == ["a fox"]
        assert [job.clip for job in pool.waiting_jobs] == ["hers"]
        # Also when a worker was lost with it: what is left of it has the portrait, too.
        (job,) = pool.waiting_jobs
        again = Job(job.remaining_order())
        assert (again.order.portraits, again.local_only) == (job.order.portraits, True)


@pytest.mark.asyncio
async def test_an_instance_without_workers_of_its_own_has_nobody_to_give_a_portrait_to() -> None:
    pool, line = Pool(Settings(workers=0)), Line()
    pool.use_shared_queue(line)
    async with aclosing(pool.render_clip(with_portrait("hers"))) as answers:
        with pytest.raises(BadInput, match="another machine"):
            await anext(answers)
    assert line.offered == []
    pool.info = msgspec.structs.replace(READY, portraits=5)
    assert pool.most_portraits == 0
