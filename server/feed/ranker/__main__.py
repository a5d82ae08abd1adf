"""The child process that learns what people like: ``python -m phosphene.feed.ranker SNAPSHOT
[WEIGHTS [LAYER [ROLE]]]``, see ``learner_messages``."""

import importlib
import logging
import os
import sys
from pathlib import Path

from phosphene.children.child import NICENESS, child_pipes, tell_unfit
from phosphene.feed.learner_messages import LearnerUnfit, encode_message


def main() -> None:
    """Learn and rank until standard input ends."""
    logging.basicConfig(level=logging.INFO, format="feed %(levelname)s %(name)s: %(message)s")
    os.nice(NICENESS)
    unfit = (ModuleNotFoundError,)
    with child_pipes() as (orders, answers), tell_unfit(answers, unfit, _encode_reason):
        # By name and late: of an installation without numpy it can be said then.
        serve = importlib.import_module("phosphene.feed.ranker.serve").serve
        serve(orders, answers, Path(sys.argv[1]), *sys.argv[2:])


def _encode_reason(reason: str) -> bytes:
    return encode_message(LearnerUnfit(reason))


if __name__ == "__main__":
    main()
