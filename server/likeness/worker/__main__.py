"""The child process that looks at cameras: ``python -m phosphene.likeness.worker``."""

import importlib
import logging
import os
import resource
from typing import Final

from phosphene.children.child import NICENESS, child_pipes, limit_resource, tell_unfit
from phosphene.errors import BadInput
from phosphene.likeness.messages import CheckerUnfit, encode_message

# 170 MB of it are used with one camera; libraries map much more than they use.
MEMORY: Final = 3 << 30
"""Bytes of address space."""


def main() -> None:
    """Load the models and look until standard input ends."""
    logging.basicConfig(level=logging.INFO, format="faces %(levelname)s %(name)s: %(message)s")
    os.nice(NICENESS)
    limit_resource(resource.RLIMIT_AS, MEMORY)
    unfit = (BadInput, ModuleNotFoundError)
    with child_pipes() as (orders, answers), tell_unfit(answers, unfit, _encode_reason):
        # By name and late: of an installation without phosphene[likeness] it can be said then.
        importlib.import_module("phosphene.likeness.worker.serve").serve(orders, answers)


def _encode_reason(reason: str) -> bytes:
    return encode_message(CheckerUnfit(reason))


if __name__ == "__main__":
    main()
