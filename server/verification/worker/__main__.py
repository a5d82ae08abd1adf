"""Looks at one file: ``python -m phosphene.verification.worker``. It ends with standard input."""

import contextlib
import logging
import os
import resource
from typing import BinaryIO, Final

from phosphene.children.frames import frame_body
from phosphene.verification.messages import VerificationAnswer, encode_message
from phosphene.verification.worker.examination import orders_of, serve

NICENESS: Final = 5
"""The instance goes first when they share a core: it sends pictures to everybody."""
# 260 MB are used with a clip of 576x1024; a picture that is made to be enormous takes no more.
MEMORY: Final = 2 << 30
"""Bytes of address space."""
CPU_S: Final = 30

log = logging.getLogger(__name__)


def main() -> None:
    """Answer what is asked of one file."""
    logging.basicConfig(level=logging.WARNING, format="verification %(levelname)s: %(message)s")
    orders, answers = _take_pipes()
    os.nice(NICENESS)
    _limit_process()

    def say(answer: VerificationAnswer) -> None:
        answers.write(frame_body(encode_message(answer)))
        answers.flush()

    with contextlib.suppress(BrokenPipeError):  # the instance has gone
        serve(orders_of(orders), say)


def _limit_process() -> None:
    """What a file may make it take. It can write no file, and leaves no core dump: what somebody
    gave to be looked at is on no disk."""
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_AS, MEMORY),
    ):
        # Not every system has a bound for the address space.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output as files of their own; what libraries print goes to standard
    error."""
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return orders, answers


if __name__ == "__main__":
    main()
