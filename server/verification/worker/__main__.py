"""Looks at one file: ``python -m phosphene.verification.worker``. It ends with standard input."""

import logging
import os
import resource
import signal
from types import FrameType
from typing import Final

from phosphene.children.child import (
    NICENESS,
    child_pipes,
    limit_resource,
    read_frames,
    write_frame,
)
from phosphene.verification.messages import decode_order, encode_message
from phosphene.verification.worker.examination import TakesTooLong, serve

# 260 MB are used with a clip of 576x1024; a picture that is made to be enormous takes no more.
MEMORY: Final = 2 << 30
"""Bytes of address space."""
# READING_S for pictures, 2 to 4 s for a mark that was cut and turned, 0.3 s for hashes of 100,000
# clips.
CPU_S: Final = 10.0
"""Seconds of a core that one file may take; then it is said to take too long."""
KILLED_S: Final = 15
"""Where a library heeds nothing for so long."""


def main(cpu_s: float = CPU_S) -> None:
    """Answer what is asked of one file."""
    logging.basicConfig(level=logging.WARNING, format="verification %(levelname)s: %(message)s")
    os.nice(NICENESS)
    # It can write no file: what somebody gave to be looked at is on no disk.
    limit_resource(resource.RLIMIT_FSIZE, 0)
    limit_resource(resource.RLIMIT_CPU, KILLED_S)
    limit_resource(resource.RLIMIT_AS, MEMORY)
    signal.signal(signal.SIGPROF, _give_up)
    signal.setitimer(signal.ITIMER_PROF, cpu_s)
    with child_pipes() as (orders, answers):
        said = map(decode_order, read_frames(orders))
        serve(said, lambda answer: write_frame(answers, encode_message(answer)))


def _give_up(number: int, frame: FrameType | None) -> None:
    raise TakesTooLong


if __name__ == "__main__":
    main()
