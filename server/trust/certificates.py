"""The operator's own certificates: a root that others may trust, and a leaf that signs clips.

P-256 throughout, with the extensions that C2PA 2.2 section 14.5 asks of a signer. Each PEM holds
a private key followed by its certificate.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from phosphene.errors import BadInput

# Ten years and not one: of a leaf of 365 days every clip that was signed under it was invalid once
# it had ended, because without a time stamp a validator asks whether the certificate is good now,
# and not whether it was when the clip was made.
LEAF_DAYS: Final = 3650
"""A clip without a time stamp verifies as long as its leaf is good."""
ROOT_DAYS: Final = 2 * LEAF_DAYS
"""So that a root has leaves made under it for ten years."""
RENEW_DAYS: Final = 30
"""A leaf this old is replaced: each clip has about ten years."""

# Who checks may have a clock behind ours, and a certificate that begins in their future is an
# invalid one to them.
BACK: Final = timedelta(days=1)
"""A certificate begins this much earlier, so that who has a slow clock does not doubt it."""

Key = ec.EllipticCurvePrivateKey


def root(now: float) -> bytes:
    """A new root authority, good for twenty years."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Phosphene local root")
    return _pem(key, _certificate(name, name, key, key, now, ROOT_DAYS, authority=True))


def leaf(root_pem: bytes, now: float) -> bytes:
    """A new signer under this root, good for ten years, never longer than the root itself."""
    root_key, root_certificate = parse(root_pem)
    left = (root_certificate.not_valid_after_utc - _time(now)).days
    key = ec.generate_private_key(ec.SECP256R1())
    issuer, days = root_certificate.subject, min(LEAF_DAYS, left)
    subject = _name("Phosphene clip signer")
    return _pem(key, _certificate(subject, issuer, key, root_key, now, days, authority=False))


def good_root(root_pem: bytes, now: float) -> bool:
    """Whether leaves can be made under this root: it has begun, which it has not where it was made
    while the clock was ahead, and it outlives a leaf."""
    certificate = parse(root_pem)[1]
    left = certificate.not_valid_after_utc - _time(now)
    # A first start with the clock ahead left a root of the future, and every clip failed until
    # then: so a root that has not begun is replaced, and not waited for.
    return certificate.not_valid_before_utc <= _time(now) and left >= timedelta(days=LEAF_DAYS)


def good_leaf(leaf_pem: bytes, root_pem: bytes, now: float) -> bool:
    """Whether this leaf comes from this root, has begun, and is neither old nor about to expire."""
    certificate, (root_key, _) = parse(leaf_pem)[1], parse(root_pem)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    named = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    age = _time(now) - certificate.not_valid_before_utc
    left = certificate.not_valid_after_utc - _time(now)
    renew = timedelta(days=RENEW_DAYS)
    return named == issuer and timedelta() <= age < renew + BACK and left > renew


def parse(pem: bytes) -> tuple[Key, x509.Certificate]:
    """The key and the certificate of a PEM made here; raises BadInput for anything else."""
    try:
        key = serialization.load_pem_private_key(pem, None)
        certificate = x509.load_pem_x509_certificate(pem)
    except (ValueError, TypeError) as error:
        raise BadInput(f"no key with its certificate: {error}") from None
    if not isinstance(key, Key) or key.public_key() != certificate.public_key():
        raise BadInput("this key does not belong to this certificate")
    return key, certificate


def certificate_pem(pem: bytes) -> bytes:
    """The public half of a PEM made here."""
    return parse(pem)[1].public_bytes(serialization.Encoding.PEM)


def key_pem(pem: bytes) -> bytes:
    """The private half of a PEM made here, as unencrypted PKCS #8."""
    return _private(parse(pem)[0])


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: Key,
    issuer_key: Key,
    now: float,
    days: int,
    *,
    authority: bool,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(_time(now) - BACK)
        .not_valid_after(_time(now) + timedelta(days=days))
        # Nothing may stand between the root and its leaves: a path of 0 (RFC 5280, 4.2.1.9).
        .add_extension(x509.BasicConstraints(authority, 0 if authority else None), critical=True)
        .add_extension(_usage(authority=authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    if not authority:
        # One of the purposes that the specification takes of who signs claims. The library refuses
        # a self-signed leaf, so that even a server of its own has a root above its signer.
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(purpose, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    # C2PA viewers show the organisation as the one who signed.
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Phosphene"),
        ]
    )


def _pem(key: Key, certificate: x509.Certificate) -> bytes:
    return _private(key) + certificate.public_bytes(serialization.Encoding.PEM)


def _private(key: Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
