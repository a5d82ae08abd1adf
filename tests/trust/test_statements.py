"""What an instance says under its name is believed under its certificates only, as it said it."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from msgspec.structs import replace

from phosphene.trust.credentials import Credentials
from phosphene.trust.statements import SignedStatement, read_statement, sign_statement
from tests.trust.test_signing import signer

NOW = time.time()
YEARS_S = 30 * 365 * 86400.0


def test_a_statement_is_read_as_it_was_signed(tmp_path: Path) -> None:
    ours, theirs = signer(tmp_path / "ours"), signer(tmp_path / "theirs")
    signed = ours.sign_statement(b"this is so")
    assert read_statement(signed, ours.anchors, NOW) == b"this is so"
    assert read_statement(signed, theirs.anchors + ours.anchors, NOW) == b"this is so"
    assert read_statement(signed, theirs.anchors, NOW) is None
    assert read_statement(signed, "", NOW) is None
    assert read_statement(signed, ours.anchors, NOW + YEARS_S) is None


@pytest.mark.parametrize("field", ["statement", "signature", "chain"])
def test_what_was_changed_is_not_believed(tmp_path: Path, field: str) -> None:
    ours, theirs = signer(tmp_path / "ours"), signer(tmp_path / "theirs")
    said = msgspec.json.decode(ours.sign_statement(b"this is so"), type=SignedStatement)
    other = msgspec.json.decode(theirs.sign_statement(b"this is not"), type=SignedStatement)
    changed = replace(said, **{field: getattr(other, field)})
    assert read_statement(msgspec.json.encode(changed), ours.anchors, NOW) is None


def test_a_signer_vouches_for_nobody(tmp_path: Path) -> None:
    """A leaf is no authority: whoever has one cannot make others."""
    ours, theirs = signer(tmp_path / "ours"), signer(tmp_path / "theirs")
    said = msgspec.json.decode(ours.sign_statement(b"this is so"), type=SignedStatement)
    other = msgspec.json.decode(theirs.sign_statement(b"this is not"), type=SignedStatement)
    both = replace(other, chain=other.chain + said.chain)
    assert read_statement(msgspec.json.encode(both), ours.anchors, NOW) is None


@pytest.mark.parametrize("data", [b"", b"{}", b"[1", b'{"statement":"","signature":"","chain":""}'])
def test_what_cannot_be_read_is_nothing(data: bytes) -> None:
    assert read_statement(data, "", NOW) is None


Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey
AnyKey = Key | rsa.RSAPrivateKey


def certificate(key: AnyKey, name: str, by: tuple[Key, str], *, ca: bool) -> x509.Certificate:
    """Of this key, issued ``by`` a key and its name for a day around now."""
    named = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (name, by[1])]
    now = datetime.fromtimestamp(NOW, UTC)
    return (
        x509.CertificateBuilder(named[1], named[0], key.public_key(), 1)
        .not_valid_before(now - timedelta(hours=12))
        .not_valid_after(now + timedelta(hours=12))
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
        .sign(by[0], hashes.SHA256())
    )


def credentials_of(key: AnyKey) -> Credentials:
    """An operator's own, of a root that issues them."""
    authority = ec.generate_private_key(ec.SECP256R1())
    root = certificate(authority, "root", (authority, "root"), ca=True)
    leaf = certificate(key, "leaf", (authority, "root"), ca=False)
    pem = [one.public_bytes(Encoding.PEM) for one in (leaf, root)]
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Credentials(b"", b"".join(pem), private, NOW, NOW, pem[1].decode())


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP384R1()),
        ed25519.Ed25519PrivateKey.generate(),
        rsa.generate_private_key(65537, 2048),
    ],
    ids=["ec", "ed25519", "rsa"],
)
def test_a_chain_of_ones_own_signs_with_whatever_key_it_has(key: AnyKey) -> None:
    own = credentials_of(key)
    signed = sign_statement(b"this is so", own)
    assert read_statement(signed, own.root, NOW) == b"this is so"
    said = msgspec.json.decode(signed, type=SignedStatement)
    changed = msgspec.json.encode(replace(said, statement=b"this is not"))
    assert read_statement(changed, own.root, NOW) is None


def test_a_key_that_signs_no_clips_is_not_believed() -> None:
    key = ed448.Ed448PrivateKey.generate()
    own = credentials_of(key)
    said = SignedStatement(b"this is so", key.sign(b"this is so"), own.chain.decode())
    assert read_statement(msgspec.json.encode(said), own.root, NOW) is None
