"""Guests: an id that a signed token proves, until its first use makes it a login.

A token is ``1.<person id>.<expiry>.<mac>``: seconds since the epoch, and HMAC-SHA256 (RFC 2104)
over all that comes before it, in base64url without padding.
"""

import hmac
import secrets
from pathlib import Path
from typing import Final

from phosphene.base64url import encode_base64url
from phosphene.errors import BadInput, Unauthorized
from phosphene.guest_names import guest_handle
from phosphene.ids import ALPHABET, new_id
from phosphene.model import Person
from phosphene.trust import secret_files

LIFE_S: Final = 7 * 86400
"""How long a token is good that was never used: the first use makes it a login, which lasts."""
KEY_BYTES: Final = 32
# A token has 77 characters: 1, 20 of the id, 10 of the time, 43 of the MAC and three points.
LONGEST: Final = 128


def load_key(path: Path) -> bytes:
    """The 32 secret bytes in ``path``, made at the first start.

    Raises:
        BadInput: the file holds something else.
    """
    text = secret_files.first(path, secrets.token_hex(KEY_BYTES).encode() + b"\n")
    try:
        key = bytes.fromhex(text.decode().strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise BadInput(f"{path} holds no key of {2 * KEY_BYTES} hexadecimal digits")
    return key


class Identities:
    """Makes and reads tokens. Any instance with the same key reads what another one made."""

    def __init__(self, key: bytes) -> None:
        if len(key) < KEY_BYTES:
            raise BadInput(f"an identity key needs {KEY_BYTES} bytes")
        self._key = key

    def issue_identity(self, now: float) -> tuple[Person, str]:
        """A new guest, with a generated handle, and the token that proves them."""
        person_id = new_id(now)
        return Person(person_id, guest_handle(person_id)), self.token_for(person_id, now)

    def token_for(self, person_id: str, now: float) -> str:
        """A token of this person, to be used within a week from ``now``."""
        # Signed and in no table: 540 a second were asked for, and who never comes back costs no
        # row.
        claim = f"1.{person_id}.{int(now) + LIFE_S}"
        return f"{claim}.{self._mac(claim)}"

    def read_token(self, token: str, now: float) -> str:
        """The id of the person whose token this is.

        Raises:
            Unauthorized: it was not made with this key, was changed, or has expired.
        """
        return self._claim(token, now)[0]

    def _claim(self, token: str, now: float) -> tuple[str, int]:
        claim, _, mac = token.rpartition(".")
        # Compared as bytes: compare_digest raises for a str that is not ASCII.
        known = hmac.compare_digest(self._mac(claim).encode(), mac.encode(errors="replace"))
        parts = claim.split(".")
        if len(token) > LONGEST or not known or len(parts) != 3:
            raise Unauthorized("this identity was not given out here")
        version, person_id, expiry = parts
        if version != "1" or not person_id or not set(person_id) <= set(ALPHABET):
            raise Unauthorized("this identity was not given out here")
        if int(expiry) <= now:
            raise Unauthorized("this identity has expired")
        return person_id, int(expiry)

    def _mac(self, claim: str) -> str:
        digest = hmac.digest(self._key, claim.encode(errors="replace"), "sha256")
        return encode_base64url(digest)
