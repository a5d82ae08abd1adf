"""Marks one film: ``python -m phosphene.visible_mark.worker``. It ends with standard input."""

import logging
import os
import resource
from typing import Final

import av

from phosphene.children.child import (
    NICENESS,
    child_pipes,
    limit_resource,
    read_frames,
    write_frame,
)
from phosphene.visible_mark.messages import (
    FilmMarked,
    MarkFilm,
    MarkingAnswer,
    NotMarked,
    decode_order,
    encode_message,
)
from phosphene.visible_mark.worker.marking import marked_film

MEMORY: Final = 2 << 30
"""Bytes of address space; 200 MB are used."""
CPU_S: Final = 45
LARGEST: Final = 64 << 20
"""Bytes of a file, which lies in memory."""


def main() -> None:
    """Answer what is asked."""
    logging.basicConfig(level=logging.WARNING, format="visible mark %(levelname)s: %(message)s")
    # Beside the workers that draw, and after them.
    os.nice(2 * NICENESS)
    limit_resource(resource.RLIMIT_FSIZE, LARGEST)
    limit_resource(resource.RLIMIT_CPU, CPU_S)
    limit_resource(resource.RLIMIT_AS, MEMORY)
    with child_pipes() as (orders, answers):
        for body in read_frames(orders):
            write_frame(answers, encode_message(answer_of(decode_order(body))))


def answer_of(order: MarkFilm) -> MarkingAnswer:
    """The film, or why there is none."""
    try:
        return FilmMarked(marked_film(order.film, order.site))
    except (av.FFmpegError, ValueError, OSError, MemoryError) as error:
        return NotMarked(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
