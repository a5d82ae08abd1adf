"""Tokens that let others' pages show one private clip: signed, expiring, for certain origins.

A token is ``e1.<clip id>.<expiry>.<origins>.<mac>``: seconds since the epoch, the origins as JSON
and HMAC-SHA256 (RFC 2104) over all that comes before it, both in base64url without padding.
"""

import hmac
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from phosphene.base64url import decode_base64url, encode_base64url
from phosphene.errors import Forbidden, Unauthorized, Unusable
from phosphene.trust.origins import clean_origin

PREFIX = "e1."
LONGEST = 2048
# They stand in the token, and that in an address.
ORIGINS_LIMIT = 8
_origins = msgspec.json.Decoder(tuple[str, ...])


class EmbedClaims(Struct, frozen=True):
    """What a token allows: the clip until ``expires_at``, to pages of ``origins``; to everybody
    who has the token when there are none."""

    clip: str
    expires_at: int
    origins: tuple[str, ...] = ()


class EmbedTokens:
    """Makes and reads tokens; ``key`` is that of the identities, from which theirs is derived."""

    def __init__(self, key: bytes) -> None:
        # A key of its own, so that a signature under an identity can never be shown as one under an
        # embed token, however the two are written.
        self._key = hmac.digest(key, b"embed tokens", "sha256")

    def issue_token(self, claims: EmbedClaims) -> str:
        """The token that says so."""
        origins = encode_base64url(msgspec.json.encode(claims.origins))
        claim = f"{PREFIX}{claims.clip}.{claims.expires_at}.{origins}"
        return f"{claim}.{self._mac(claim)}"

    def read_token(self, token: str, now: float) -> EmbedClaims:
        """What a token allows.

        Raises:
            Unauthorized: it was not made with this key, was changed, or has expired.
        """
        claim, _, mac = token.rpartition(".")
        # Compared as bytes: compare_digest raises for a str that is not ASCII.
        known = hmac.compare_digest(self._mac(claim).encode(), mac.encode(errors="replace"))
        if not known or len(token) > LONGEST:
            raise Unauthorized("this embed token was not given out here, or was changed")
        _, clip, expiry, origins = claim.split(".")
        if int(expiry) <= now:
            raise Unauthorized("this embed token has expired")
        return EmbedClaims(clip, int(expiry), _origins.decode(_bytes(origins)))

    def _mac(self, claim: str) -> str:
        return encode_base64url(hmac.digest(self._key, claim.encode(errors="replace"), "sha256"))


def is_embed_token(token: str) -> bool:
    """Whether it looks like one; identities are tokens too."""
    return token.startswith(PREFIX)


def check(claims: EmbedClaims, clip: str, origin: str | None) -> None:
    """Whether the claims are for this clip on a page of ``origin``, None when nobody knows.

    Raises:
        Unauthorized: it is for another clip. Forbidden: for pages of other origins.
    """
    if claims.clip != clip:
        raise Unauthorized("this embed token is for another clip")
    if not claims.origins or origin in claims.origins:
        return
    allowed = ", ".join(claims.origins)
    if origin is None:
        raise Forbidden(f"this embed token is for pages of {allowed}; the request names no page")
    raise Forbidden(f"this embed token is for pages of {allowed}, not of {origin}")


def clean_origins(given: Sequence[str]) -> tuple[str, ...]:
    """Origins as browsers write them (RFC 6454). Raises Unusable."""
    if len(given) > ORIGINS_LIMIT:
        raise Unusable(f"origins: {ORIGINS_LIMIT} at most")
    return tuple(dict.fromkeys(map(clean_origin, given)))


def _bytes(text: str) -> bytes:
    try:
        return decode_base64url(text)
    except ValueError:
        raise Unauthorized("this embed token cannot be read") from None
