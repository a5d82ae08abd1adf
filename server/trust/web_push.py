"""Messages to browsers that have no page open: encrypted so that the push service cannot read them
(RFC 8291, with the content coding of RFC 8188), and signed by this server's key (VAPID, RFC 8292).

By ``cryptography`` alone: http-ece comes without a wheel and with no release for long, and
pywebpush brings two HTTP clients along.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from phosphene.base64url import decode_base64url, encode_base64url
from phosphene.errors import BadInput, Unusable
from phosphene.trust import secret_files
from phosphene.trust.origins import origin_of

SALT, AUTH, POINT, RECORD, TAG = 16, 16, 65, 4096, 16
LONGEST: Final = RECORD - (SALT + 4 + 1 + POINT) - TAG - 1
"""Bytes of a message: what every push service takes (RFC 8291, 4)."""
# Messages of a few lengths only: the push service does not see whether it was a like or a letter.
STEP: Final = 512
TOKEN_S: Final = 12 * 3600
"""So long a signature is good; push services refuse more than a day (RFC 8292, 2)."""
# The delimiter of the last record, and each message is one record (RFC 8188, 2).
LAST: Final = b"\x02"


class Keys(msgspec.Struct, frozen=True):
    """What a browser gives out with its endpoint, in base64url: its public point on P-256
    (``p256dh``, 65 bytes) and a secret of 16 bytes (``auth``)."""

    p256dh: str
    auth: str


def check_keys(keys: Keys) -> None:
    """Raises Unusable: nothing can be encrypted for these."""
    try:
        _point(keys)
        if len(decode_base64url(keys.auth)) != AUTH:
            raise ValueError("auth has 16 bytes")
    except ValueError as error:
        raise Unusable(f"keys: {error}") from None


def encrypt_message(
    message: bytes,
    keys: Keys,
    private_key: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """The body of a push: one record of aes128gcm (RFC 8188) that only the browser can open.
    ``private_key`` and ``salt`` are made for each message; tests give those of RFC 8291.

    Raises:
        ValueError: the message is longer than ``LONGEST``, or the keys are none.
    """
    if len(message) > LONGEST:
        raise ValueError(f"a push holds {LONGEST} bytes at most")
    padding = b"" if private_key else bytes(-(len(message) + 1) % STEP)
    private_key = private_key or ec.generate_private_key(ec.SECP256R1())
    salt = salt or os.urandom(SALT)
    theirs, ours = _point(keys), public_bytes(private_key)
    secret = private_key.exchange(ec.ECDH(), theirs)
    key, nonce = _content_keys(secret, decode_base64url(keys.auth), point_bytes(theirs), ours, salt)
    sealed = AESGCM(key).encrypt(nonce, message + LAST + padding[: LONGEST - len(message)], None)
    return salt + RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours + sealed


class Vapid:
    """Signs for push services who it is that sends (RFC 8292). ``contact`` is what their operators
    may write to, mailto: or https:, empty for none; ``clock`` gives seconds since the epoch."""

    def __init__(
        self, private_key: ec.EllipticCurvePrivateKey, contact: str, clock: Callable[[], float]
    ) -> None:
        self._private_key = private_key
        self._contact = contact
        self._clock = clock
        self.public_key = encode_base64url(public_bytes(private_key))
        """The key that pages subscribe with, in base64url."""
        self._signed: dict[str, tuple[str, float]] = {}

    def authorize_push(self, endpoint: str) -> str:
        """The value of ``Authorization`` for a push to this endpoint."""
        origin, now = origin_of(endpoint) or "", self._clock()
        token, until = self._signed.get(origin, ("", 0.0))
        # One signature for all pushes to an origin of half its life (RFC 8292, 5): 60 us each.
        if until < now:
            self._signed = {name: one for name, one in self._signed.items() if one[1] >= now}
            token = self._sign(origin, now)
            self._signed[origin] = (token, now + TOKEN_S / 2)
        return f"vapid t={token}, k={self.public_key}"

    def _sign(self, origin: str, now: float) -> str:
        claims = {"aud": origin, "exp": int(now) + TOKEN_S}
        claims |= {"sub": self._contact} if self._contact else {}
        parts = ({"typ": "JWT", "alg": "ES256"}, claims)
        signing = ".".join(encode_base64url(msgspec.json.encode(part)) for part in parts)
        made = self._private_key.sign(signing.encode(), ec.ECDSA(hashes.SHA256()))
        # RFC 7518, 3.4: two numbers of 32 bytes, and not the ASN.1 of them.
        signature = b"".join(one.to_bytes(32, "big") for one in decode_dss_signature(made))
        return f"{signing}.{encode_base64url(signature)}"


def load_push_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """The key of all instances on a data folder, made when there is none. Raises BadInput."""
    made = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    held = secret_files.first(path, made.to_bytes(32, "big"))
    try:
        return ec.derive_private_key(int.from_bytes(held, "big"), ec.SECP256R1())
    except ValueError as error:
        raise BadInput(f"{path}: {error}") from None


def public_bytes(private_key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half, as 65 bytes."""
    return point_bytes(private_key.public_key())


def point_bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    """A point, uncompressed (SEC 1, 2.3.3)."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _content_keys(
    secret: bytes, auth: bytes, theirs: bytes, ours: bytes, salt: bytes
) -> tuple[bytes, bytes]:
    """The key and the nonce of the record (RFC 8291, 3.4). The points: the browser's first."""
    material = _derive(auth, secret, b"WebPush: info\0" + theirs + ours, 32)
    return (
        _derive(salt, material, b"Content-Encoding: aes128gcm\0", 16),
        _derive(salt, material, b"Content-Encoding: nonce\0", 12),
    )


def _derive(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(material)


def _point(keys: Keys) -> ec.EllipticCurvePublicKey:
    return _read_point(decode_base64url(keys.p256dh))


def _read_point(data: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data)
