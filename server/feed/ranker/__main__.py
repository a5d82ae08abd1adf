"""The child process that learns what people like: ``python -m phosphene.feed.ranker SNAPSHOT
[WEIGHTS [LAYER [ROLE]]]``, see ``learner_messages``."""

import importlib
import logging
import os
import resource
import sys
from pathlib import Path
from typing import BinaryIO, Final

from phosphene.children.frames import frame_body
from phosphene.feed.learner_messages import LearnerUnfit, encode_message

NICENESS: Final = 5
"""The instance goes first when they share a core: it sends pictures to everybody."""

log = logging.getLogger(__name__)


def main() -> None:
    """Learn and rank until standard input ends."""
    logging.basicConfig(level=logging.INFO, format="feed %(levelname)s %(name)s: %(message)s")
    orders, answers = _take_pipes()
    os.nice(NICENESS)
    # Nothing of what people watched in a core dump.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        # By name and late: of an installation without numpy it can be said then.
        serve = importlib.import_module("phosphene.feed.ranker.serve").serve
        serve(orders, answers, Path(sys.argv[1]), *sys.argv[2:])
    except ModuleNotFoundError as error:
        answers.write(frame_body(encode_message(LearnerUnfit(str(error)))))
        answers.flush()
        raise SystemExit(str(error)) from error
    except BrokenPipeError:
        log.info("the instance has gone")


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
