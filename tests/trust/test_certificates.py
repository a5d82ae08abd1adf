"""The operator's own authority and the leaves under it."""

import time

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from phosphene.errors import BadInput
from phosphene.trust import certificates

DAY = 86400.0
NOW = time.time()


def test_a_leaf_is_issued_by_its_root() -> None:
    root = certificates.root(NOW)
    _, authority = certificates.parse(root)
    _, signer = certificates.parse(certificates.leaf(root, NOW))
    signer.verify_directly_issued_by(authority)
    assert certificates.good_leaf(certificates.leaf(root, NOW), root, NOW)


def test_a_leaf_says_what_c2pa_asks_of_a_signer() -> None:
    _, signer = certificates.parse(certificates.leaf(certificates.root(NOW), NOW))
    extensions = signer.extensions
    assert extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
    assert not extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    assert not extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [ExtendedKeyUsageOID.EMAIL_PROTECTION]


def test_an_old_leaf_one_that_has_not_begun_and_one_of_another_root_are_not_good() -> None:
    root, other = certificates.root(NOW), certificates.root(NOW)
    leaf = certificates.leaf(root, NOW)
    assert certificates.good_leaf(leaf, root, NOW + 29 * DAY)
    assert not certificates.good_leaf(leaf, root, NOW + 31 * DAY)
    assert not certificates.good_leaf(leaf, root, NOW - 2 * DAY)
    assert not certificates.good_leaf(leaf, other, NOW)


def test_a_leaf_near_its_end_is_not_good() -> None:
    root = certificates.root(NOW)
    late = NOW + 7290 * DAY
    assert not certificates.good_leaf(certificates.leaf(root, late), root, late)


def test_a_root_is_good_from_its_beginning_for_as_long_as_it_outlives_a_leaf() -> None:
    root = certificates.root(NOW)
    assert certificates.good_root(root, NOW)
    assert certificates.good_root(root, NOW + 3649 * DAY)
    assert not certificates.good_root(root, NOW + 3651 * DAY)
    assert not certificates.good_root(root, NOW - 2 * DAY)


def test_a_leaf_never_outlives_its_root() -> None:
    root = certificates.root(NOW)
    late = certificates.leaf(root, NOW + 7000 * DAY)
    ends = [certificates.parse(pem)[1].not_valid_after_utc for pem in (late, root)]
    assert ends[0] <= ends[1]


def test_what_is_no_pem_of_ours_is_refused() -> None:
    root, other = certificates.root(NOW), certificates.root(NOW)
    mixed = certificates.key_pem(root) + certificates.certificate_pem(other)
    for bad in (b"", b"nonsense", certificates.certificate_pem(root), mixed):
        with pytest.raises(BadInput):
            certificates.parse(bad)
