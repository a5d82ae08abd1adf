"""The child process that reads prompts for the policy: ``python -m phosphene.meaning [FILE]``, the
file that keeps the vectors of registered works."""

import importlib
import logging
import sys
from pathlib import Path

from phosphene.children.child import child_pipes, tell_unfit
from phosphene.meaning.load_encoder import EncoderUnfit
from phosphene.meaning.meaning_messages import MeaningUnfit, encode_message


def main() -> None:
    """Read prompts until standard input ends."""
    logging.basicConfig(level=logging.INFO, format="meaning %(levelname)s %(name)s: %(message)s")
    unfit = (ModuleNotFoundError, EncoderUnfit)
    with child_pipes() as (orders, answers), tell_unfit(answers, unfit, _encode_reason):
        # By name and late: of an installation without numpy it can be said then.
        vectors = Path(sys.argv[1]) if sys.argv[1:] else None
        importlib.import_module("phosphene.meaning.serve_prompts").serve(orders, answers, vectors)


def _encode_reason(reason: str) -> bytes:
    return encode_message(MeaningUnfit(reason))


if __name__ == "__main__":
    main()
