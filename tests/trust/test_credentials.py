"""Which keys an operator may sign with, and for how long a chain is good."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from phosphene.errors import BadInput
from phosphene.trust import credentials

NOW, DAY = 1.8e9, 86400.0
ROOT = ec.generate_private_key(ec.SECP256R1())


def certificate(
    key: Any, by: Any = ROOT, begins: float = NOW - DAY, ends: float = NOW + DAY
) -> x509.Certificate:
    """Of this key, by an issuer of one name."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Somebody")])
    one = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    one = one.not_valid_before(datetime.fromtimestamp(begins, UTC))
    one = one.not_valid_after(datetime.fromtimestamp(ends, UTC))
    return one.sign(by, None if isinstance(by, ed25519.Ed25519PrivateKey) else hashes.SHA256())


def pem(key: Any, *chain: x509.Certificate, password: bytes = b"") -> bytes:
    hidden = BestAvailableEncryption(password) if password else NoEncryption()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden)
    return bytes(private + b"".join(one.public_bytes(Encoding.PEM) for one in chain))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "chain.pem"


def made(kind: str) -> Any:
    """A new key. (Made in a test: primes take their time.)"""
    match kind:
        case "rsa":
            return rsa.generate_private_key(65537, 2048)
        case "ed25519":
            return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(getattr(ec, kind)())


@pytest.mark.parametrize(
    ("kind", "alg"),
    [
        ("SECP256R1", b"es256"),
        ("SECP384R1", b"es384"),
        ("SECP521R1", b"es512"),
        ("rsa", b"ps256"),
        ("ed25519", b"ed25519"),
    ],
)
def test_keys_that_c2pa_signs_with(file: Path, kind: str, alg: bytes) -> None:
    key, root = made(kind), certificate(ROOT)
    file.write_bytes(pem(key, certificate(key), root))
    loaded = credentials.load(file, NOW)
    assert loaded.alg == alg
    assert loaded.root.encode() == root.public_bytes(Encoding.PEM)
    assert len(x509.load_pem_x509_certificates(loaded.chain)) == 2


def test_a_chain_is_good_while_all_of_it_is(file: Path) -> None:
    leaf = certificate(ROOT, begins=NOW - 5 * DAY, ends=NOW + 9 * DAY)
    above = certificate(ROOT, begins=NOW - 3 * DAY, ends=NOW + 30 * DAY)
    file.write_bytes(pem(ROOT, leaf, above))
    loaded = credentials.load(file, NOW)
    assert (loaded.begins, loaded.ends) == (NOW - 3 * DAY, NOW + 9 * DAY)
    assert [loaded.is_good(NOW + days * DAY) for days in (-3.1, -3, 8.9, 9)] == [
        *(False, True, True, False)
    ]


OTHER = ec.generate_private_key(ec.SECP256R1())
UNKNOWN = ec.generate_private_key(ec.SECP256K1())


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (pem(UNKNOWN, certificate(UNKNOWN)), "take P-256, P-384, RSA or Ed25519"),
        (pem(OTHER, certificate(ROOT)), "does not belong"),
        (pem(OTHER, certificate(OTHER, OTHER), certificate(ROOT)), "not issued by the one after"),
        (pem(ROOT, certificate(ROOT, ends=NOW - 1.0)), "expired"),
        (pem(ROOT, certificate(ROOT, begins=NOW + 1.0)), "has not begun"),
        (pem(ROOT, certificate(ROOT), password=b"secret"), "Password"),
    ],
)
def test_what_cannot_sign_is_refused_with_the_reason(
    file: Path, written: bytes, reason: str
) -> None:
    file.write_bytes(written)
    with pytest.raises(BadInput, match=rf"chain\.pem: .*{reason}"):
        credentials.load(file, NOW)
