"""Who operates an instance: who knows its token.

Without one in the settings it is made of the secret key of the data folder, so that who can read
that needs no other secret.
"""

import hmac

from phosphene.base64url import encode_base64url
from phosphene.errors import Unauthorized

MEANING = b"phosphene operator"


def operator_token(key: bytes) -> str:
    """The token that belongs to an identity key."""
    return encode_base64url(hmac.digest(key, MEANING, "sha256"))


def holds_token(authorization: str, token: bytes) -> bool:
    """Whether the value of a header is this bearer token (RFC 6750); never of an empty one."""
    scheme, _, credentials = authorization.partition(" ")
    given = credentials.strip().encode(errors="replace")
    return scheme.lower() == "bearer" and bool(token) and hmac.compare_digest(given, token)


class Operators:
    """``token`` is the setting, ``key`` the identity key of the data folder."""

    def __init__(self, token: str, key: bytes) -> None:
        # One that ``phosphene top`` can make itself on this machine: who reads the key may do all
        # anyway.
        self._token = (token or operator_token(key)).encode()
        self.asked = bool(token)

    def knows_token(self, authorization: str) -> bool:
        """Whether a header holds the operator's token, as ``check_operator``."""
        try:
            self.check_operator(authorization)
        except Unauthorized:
            return False
        return True

    def check_operator(self, authorization: str) -> None:
        """Whether a bearer token (RFC 6750) in this header is the operator's. Raises Unauthorized.

        ``authorization``: the value of the header, or an empty string.
        """
        if not holds_token(authorization, self._token):
            raise Unauthorized("this is for operators: it needs their token, or a role")

    def check_metrics(self, authorization: str) -> None:
        """The same for metrics, which are open until a token is set. Raises Unauthorized."""
        if self.asked:
            self.check_operator(authorization)
