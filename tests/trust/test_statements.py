"""What an instance says under its name is believed under its certificates only, as it said it."""

import time
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from phosphene.trust.statements import SignedStatement, read_statement
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
