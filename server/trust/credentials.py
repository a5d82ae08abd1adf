"""A private key with its chain of certificates, as C2PA signs with them."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from msgspec import Struct

from phosphene.errors import BadInput

PEM = serialization.Encoding.PEM
CURVES = {"secp256r1": b"es256", "secp384r1": b"es384", "secp521r1": b"es512"}


class Credentials(Struct, frozen=True):
    """``alg`` as COSE names it; ``chain`` and ``key`` in PEM form, the leaf first; ``begins`` and
    ``ends``: seconds since the epoch between which all of the chain is good. ``root``: the last
    certificate."""

    alg: bytes
    chain: bytes
    key: bytes
    begins: float
    ends: float
    root: str

    def is_good(self, now: float) -> bool:
        """Whether a clip can be signed at this moment."""
        return self.begins <= now < self.ends


def load(file: Path, now: float) -> Credentials:
    """A PEM file with a private key and its chain of certificates, in whatever order the key is,
    the leaf before the others.

    Raises:
        BadInput: it is not that, or not good now; the file is named.
    """
    try:
        pem = file.read_bytes()
        key = serialization.load_pem_private_key(pem, None)
        chain = x509.load_pem_x509_certificates(pem)
        private = key.private_bytes(
            PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        if key.public_key() != chain[0].public_key():
            raise ValueError("the key does not belong to the first certificate")
        # At the start, where an operator reads the line, and not with the first clip.
        for below, above in pairwise(chain):
            below.verify_directly_issued_by(above)
        loaded = of_certificates(private, chain)
        if not loaded.is_good(now):
            raise ValueError("a certificate has expired, or has not begun")
    except (OSError, ValueError, TypeError, InvalidSignature) as error:
        # A signature that is wrong has no words of its own.
        reason = str(error) or "a certificate is not issued by the one after it"
        raise BadInput(f"certificate {file}: {reason}") from None
    return loaded


def of_certificates(key: bytes, chain: Sequence[x509.Certificate]) -> Credentials:
    """Raises ValueError: C2PA knows no such key."""
    return Credentials(
        alg=_algorithm(chain[0].public_key()),
        chain=b"".join(one.public_bytes(PEM) for one in chain),
        key=key,
        begins=max(one.not_valid_before_utc.timestamp() for one in chain),
        ends=min(one.not_valid_after_utc.timestamp() for one in chain),
        root=chain[-1].public_bytes(PEM).decode(),
    )


def _algorithm(key: Any) -> bytes:
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in CURVES:
        return CURVES[key.curve.name]
    if isinstance(key, rsa.RSAPublicKey):
        # C2PA takes RSA with the padding of PSS only.
        return b"ps256"
    if isinstance(key, ed25519.Ed25519PublicKey):
        return b"ed25519"
    raise ValueError("C2PA signs with no such key: take P-256, P-384, RSA or Ed25519")
