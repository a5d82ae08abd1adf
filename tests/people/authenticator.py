"""An authenticator in software: makes passkeys and uses them as a browser would say it
(WebAuthn, 6 and 7), with attestation "none" and ES256."""

import base64
import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


class Authenticator:
    """Holds one passkey for the pages of ``origin``."""

    def __init__(self, origin: str = "http://localhost:8000", *, verifies: bool = True) -> None:
        self.origin = origin
        self.count = 0
        self._flags = PRESENT | (VERIFIED if verifies else 0)
        self._id = secrets.token_bytes(16)
        self._key = ec.generate_private_key(ec.SECP256R1())

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """What ``navigator.credentials.create`` gives, as its ``toJSON()``."""
        numbers = self._key.public_key().public_numbers()
        # A COSE key: type EC2, ES256, P-256, x and y (RFC 9053, 7.1.1).
        point = {-2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        public = cbor.encode({1: 2, 3: -7, -1: 1} | point)
        key = bytes(16) + len(self._id).to_bytes(2, "big") + self._id + public
        data = self._data(options["rp"]["id"], HAS_KEY) + key
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._said("webauthn.create", options["challenge"])
        return self._credential(clientDataJSON=said, attestationObject=attestation)

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """What ``navigator.credentials.get`` gives."""
        self.count += 1
        data, said = (
            self._data(options["rpId"], 0),
            self._said("webauthn.get", options["challenge"]),
        )
        signature = self._key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._credential(clientDataJSON=said, authenticatorData=data, signature=signature)

    def _data(self, domain: str, more: int) -> bytes:
        flags = bytes([self._flags | more])
        return hashlib.sha256(domain.encode()).digest() + flags + self.count.to_bytes(4, "big")

    def _said(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _credential(self, **response: bytes) -> dict[str, Any]:
        name = _text(self._id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": {key: _text(value) for key, value in response.items()},
            "clientExtensionResults": {},
        }


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
