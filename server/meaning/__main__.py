"""The child process that reads prompts for the policy: ``python -m phosphene.meaning``."""

import importlib
import logging
import os
import resource
from typing import BinaryIO

from phosphene.children.frames import frame_body
from phosphene.meaning.load_encoder import EncoderUnfit
from phosphene.meaning.meaning_messages import MeaningUnfit, encode_message

log = logging.getLogger(__name__)


def main() -> None:
    """Read prompts until standard input ends."""
    logging.basicConfig(level=logging.INFO, format="meaning %(levelname)s %(name)s: %(message)s")
    orders, answers = _take_pipes()
    # Nothing of what people asked for in a core dump.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        # By name and late: of an installation without numpy it can be said then.
        importlib.import_module("phosphene.meaning.serve_prompts").serve(orders, answers)
    except (ModuleNotFoundError, EncoderUnfit) as error:
        answers.write(frame_body(encode_message(MeaningUnfit(str(error)))))
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
