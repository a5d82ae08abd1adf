"""A drawing whose code is not ours to write as a generator: it runs in a thread of its own.

An unmodified pipeline calls its scheduler, its transformer and its decoder where it likes. Hooks
put there call ``say`` with the news and block until the engine answers. The thread and the
generator take strict turns: one of them always waits, so that the device still has one user.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any

from phosphene.render.worker.renderer import Drawing, News

Say = Callable[[News], Any]
"""Hands over a Patch, Forward or Steer; returns what the generator is sent for it."""


class DrawingClosed(BaseException):
    """The clip is cancelled: raised by ``say`` so that the foreign code unwinds.

    No Exception, so that a pipeline that catches those does not swallow it.
    """


def draw_in_thread(body: Callable[[Say], bytes], name: str = "drawing") -> Drawing:
    """``body(say)`` as the drawing of a clip; what it returns are the latents.

    What it raises is raised here. Closing the drawing ends the thread at its next ``say``, and
    waits for that.
    """
    # None in either direction is the end: of the body, of the drawing.
    # Strict turns by two queues: greenlets would do with less, but torch and libraries keep state
    # by thread.
    told: SimpleQueue[News | None] = SimpleQueue()
    answers: SimpleQueue[tuple[Any] | None] = SimpleQueue()

    def say(news: News) -> Any:
        told.put(news)
        answer = answers.get()
        if answer is None:
            answers.put(None)  # also for a ``say`` in the body's own clean-up
            # Raising is the only way out: diffusers' own ``_interrupt`` goes on to the end of its
            # loop and then still decodes.
            raise DrawingClosed
        return answer[0]

    with ThreadPoolExecutor(1, name) as thread:
        body_ends = thread.submit(body, say)
        body_ends.add_done_callback(lambda _: told.put(None))
        try:
            while (news := told.get()) is not None:
                answers.put(((yield news),))
            return body_ends.result()
        finally:
            answers.put(None)
