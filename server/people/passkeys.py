"""Passkeys: Web Authentication (W3C Recommendation, Level 2), by the library fido2.

Challenges are signed instead of stored: 16 random bytes, when they end, and an HMAC over both and
what they are for; ``Challenges.check`` says whether one is of ours and still good. That it is used
only once is up to the store.
"""

import base64
import hmac
import secrets
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    CollectedClientData,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from phosphene.base64url import decode_base64url, encode_base64url
from phosphene.errors import BadInput, Unauthorized, Unprocessable
from phosphene.model import Person
from phosphene.store.accounts import Passkey
from phosphene.trust.origins import origin_of

# So long browsers are to wait where the person is verified (WebAuthn Level 2, 5.1.3).
CHALLENGE_S: Final = 300
NONCE, ENDS, MAC = 16, 8, 16
MEANING: Final = b"phosphene passkey challenge"
REQUIRED: Final = UserVerificationRequirement.REQUIRED
# What fido2 raises on bytes that no authenticator made: it reads CBOR, JSON and keys by itself.
UNREADABLE: Final = (
    *(ValueError, LookupError, TypeError, AttributeError, AssertionError, ArithmeticError),
    *(NotImplementedError, RecursionError, struct.error, UnsupportedAlgorithm),
)


class Challenges:
    """Makes and reads challenges; ``key`` is the instances' common secret."""

    def __init__(self, key: bytes, clock: Callable[[], float]) -> None:
        # Of its own, as each thing that is signed has: no token can be shown as a challenge.
        self._key = hmac.digest(key, MEANING, "sha256")
        self._clock = clock

    def make_challenge(self, purpose: str) -> bytes:
        """40 bytes, good for five minutes and for this purpose."""
        ends = int(self._clock()) + CHALLENGE_S
        start = secrets.token_bytes(NONCE) + ends.to_bytes(ENDS, "big")
        return start + self._mac(start, purpose)

    def check(self, challenge: bytes, purpose: str) -> None:
        """Raises Unauthorized: it was not made here for this, or its time is over."""
        start, mac = challenge[: NONCE + ENDS], challenge[NONCE + ENDS :]
        if not hmac.compare_digest(mac, self._mac(start, purpose)):
            raise Unauthorized("this sign-in was not begun here")
        if int.from_bytes(start[NONCE:], "big") < self._clock():
            raise Unauthorized("this took longer than five minutes: begin again")

    def _mac(self, start: bytes, purpose: str) -> bytes:
        return hmac.digest(self._key, start + purpose.encode(), "sha256")[:MAC]


class RelyingParty:
    """The site as authenticators know it: a domain, and the origins whose pages may ask."""

    def __init__(self, domain: str, origin: str) -> None:
        self.domain = domain
        self._origin = origin
        self._server = Fido2Server(
            PublicKeyCredentialRpEntity(name="Phosphene", id=domain),
            verify_origin=lambda asked: asked == self._origin,
        )

    def creation_options(
        self, person: Person, known: Sequence[Passkey], challenge: bytes
    ) -> dict[str, Any]:
        """What a page gives to ``navigator.credentials.create``, in the JSON form of WebAuthn."""
        options, _ = self._server.register_begin(
            PublicKeyCredentialUserEntity(
                name=person.handle, display_name=person.handle, id=person.id.encode()
            ),
            _described(known),
            # Found without a name: signing in asks for none, so that nobody can try which names are
            # kept.
            resident_key_requirement=ResidentKeyRequirement.REQUIRED,
            user_verification=REQUIRED,
            challenge=challenge,
        )
        return dict(options.public_key)

    def request_options(self, known: Sequence[Passkey], challenge: bytes) -> dict[str, Any]:
        """The same for ``navigator.credentials.get``; without ``known`` the person chooses."""
        options, _ = self._server.authenticate_begin(
            _described(known) or None, user_verification=REQUIRED, challenge=challenge
        )
        return dict(options.public_key)

    def check_creation(self, credential: Mapping[str, Any], challenge: bytes) -> tuple[str, int]:
        """The public data of a new credential, in base64, and its count of uses.

        Raises:
            Unprocessable: it does not answer this challenge, or not for this site.
        """
        try:
            found = self._server.register_complete(_state(challenge), credential)
        except UNREADABLE as error:
            raise Unprocessable(f"this passkey cannot be kept: {error}") from None
        if found.credential_data is None:
            raise Unprocessable("this passkey cannot be kept: it says nothing of its key")
        return base64.b64encode(found.credential_data).decode(), found.counter

    def check_use(self, passkey: Passkey, credential: Mapping[str, Any], challenge: bytes) -> int:
        """How often the passkey was used by now, as it says; 0 of one that does not count.

        Raises:
            Unauthorized: it does not answer this challenge, or a copy of it was used meanwhile.
        """
        try:
            response = AuthenticationResponse.from_dict(credential)
            key = AttestedCredentialData(base64.b64decode(passkey.key))
            self._server.authenticate_complete(_state(challenge), [key], response)
        except UNREADABLE as error:
            raise Unauthorized(f"this passkey does not prove you: {error}") from None
        count = response.response.authenticator_data.counter
        # Synced passkeys do not count and say 0 for ever (WebAuthn, 6.1.1): these are not taken for
        # copies.
        if (count or passkey.count) and count <= passkey.count:
            raise Unauthorized("this passkey was copied: use another one, and remove it")
        return count


def party_of(public_url: str, host: str) -> RelyingParty:
    """The site behind ``public_url``; without that setting only on this machine, as ``host`` says.

    Raises:
        Unprocessable: browsers bind no passkey to such an address.
    """
    if public_url:
        domain = urlsplit(public_url).hostname or ""
        return RelyingParty(domain, origin_of(public_url) or "")
    if host.partition(":")[0] == "localhost":
        return RelyingParty("localhost", f"http://{host}")
    raise Unprocessable(
        "passkeys belong to a domain: the operator sets public_url, or you open"
        " http://localhost instead"
    )


def check_domains(public_url: str, domains: Sequence[str]) -> None:
    """Whether the passkeys that were kept for these domains still open anything here.

    Raises:
        BadInput: ``public_url`` names another domain, and people could sign in no more.
    """
    domain = urlsplit(public_url).hostname
    lost = [one for one in domains if one not in {domain, "localhost"}]
    if public_url and lost:
        raise BadInput(
            f"public_url is {public_url}, but people keep their names here by passkeys for"
            f" {', '.join(lost)}: with another domain they could sign in no more"
        )


def credential_id(credential: Mapping[str, Any]) -> str:
    """The id of the passkey that a browser's answer names, in base64url. Raises BadInput."""
    found = credential.get("id")
    # An id has 1,023 bytes at most (WebAuthn Level 3, 7.1), which are 1,364 letters.
    if not isinstance(found, str) or not 1 <= len(found) <= 1400:
        raise BadInput("credential: it has no id")
    return found.rstrip("=")


def challenge_of(credential: Mapping[str, Any]) -> bytes:
    """The challenge that a browser's answer is to. Raises BadInput."""
    try:
        data = CollectedClientData(decode_base64url(credential["response"]["clientDataJSON"]))
    except UNREADABLE as error:
        raise BadInput(f"credential: {error}") from None
    return bytes(data.challenge)


def _described(passkeys: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    kind = PublicKeyCredentialType.PUBLIC_KEY
    return [
        PublicKeyCredentialDescriptor(type=kind, id=decode_base64url(one.id)) for one in passkeys
    ]


def _state(challenge: bytes) -> dict[str, Any]:
    """What fido2 keeps between the two halves of a ceremony."""
    return {"challenge": encode_base64url(challenge), "user_verification": REQUIRED}
