"""Ids of refusals: signed, so that who asks for another look shows that this server refused this
text, and nothing has to be stored of those who do not ask.

An id is ``r1.<claims>.<mac>``: the claims in msgpack, and the first 128 bits of HMAC-SHA256
(RFC 2104) over them and the id of the person who was refused, both in base64url without padding.
"""

import hmac
from collections.abc import Sequence
from typing import Final

import msgspec

from phosphene.base64url import decode_base64url, encode_base64url
from phosphene.errors import Forbidden, JudgedBy, NotFound, Refusal, Stage
from phosphene.refusal_appeals import RefusalClaims
from phosphene.reports import APPEAL_S

PREFIX: Final = "r1."
LONGEST: Final = 1024
MAC_BYTES: Final = 16
DIGEST_BYTES: Final = 16
SPANS: Final = 8
"""So many places in the text are told."""

_Signed = tuple[
    int,
    bytes,
    str,
    JudgedBy,
    Stage,
    str,
    bool,
    float | None,
    float | None,
    tuple[tuple[int, int], ...],
]
_signed = msgspec.msgpack.Decoder(_Signed)


class RefusalIds:
    """Makes and reads ids; ``key`` is that of the identities, from which theirs are derived."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"refusal ids", "sha256")
        # Of a bare hash everybody could find out whether a database holds a guessed prompt.
        self._prompts = hmac.digest(key, b"hashes of refused prompts", "sha256")

    def digest_of(self, text: str, before: Sequence[str] = ()) -> str:
        """The keyed hash of a prompt and of the texts that it goes on from."""
        told = msgspec.msgpack.encode((text, tuple(before)))
        return hmac.digest(self._prompts, told, "sha256")[:DIGEST_BYTES].hex()

    def make_id(
        self, refusal: Refusal, text: str, before: Sequence[str], person_id: str, now: float
    ) -> str:
        """The id of a refusal of a person's text; of a severe rule it holds no place in the
        text."""
        severe = refusal.appeal_keeps == "hash"
        digest = bytes.fromhex(self.digest_of(text, before))
        spans = () if severe else spans_of(text, refusal.matched)
        told: _Signed = (
            *(int(now), digest, refusal.rule, refusal.layer, refusal.stage),
            *(refusal.rules_version, severe, refusal.score, refusal.threshold, spans),
        )
        claims = msgspec.msgpack.encode(told)
        mac = encode_base64url(self._mac(claims, person_id))
        return f"{PREFIX}{encode_base64url(claims)}.{mac}"

    def read_id(self, refusal_id: str, person_id: str, now: float) -> RefusalClaims:
        """What an id says.

        Raises:
            NotFound: it was not made with this key for this person, or was changed. Forbidden: it
                is older than six months.
        """
        claims, mac = _parts(refusal_id)
        if not hmac.compare_digest(self._mac(claims, person_id), mac):
            raise NotFound("nothing of yours was refused under this id")
        at, digest, rule, layer, stage, version, severe, score, threshold, spans = _signed.decode(
            claims
        )
        if at + APPEAL_S < now:
            raise Forbidden("this was refused more than six months ago")
        return RefusalClaims(
            # One in 64 in base64url begins with -, which on a command line is an option.
            id=mac.hex(),
            at=at,
            digest=digest.hex(),
            rule=rule,
            layer=layer,
            stage=stage,
            version=version,
            severe=severe,
            score=score,
            threshold=threshold,
            matched=spans,
        )

    def _mac(self, claims: bytes, person_id: str) -> bytes:
        # The claims are of a length that msgpack tells: nothing of them can be taken for a person.
        signed = claims + person_id.encode(errors="replace")
        return hmac.digest(self._key, signed, "sha256")[:MAC_BYTES]


def spans_of(text: str, matched: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Where in a text what matched stands first."""
    found = [(text.find(one), len(one)) for one in matched[:SPANS]]
    return tuple((at, at + size) for at, size in found if at >= 0 and size)


def _parts(refusal_id: str) -> tuple[bytes, bytes]:
    claims, _, mac = refusal_id.removeprefix(PREFIX).rpartition(".")
    try:
        if not refusal_id.startswith(PREFIX) or len(refusal_id) > LONGEST:
            raise ValueError
        return decode_base64url(claims), decode_base64url(mac)
    except ValueError:
        raise NotFound("this is no id of a refusal") from None
