"""A key for each person whose face is kept, in a file of its own, and what is sealed with it.

The files lie in a folder that is no part of a backup: who deletes theirs, or has it deleted, makes
every copy of what it sealed noise, wherever that copy is.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from phosphene.trust import secret_files

FOLDER: Final = "likeness-keys"
"""In the data folder. Its name ends neither in .key nor in .pem, which backups take."""
KEY: Final = 32
NONCE: Final = 12


class LikenessKeys:
    """The keys in a folder, which all instances on a data folder share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def seal_template(self, person_id: str, plain: bytes) -> bytes:
        """``plain`` under the person's own key (AES-256-GCM), which is made where there is none,
        with their id bound in: a row of one person is none of another's. 28 bytes longer. Raises
        OSError."""
        key = secret_files.first(self._path(person_id), secrets.token_bytes(KEY))
        nonce = secrets.token_bytes(NONCE)
        return nonce + AESGCM(key).encrypt(nonce, plain, person_id.encode())

    def open_template(self, person_id: str, sealed: bytes) -> bytes | None:
        """What was sealed; None: the key is gone, or it was sealed by another, or of another."""
        try:
            key = self._path(person_id).read_bytes()
            return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], person_id.encode())
        except (OSError, InvalidTag, ValueError):
            return None

    def open_templates(self, sealed: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        """Those of several people, by their ids, that open."""
        opened = ((person_id, self.open_template(person_id, one)) for person_id, one in sealed)
        return [(person_id, plain) for person_id, plain in opened if plain is not None]

    def shred_key(self, person_id: str) -> None:
        """Nothing of theirs opens any more, in no copy. Idempotent. Raises OSError."""
        path = self._path(person_id)
        try:
            # Written over before it goes: the name alone would leave the bytes on the disk.
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(KEY))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except FileNotFoundError:
            return
        directory = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def _path(self, person_id: str) -> Path:
        # By a digest: a list of the folder names nobody.
        return self._folder / hashlib.sha256(person_id.encode()).hexdigest()
