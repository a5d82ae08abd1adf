"""Vectors of texts that were read before, in a file of the data folder, so that a start reads no
description of a registered work anew: for 495 works that takes 16 to 40 s of CPU.

The file is a cache: one that is cut short, changed, of another encoder, or that cannot be read or
written counts as none. Its vectors are of half precision, and so is what is made anew (rounded): a
score is the same after a start with the file and one without.
"""

import hashlib
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.meaning.background import Floats
from phosphene.scratch import replace_file

SIZE: Final = 512
NAME: Final = 16
"""Bytes of a text's hash, by which its vector is found."""
HASH: Final = 32
ROW: Final = NAME + 2 * SIZE
MOST: Final = 40_000
"""Vectors of a file, 42 MB: the shipped works have 12,000."""
WRITE_FROM: Final = 256
"""So many new vectors are worth another file; fewer take 0.2 s to make."""

log = logging.getLogger(__name__)
Halves = NDArray[np.float16]


class VectorFile:
    """``path``: where it lies, None: nowhere; ``encoder``: what makes the vectors, and its version:
    vectors of another are none."""

    def __init__(self, path: Path | None, encoder: str) -> None:
        self._path, self._encoder = path, encoder.encode()
        self._kept: dict[bytes, Halves] = _read(path, self._encoder) if path else {}
        self._new = 0

    def find_vectors(self, texts: Iterable[str]) -> dict[str, Floats]:
        """The vectors of those of the texts that it has."""
        named = {text: self._kept.get(_name(text)) for text in texts}
        return {text: one.astype(np.float32) for text, one in named.items() if one is not None}

    def keep_vectors(self, vectors: Mapping[str, Floats]) -> None:
        """Have these from now on, the latest of MOST; write the file once it lacks many."""
        if self._path is None:
            return
        named = {_name(text): vector for text, vector in vectors.items()}
        added = {n: v.astype(np.float16) for n, v in named.items() if n not in self._kept}
        self._new += len(added)
        self._kept |= added
        if len(self._kept) > MOST:
            self._kept = dict(list(self._kept.items())[-MOST:])
        if self._new >= WRITE_FROM:
            self._new = 0
            _write(self._path, self._encoder, self._kept)


def _name(text: str) -> bytes:
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=NAME).digest()


def _digest(encoder: bytes, rows: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(encoder).digest() + rows).digest()


def _read(path: Path, encoder: bytes) -> dict[bytes, Halves]:
    """All rows of a file that is whole and of this encoder; else none."""
    try:
        with path.open("rb") as file:
            whole = file.read(HASH + MOST * ROW + 1)
    except OSError:
        return {}
    rows = whole[HASH:]
    if len(rows) % ROW or len(rows) > MOST * ROW or _digest(encoder, rows) != whole[:HASH]:
        return {}
    table = np.frombuffer(rows, np.uint8).reshape(-1, ROW)
    vectors = np.ascontiguousarray(table[:, NAME:]).view("<f2").astype(np.float16, copy=False)
    return dict(zip((bytes(one) for one in table[:, :NAME]), vectors, strict=True))


def _write(path: Path, encoder: bytes, kept: Mapping[bytes, Halves]) -> None:
    """Whole or not at all: of two instances on the folder the later one's is there."""
    rows = b"".join(name + one.astype("<f2").tobytes() for name, one in kept.items())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, _digest(encoder, rows) + rows)
    except OSError as error:
        log.warning("vectors of works are not kept: %s", error.strerror)
