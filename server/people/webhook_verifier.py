"""Identities checked by a service for documents: it is given a reference, and says by a signed
webhook what came of it (Standard Webhooks 1.0).
"""

import base64
import binascii
import hmac
from collections.abc import Callable
from typing import Annotated, Final
from urllib.parse import quote

import msgspec
from msgspec import Meta, Struct

from phosphene.base64url import decode_base64url, encode_base64url
from phosphene.errors import Unauthorized
from phosphene.people.identity_verifier import VerifiedPerson, VerifierReply, VerifierVisit

PLACE: Final = "{reference}"
MEANING: Final = b"phosphene identity reference"
# The specification's own tolerance: what is older may have been recorded.
TOLERANCE_S: Final = 300.0
# Somebody may have to look at a document by hand.
LIFE_S: Final = 7 * 86400.0
"""So long after somebody was sent there the service may say what came of it."""
SECRET_PREFIX: Final = "whsec_"


class Reference(Struct, frozen=True):
    """Who was sent there, and when (seconds since the epoch)."""

    person: str
    began_at: float


class DocumentCheck(Struct, frozen=True, kw_only=True):
    """What the service says: ``reference`` as it was given, ``subject`` what it knows the person
    as, only here and always the same; ``verified``: whether the document is theirs and good."""

    reference: str
    subject: Annotated[str, Meta(min_length=1, max_length=255)]
    verified: bool
    over_18: bool
    checked_at: float


class WebhookVerifier:
    """By a service at ``url``, which holds ``{reference}``; ``secret`` is what it signs with, as it
    gives it (``whsec_`` and base64). ``key`` is the instances' common secret, ``clock`` gives
    seconds since the epoch.

    Raises:
        ValueError: the secret is no base64.
    """

    def __init__(
        self, url: str, secret: str, name: str, key: bytes, clock: Callable[[], float]
    ) -> None:
        self.name = name
        self._url = url
        self._secret = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
        self._key = hmac.digest(key, MEANING, "sha256")
        self._clock = clock

    async def begin_visit(self, person_id: str, redirect_uri: str) -> VerifierVisit:
        """See ``IdentityVerifier``; where people come back to the service knows by itself."""
        body = encode_base64url(msgspec.json.encode(Reference(person_id, self._clock())))
        reference = f"{body}.{self._mac(body)}"
        return VerifierVisit(self._url.replace(PLACE, quote(reference, safe="")))

    async def read_reply(self, reply: VerifierReply) -> VerifiedPerson:
        """See ``IdentityVerifier``."""
        self._check_signature(reply)
        try:
            told = msgspec.json.decode(reply.body, type=DocumentCheck)
        except msgspec.MsgspecError as error:
            raise Unauthorized(f"{self.name} said something else: {error}") from None
        if not told.verified:
            raise Unauthorized(f"{self.name} did not check who you are")
        return VerifiedPerson(
            person=self._open(told.reference).person,
            subject=told.subject,
            at=min(told.checked_at, self._clock()),
            over_18=told.over_18,
        )

    def _check_signature(self, reply: VerifierReply) -> None:
        """Raises Unauthorized."""
        told = reply.headers
        number, at = told.get("webhook-id", ""), told.get("webhook-timestamp", "")
        if not at.isdecimal() or abs(int(at) - self._clock()) > TOLERANCE_S:
            raise Unauthorized("the webhook is not of now")
        signed = f"{number}.{at}.".encode() + reply.body
        wanted = hmac.digest(self._secret, signed, "sha256")
        # Several while its secret changes.
        for one in told.get("webhook-signature", "").split():
            version, _, given = one.partition(",")
            if version == "v1" and hmac.compare_digest(wanted, _bytes(given)):
                return
        raise Unauthorized("the webhook is not signed by the verifier")

    def _open(self, reference: str) -> Reference:
        """Raises Unauthorized."""
        body, _, mac = reference.rpartition(".")
        if not hmac.compare_digest(self._mac(body).encode(), mac.encode(errors="replace")):
            raise Unauthorized("nobody was sent there with this reference")
        opened = msgspec.json.decode(decode_base64url(body), type=Reference)
        if opened.began_at + LIFE_S < self._clock():
            raise Unauthorized("this took longer than a week: begin again")
        return opened

    def _mac(self, body: str) -> str:
        return encode_base64url(hmac.digest(self._key, body.encode(errors="replace"), "sha256"))


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
