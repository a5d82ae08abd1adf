"""Tests of the sentence encoder, which an installation may lack."""

from importlib.util import find_spec
from typing import Final

import pytest

from phosphene.meaning.load_encoder import PACKAGE

needs_encoder: Final = pytest.mark.skipif(
    find_spec(PACKAGE) is None, reason="the extra `meaning` is not installed"
)
