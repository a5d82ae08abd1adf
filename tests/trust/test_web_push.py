import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from phosphene.base64url import decode_base64url, encode_base64url
from phosphene.errors import BadInput, Unusable
from phosphene.trust.web_push import (
    LONGEST,
    TOKEN_S,
    Keys,
    Vapid,
    check_keys,
    encrypt_message,
    load_push_key,
)
from tests.people.push_service import open_message, read_vapid

# RFC 8291, appendix A.
SERVER_KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
BROWSER_KEY = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
KEYS = Keys(
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "BTBZMqHH6r4Tts7J_aSIgg",
)
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
MESSAGE = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
    "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def a_key(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decode_base64url(text), "big"), ec.SECP256R1())


def test_a_message_is_encrypted_as_the_rfc_shows() -> None:
    text = b"When I grow up, I want to be a watermelon"
    made = encrypt_message(text, KEYS, a_key(SERVER_KEY), decode_base64url(SALT))
    assert encode_base64url(made) == MESSAGE
    assert open_message(made, a_key(BROWSER_KEY), decode_base64url(KEYS.auth)) == text


def test_messages_have_a_few_lengths_and_differ_each_time() -> None:
    short, other, long = (encrypt_message(one, KEYS) for one in (b"a", b"a", bytes(LONGEST)))
    assert short != other
    assert len(short) == len(other) == 86 + 512 + 16
    assert len(long) == 4096
    for made, text in ((short, b"a"), (long, bytes(LONGEST))):
        assert open_message(made, a_key(BROWSER_KEY), decode_base64url(KEYS.auth)) == text
    with pytest.raises(ValueError, match="3993"):
        encrypt_message(bytes(LONGEST + 1), KEYS)


@pytest.mark.parametrize(
    "keys",
    [
        Keys("", KEYS.auth),
        Keys("not base64!", KEYS.auth),
        Keys(encode_base64url(b"\x04" + os.urandom(64)), KEYS.auth),  # on no curve
        Keys(KEYS.p256dh[:-2], KEYS.auth),
        Keys(KEYS.p256dh, ""),
        Keys(KEYS.p256dh, encode_base64url(bytes(15))),
        Keys(KEYS.p256dh, "é"),
    ],
)
def test_what_no_browser_gives_out_is_refused(keys: Keys) -> None:
    with pytest.raises(Unusable, match="keys"):
        check_keys(keys)


def test_padding_of_base64_is_as_good_as_none() -> None:
    check_keys(Keys(KEYS.p256dh + "=", KEYS.auth + "=="))


def test_the_server_says_who_it_is() -> None:
    now = 1_800_000_000.5
    vapid = Vapid(a_key(SERVER_KEY), "mailto:a@b.example", lambda: now)
    for path in ("secret", "another"):
        said = vapid.authorize_push(f"https://push.example:8443/{path}?x")
        key, claims = read_vapid(said)
        assert key == vapid.public_key
        # The path is a secret between the server and the browser.
        assert claims == {
            "aud": "https://push.example:8443",
            "exp": int(now) + TOKEN_S,
            "sub": "mailto:a@b.example",
        }
    assert vapid.authorize_push("https://push.example:8443/3") == said
    assert (
        "sub"
        not in read_vapid(Vapid(a_key(SERVER_KEY), "", lambda: now).authorize_push("https://x"))[1]
    )


def test_a_signature_is_renewed_long_before_it_ends() -> None:
    times = [1e9, 1e9 + TOKEN_S / 2 + 1]
    vapid = Vapid(a_key(SERVER_KEY), "", lambda: times.pop(0))
    first, later = (read_vapid(vapid.authorize_push("https://push.example"))[1] for _ in range(2))
    assert later["exp"] == first["exp"] + TOKEN_S // 2 + 1


def test_the_key_is_made_once_and_is_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "push.key"
    one, same = (Vapid(load_push_key(path), "", lambda: 0.0) for _ in range(2))
    assert one.public_key == same.public_key
    assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(bytes(32))
    with pytest.raises(BadInput, match=r"push\.key"):
        load_push_key(path)
