"""base64url without padding, as tokens, keys and cursors are written (RFC 4648, 5; RFC 7515, 2)."""

import base64


def encode_base64url(data: bytes) -> str:
    """Letters, digits, ``-`` and ``_``: fit for an address and a header."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode_base64url(text: str) -> bytes:
    """The same back, with padding or without. Raises ValueError."""
    bare = text.rstrip("=")
    return base64.b64decode(bare + "=" * (-len(bare) % 4), b"-_", validate=True)
