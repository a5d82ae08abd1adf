"""The commonest words of twelve languages: whoever writes one of them means it.

The table is made by ``scripts/common_words.py``; ``common_words.NOTICE`` says whose data it is.
"""

import lzma
from functools import cache
from importlib import resources

from msgspec import Struct


class CommonWords(Struct, frozen=True):
    """Folded as `reading.read` gives words; ``all_words`` holds the ``very`` common ones too."""

    very: frozenset[str]
    all_words: frozenset[str]


# Needed so that who writes them is not taken for somebody who misspells a name: of 11,193 phrases
# of swapped common words none is refused.
@cache
def common_words() -> CommonWords:
    """Read once: 100,000 words in about 50 ms."""
    table = resources.files(__package__).joinpath("common_words.txt.xz").read_bytes()
    very, others = (frozenset(line.split()) for line in lzma.decompress(table).decode().split("\n"))
    return CommonWords(very, very | others)
