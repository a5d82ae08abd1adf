"""What an instance says under its name: signed with the key that signs its clips.

A statement stands beside its signature and the chain of certificates (RFC 5280), the leaf first.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from msgspec import Struct

from phosphene.trust.credentials import Credentials

CHAIN_LIMIT: Final = 8
FAULTS: Final = (
    msgspec.DecodeError,
    ValueError,
    TypeError,
    InvalidSignature,
    x509.ExtensionNotFound,
)


class SignedStatement(Struct, frozen=True):
    """``chain`` in PEM form."""

    statement: bytes
    signature: bytes
    chain: str


def sign_statement(statement: bytes, credentials: Credentials) -> bytes:
    """The statement as JSON, signed."""
    key = serialization.load_pem_private_key(credentials.key, None)
    match key:
        case ec.EllipticCurvePrivateKey():
            signature = key.sign(statement, ec.ECDSA(hashes.SHA256()))
        case ed25519.Ed25519PrivateKey():
            signature = key.sign(statement)
        case rsa.RSAPrivateKey():
            signature = key.sign(statement, _pss(), hashes.SHA256())
        case _:
            raise AssertionError("credentials hold a key that C2PA knows")
    chain = credentials.chain.decode()
    return msgspec.json.encode(SignedStatement(statement, signature, chain))


def read_statement(signed: bytes, anchors: str, now: float) -> bytes | None:
    """The statement, if somebody signed it under one of the ``anchors`` (PEM) and nobody changed
    it; None else. ``now``: seconds since the epoch."""
    try:
        said = msgspec.json.decode(signed, type=SignedStatement)
        chain = x509.load_pem_x509_certificates(said.chain.encode())[:CHAIN_LIMIT]
        _check_chain(chain, x509.load_pem_x509_certificates(anchors.encode()), now)
        _check_signature(chain[0].public_key(), said)
    except FAULTS:
        return None
    return said.statement


def _check_chain(
    chain: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate], now: float
) -> None:
    """Raises InvalidSignature, ValueError."""
    at = datetime.fromtimestamp(now, UTC)
    for one in chain:
        if not one.not_valid_before_utc <= at <= one.not_valid_after_utc:
            raise ValueError("a certificate has expired, or has not begun")
    for below, above in pairwise(chain):
        _check_issuer(above)
        below.verify_directly_issued_by(above)
    last = chain[-1]
    if last not in anchors and not any(_issued(last, anchor) for anchor in anchors):
        raise InvalidSignature


def _check_issuer(certificate: x509.Certificate) -> None:
    """Raises ValueError: it issues no others."""
    found = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    if not found.value.ca:
        raise ValueError("a certificate that is no authority issued another")


def _issued(certificate: x509.Certificate, anchor: x509.Certificate) -> bool:
    try:
        _check_issuer(anchor)
        certificate.verify_directly_issued_by(anchor)
    except FAULTS:
        return False
    return True


def _check_signature(key: object, said: SignedStatement) -> None:
    """Raises InvalidSignature."""
    match key:
        case ec.EllipticCurvePublicKey():
            key.verify(said.signature, said.statement, ec.ECDSA(hashes.SHA256()))
        case ed25519.Ed25519PublicKey():
            key.verify(said.signature, said.statement)
        case rsa.RSAPublicKey():
            key.verify(said.signature, said.statement, _pss(), hashes.SHA256())
        case _:
            raise InvalidSignature


def _pss() -> padding.PSS:
    return padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.MAX_LENGTH)
