import pytest

from phosphene.base64url import decode_base64url, encode_base64url


@pytest.mark.parametrize("data", [b"", b"f", b"fo", b"foo", bytes(range(256))])
def test_what_was_written_is_read(data: bytes) -> None:
    text = encode_base64url(data)
    assert "=" not in text
    assert decode_base64url(text) == data
    assert decode_base64url(text + "=" * (-len(text) % 4)) == data


@pytest.mark.parametrize("text", ["a", "a b", "é", "\ud800", "ab=c"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)padding|base64|ascii"):
        decode_base64url(text)
