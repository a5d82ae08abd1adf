"""The side of the child process: its pipes, in which orders come and answers go."""

import contextlib
import logging
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

from phosphene.children.frames import MAX_FRAME, frame_body

NICENESS: Final = 5
"""The instance goes first when they share a core: it sends pictures to everybody."""

log = logging.getLogger(__name__)


@contextmanager
def child_pipes() -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """Standard input and output as files of their own, until the instance has gone; what libraries
    print goes to standard error, and nothing of what is told here into a core dump."""
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    limit_resource(resource.RLIMIT_CORE, 0)
    try:
        yield orders, answers
    except BrokenPipeError:
        log.info("the instance has gone")


@contextmanager
def tell_unfit(
    answers: BinaryIO, unfit: tuple[type[Exception], ...], encode_reason: Callable[[str], bytes]
) -> Iterator[None]:
    """Of what is raised in the block and among ``unfit`` the instance is told: this process cannot
    work here, nor would another. Raises SystemExit."""
    try:
        yield
    except unfit as error:
        write_frame(answers, encode_reason(str(error)))
        raise SystemExit(str(error)) from error


def limit_resource(resource_id: int, most: int) -> None:
    """A bound for this process, one of ``resource``'s; not every system has all of them."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource_id, (most, most))


def write_frame(answers: BinaryIO, body: bytes) -> None:
    """Send one body. Raises BrokenPipeError: the instance has gone."""
    answers.write(frame_body(body))
    answers.flush()


def read_frames(orders: BinaryIO) -> Iterator[bytes]:
    """The bodies that come, until the other side has gone. Raises ValueError as ``read_frame``."""
    while len(head := orders.read(4)) == 4:
        size = int.from_bytes(head, "big")
        if size > MAX_FRAME:
            raise ValueError(f"a message of {size} bytes")
        body = orders.read(size)
        if len(body) < size:
            return
        yield body
