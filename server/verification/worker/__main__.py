"""Looks at one file: ``python -m phosphene.verification.worker``. It ends with standard input."""

import logging
import os
import resource
from typing import Final

from phosphene.children.child import (
    NICENESS,
    child_pipes,
    limit_resource,
    read_frames,
    write_frame,
)
from phosphene.verification.messages import decode_order, encode_message
from phosphene.verification.worker.examination import serve

# 260 MB are used with a clip of 576x1024; a picture that is made to be enormous takes no more.
MEMORY: Final = 2 << 30
"""Bytes of address space."""
# READING_S for pictures, 2 s for a mark that was cut and turned, and hashes of 100,000 clips.
CPU_S: Final = 15


def main() -> None:
    """Answer what is asked of one file."""
    logging.basicConfig(level=logging.WARNING, format="verification %(levelname)s: %(message)s")
    os.nice(NICENESS)
    # It can write no file: what somebody gave to be looked at is on no disk.
    limit_resource(resource.RLIMIT_FSIZE, 0)
    limit_resource(resource.RLIMIT_CPU, CPU_S)
    limit_resource(resource.RLIMIT_AS, MEMORY)
    with child_pipes() as (orders, answers):
        said = map(decode_order, read_frames(orders))
        serve(said, lambda answer: write_frame(answers, encode_message(answer)))


if __name__ == "__main__":
    main()
