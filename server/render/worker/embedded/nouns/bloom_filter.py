"""A set that forgets its members but not that they are in it (Bloom 1970): 2 % of strangers
pass."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, log
from typing import Final, Self

# Bits of a word; with 8.7 bits of room for each, the best number of them.
HASHES: Final = 6
ROOM: Final = HASHES / log(2)


@dataclass(frozen=True)
class BloomFilter:
    """`bits`: eight places a byte."""

    bits: bytes

    @classmethod
    def from_words(cls, words: Iterable[str], times: int = 1) -> Self:
        """The filter of these words; of twice the size 0.1 % of strangers pass."""
        known = set(words)
        bits = bytearray(max(1, ceil(len(known) * ROOM * times / 8)))
        for word in known:
            for place in _places(word, 8 * len(bits)):
                bits[place // 8] |= 1 << place % 8
        return cls(bytes(bits))

    def __contains__(self, word: str) -> bool:
        # A wrong yes leaves a misspelling as it is, which is what happens to most of them; the
        # 83,000 words themselves would be larger by far.
        places = _places(word, 8 * len(self.bits))
        return all(self.bits[place // 8] >> place % 8 & 1 for place in places)


def _places(word: str, room: int) -> list[int]:
    """Two halves of a hash make all of them (Kirsch and Mitzenmacher 2006)."""
    digest = hashlib.blake2b(word.encode(), digest_size=16).digest()
    first, second = (int.from_bytes(part, "little") for part in (digest[:8], digest[8:]))
    return [(first + k * second) % room for k in range(HASHES)]
