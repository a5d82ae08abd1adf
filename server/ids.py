"""Ids: URL-safe, sorted by time of creation, not guessable."""

import secrets

# In the order of ASCII, so that ids sort by time as plain text does. Crockford leaves out i, l and
# o, which are read as 1 and 0, and u.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(now_s: float) -> str:
    """20 characters of Crockford's base 32: 48 bits of milliseconds, then 50 random bits."""
    milliseconds = int(now_s * 1000)
    # One question to the kernel: a letter each took ten times as long, and a deed makes several.
    return _letters(milliseconds) + _letters(secrets.randbits(50))


def _letters(bits: int) -> str:
    """The lowest 50 bits as ten letters."""
    return "".join([ALPHABET[(bits >> shift) & 31] for shift in range(45, -1, -5)])


def made_at(id_: str) -> float:
    """When it was made, in seconds since the Unix epoch; 0 of what is no id."""
    if len(id_) != 20 or not set(id_) <= set(ALPHABET):
        return 0.0
    milliseconds = 0
    for character in id_[:10]:
        milliseconds = milliseconds << 5 | ALPHABET.index(character)
    return milliseconds / 1000
