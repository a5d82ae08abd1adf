"""Codes that let a person in who has lost every passkey, each once."""

import base64
import hashlib
import re
import secrets
from typing import Final

CODES: Final = 8
# 80 bits each: a digest without salt or stretching is enough for what nobody chose.
BYTES: Final = 10
_SEPARATORS: Final = re.compile(r"[\s-]+")


def make_codes() -> list[str]:
    """New codes, like ``k3vq-7mzd-x2pa-n6ty``."""
    return [_written(secrets.token_bytes(BYTES)) for _ in range(CODES)]


def digest_of(code: str) -> str:
    """What the store knows a code by, however it was typed: base32 has no 0, 1 or 8."""
    # Typed from paper: what base32 leaves out is read as the letter that it looks like.
    clean = _SEPARATORS.sub("", code).lower().translate(str.maketrans("018", "olb"))
    return hashlib.sha256(clean.encode(errors="replace")).hexdigest()


def _written(value: bytes) -> str:
    text = base64.b32encode(value).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))
