"""What the invisible mark of a clip says: 64 bits that only who has the key can make or believe.

    bits 63..60  version
    bits 59..24  id: a keyed hash of the clip's id, by which its row is found
    bits 23..0   check: a keyed hash of the bits before

Of 16 words that noise may be read as (``watermark.reading``) one passes the check once in a million
pictures.
"""

import hashlib
import hmac
import secrets
from pathlib import Path
from typing import Final

from phosphene.model import PictureMark
from phosphene.trust import secret_files

FILE: Final = "watermark.key"
"""In the data folder: whoever shares it reads and makes the same marks. Backups take it."""
VERSION: Final = 1
ID_BITS: Final = 36
CHECK_BITS: Final = 24
FIELD_KEY: Final = 16


class WatermarkWords:
    """The words of the key in a folder, which is made where there is none; ``strength``: of the
    marks that are laid. Raises OSError."""

    def __init__(self, folder: Path, strength: float) -> None:
        self._key = secret_files.first(folder / FILE, secrets.token_bytes(32))
        self._strength = strength

    # A key of its own for the fields: a worker of another machine must have it to lay marks, and
    # can make no word with it that passes the check of a clip that it was not given.
    @property
    def field_key(self) -> bytes:
        """Of the noise that marks are made of."""
        return self._keyed(b"fields", b"")[:FIELD_KEY]

    def mark_of(self, clip_id: str) -> PictureMark:
        """What a worker lays on the pictures of a clip."""
        return PictureMark(
            key=self.field_key, word=self.word_of_clip(clip_id), strength=self._strength
        )

    def word_of_clip(self, clip_id: str) -> int:
        """The 64 bits of the mark of a clip."""
        return self.word_of(self.id_of(clip_id))

    def id_of(self, clip_id: str) -> int:
        """The number that stands for a clip in its mark. Two of a million clips may share one."""
        digest = self._keyed(b"id", clip_id.encode())
        return int.from_bytes(digest[:8], "big") >> (64 - ID_BITS)

    def word_of(self, mark_id: int) -> int:
        """The 64 bits of a clip, by its number."""
        head = VERSION << ID_BITS | mark_id
        return head << CHECK_BITS | self._check(head)

    def mark_id_in(self, word: int) -> int | None:
        """The number in a word that was read; None: it is none of ours."""
        head, check = word >> CHECK_BITS, word & ((1 << CHECK_BITS) - 1)
        if head >> ID_BITS != VERSION or check != self._check(head):
            return None
        return head & ((1 << ID_BITS) - 1)

    def _check(self, head: int) -> int:
        digest = self._keyed(b"check", head.to_bytes(8, "big"))
        return int.from_bytes(digest[:8], "big") >> (64 - CHECK_BITS)

    def _keyed(self, use: bytes, message: bytes) -> bytes:
        return hmac.new(self._key, use + b"\0" + message, hashlib.sha256).digest()
