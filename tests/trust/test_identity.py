"""Tokens: whoever holds one is that person; nobody can make or change one."""

import base64
import hmac
from pathlib import Path

import pytest

from phosphene.errors import BadInput, Unauthorized
from phosphene.trust.identity import LIFE_S, Identities, load_key

KEY = bytes(range(32))
NOW = 1_800_000_000.0


def test_a_token_proves_its_person() -> None:
    person, token = Identities(KEY).issue_identity(NOW)
    assert Identities(KEY).read_token(token, NOW + 1) == person.id
    assert person.handle


def test_another_key_knows_nobody() -> None:
    _, token = Identities(KEY).issue_identity(NOW)
    with pytest.raises(Unauthorized):
        Identities(bytes(32)).read_token(token, NOW)


def test_no_single_changed_character_is_accepted() -> None:
    identities = Identities(KEY)
    _, token = identities.issue_identity(NOW)
    for place in range(len(token)):
        changed = token[:place] + ("a" if token[place] != "a" else "b") + token[place + 1 :]
        with pytest.raises(Unauthorized):
            identities.read_token(changed, NOW)


@pytest.mark.parametrize(
    "bad",
    ["", ".", "...", "1.a.1.", "é.é.é.é", "\ud800.1.2.3", "1." * 1000, "x" * 10_000, "1.a.2.3.4"],
)
def test_what_is_no_token_is_refused(bad: str) -> None:
    with pytest.raises(Unauthorized):
        Identities(KEY).read_token(bad, NOW)


@pytest.mark.parametrize("claim", ["2.abc.9999999999", "1..9999999999", "1.A/B.9999999999", "abc"])
def test_a_signed_claim_of_another_shape_is_refused(claim: str) -> None:
    mac = base64.urlsafe_b64encode(hmac.digest(KEY, claim.encode(), "sha256")).decode()
    with pytest.raises(Unauthorized):
        Identities(KEY).read_token(f"{claim}.{mac.rstrip('=')}", NOW)


def test_a_token_that_was_never_used_ends() -> None:
    identities = Identities(KEY)
    person, token = identities.issue_identity(NOW)
    assert identities.read_token(token, NOW + LIFE_S - 1) == person.id
    with pytest.raises(Unauthorized, match="expired"):
        identities.read_token(token, NOW + LIFE_S)


def test_the_key_is_made_once_and_kept(tmp_path: Path) -> None:
    key = load_key(tmp_path / "identity.key")
    assert len(key) == 32
    assert load_key(tmp_path / "identity.key") == key
    assert load_key(tmp_path / "other.key") != key


@pytest.mark.parametrize("content", [b"", b"not hexadecimal", b"abcd", b"\xff\xfe"])
def test_a_broken_key_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "identity.key"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"identity\.key"):
        load_key(path)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(BadInput):
        Identities(b"short")
