"""A key for each template of a face and each portrait that is kept, in a file of its own, and what
is sealed with it.

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
        return self._seal(person_id, plain)

    def open_template(self, person_id: str, sealed: bytes) -> bytes | None:
        """What was sealed; None: the key is gone, or it was sealed by another, or of another."""
        return self._open(person_id, sealed)

    # A key of its own: who takes back the portrait alone has every copy of it made noise, and is
    # recognised as before.
    def seal_portrait(self, person_id: str, plain: bytes) -> bytes:
        """As ``seal_template``, under the key of their portrait. Raises OSError."""
        return self._seal(_of_portrait(person_id), plain)

    def open_portrait(self, person_id: str, sealed: bytes) -> bytes | None:
        """What was sealed; None as of ``open_template``."""
        return self._open(_of_portrait(person_id), sealed)

    def shred_portrait_key(self, person_id: str) -> None:
        """No copy of their portrait opens any more. Idempotent. Raises OSError."""
        self._shred(_of_portrait(person_id))

    def open_templates(self, sealed: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        """Those of several people, by their ids, that open."""
        opened = ((person_id, self.open_template(person_id, one)) for person_id, one in sealed)
        return [(person_id, plain) for person_id, plain in opened if plain is not None]

    def shred_key(self, person_id: str) -> None:
        """Their template opens no more, in no copy. Idempotent. Raises OSError."""
        self._shred(person_id)

    def shred_orphans(
        self, templates: Iterable[str], portraits: Iterable[str], before: float
    ) -> int:
        """Shred keys of whom nothing is kept, by the ids of those of whom something is: a stop
        between the two left the key. Not those that were used after ``before`` (seconds since the
        epoch), whose row may be on its way; how many. Raises OSError."""
        names = (*templates, *map(_of_portrait, portraits))
        kept = {self._path(name).name for name in names}
        if not self._folder.is_dir():
            return 0
        orphans = [
            path
            for path in self._folder.iterdir()
            if path.name not in kept and path.stat().st_mtime < before
        ]
        for path in orphans:
            self._shred_file(path)
        return len(orphans)

    def _seal(self, name: str, plain: bytes) -> bytes:
        key = secret_files.first(self._path(name), secrets.token_bytes(KEY))
        os.utime(self._path(name))
        nonce = secrets.token_bytes(NONCE)
        return nonce + AESGCM(key).encrypt(nonce, plain, name.encode())

    def _open(self, name: str, sealed: bytes) -> bytes | None:
        try:
            key = self._path(name).read_bytes()
            return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], name.encode())
        except (OSError, InvalidTag, ValueError):
            return None

    def _shred(self, name: str) -> None:
        self._shred_file(self._path(name))

    def _shred_file(self, path: Path) -> None:
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

    def _path(self, name: str) -> Path:
        # By a digest: a list of the folder names nobody.
        return self._folder / hashlib.sha256(name.encode()).hexdigest()


def _of_portrait(person_id: str) -> str:
    """What no id is: they hold no blank."""
    return f"{person_id} portrait"
