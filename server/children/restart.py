"""A process that is lost is started again, after a pause that doubles until one has been ready."""

from collections.abc import Awaitable, Callable
from typing import Final

from phosphene.children.process import ProcessLost, loss_reason
from phosphene.failure_boundary import Backoff, report_failure, run_in_own_task

# A worker that was killed is to be back at once, and one that cannot start must not take a core
# from those that can.
FIRST_PAUSE_S: Final = 0.25
LONGEST_PAUSE_S: Final = 30.0


async def keep_process(
    part: str,
    run_once: Callable[[Callable[[], None]], Awaitable[None]],
    on_loss: Callable[[str, int], None],
) -> None:
    """Call ``run_once``, which starts a process and serves it, until it returns.

    ``run_once`` is given what it calls when its process is ready. ``on_loss`` is told why one was
    lost, and how many in a row before they were ready, this one too; what it raises ends the loop.
    Whatever else ``run_once`` raises counts as a loss, and is reported as a failure of ``part``.
    """
    backoff = Backoff(FIRST_PAUSE_S, LONGEST_PAUSE_S)
    while True:
        try:
            await run_in_own_task(run_once(backoff.reset))
        except* ProcessLost as lost:
            reason = loss_reason(lost)
        except* Exception as error:
            report_failure(part, error)
            reason = loss_reason(error)
        else:
            return
        on_loss(reason, backoff.failures + 1)
        await backoff.pause()
