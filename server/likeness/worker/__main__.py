"""The child process that looks at cameras: ``python -m phosphene.likeness.worker``."""

import contextlib
import importlib
import logging
import os
import resource
from typing import BinaryIO, Final

from phosphene.children.frames import frame_body
from phosphene.errors import BadInput
from phosphene.likeness.messages import CheckerUnfit, encode_message

NICENESS: Final = 5
"""The instance goes first when they share a core: it sends pictures to everybody."""
# 170 MB of it are used with one camera; libraries map much more than they use.
MEMORY: Final = 3 << 30
"""Bytes of address space."""

log = logging.getLogger(__name__)


def main() -> None:
    """Load the models and look until standard input ends."""
    logging.basicConfig(level=logging.INFO, format="faces %(levelname)s %(name)s: %(message)s")
    orders, answers = _take_pipes()
    os.nice(NICENESS)
    _limit_memory()
    try:
        # By name and late: of an installation without phosphene[likeness] it can be said then.
        importlib.import_module("phosphene.likeness.worker.serve").serve(orders, answers)
    except (BadInput, ModuleNotFoundError) as error:
        answers.write(frame_body(encode_message(CheckerUnfit(str(error)))))
        answers.flush()
        raise SystemExit(str(error)) from error
    except BrokenPipeError:
        log.info("the instance has gone")


def _limit_memory() -> None:
    """What a camera may make it take, and nothing of what it saw in a core dump."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Not every system has a bound for the address space.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


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
