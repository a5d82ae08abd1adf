import pytest

from phosphene.errors import BadInput, Forbidden, Unauthorized
from phosphene.trust.embed_tokens import (
    EmbedClaims,
    EmbedTokens,
    check,
    clean_origins,
    is_embed_token,
)
from phosphene.trust.identity import Identities

KEY, NOON = b"k" * 32, 1_790_000_000
BLOG, SHOP = "https://blog.example", "http://shop.example:8080"
TOKENS = EmbedTokens(KEY)
GRANT = EmbedClaims("clip-a", NOON + 60, (BLOG, SHOP))


def test_what_is_signed_is_what_is_read() -> None:
    for claims in (GRANT, EmbedClaims("b", NOON + 1)):
        token = TOKENS.issue_token(claims)
        assert is_embed_token(token)
        assert TOKENS.read_token(token, NOON) == claims


def test_it_expires() -> None:
    with pytest.raises(Unauthorized, match="expired"):
        TOKENS.read_token(TOKENS.issue_token(GRANT), NOON + 60)


def test_nothing_in_it_can_be_changed() -> None:
    token = TOKENS.issue_token(GRANT)
    for place, letter in enumerate(token):
        changed = token[:place] + ("A" if letter != "A" else "B") + token[place + 1 :]
        with pytest.raises(Unauthorized):
            TOKENS.read_token(changed, NOON)


@pytest.mark.parametrize("token", ["", "e1.", "e1.a.b.c.d", "é", "." * 5000, "e1.a.1.W10"])
def test_what_is_no_token(token: str) -> None:
    with pytest.raises(Unauthorized):
        TOKENS.read_token(token, NOON)


def test_identities_and_tokens_are_not_each_other() -> None:
    _, identity = Identities(KEY).issue_identity(NOON)
    with pytest.raises(Unauthorized):
        TOKENS.read_token(identity, NOON)
    with pytest.raises(Unauthorized):
        Identities(KEY).read_token(TOKENS.issue_token(GRANT), NOON)
    with pytest.raises(Unauthorized):
        EmbedTokens(b"o" * 32).read_token(TOKENS.issue_token(GRANT), NOON)


def test_it_is_for_one_clip_on_certain_pages() -> None:
    check(GRANT, "clip-a", SHOP)
    check(EmbedClaims("clip-a", NOON), "clip-a", None)
    with pytest.raises(Unauthorized, match="another clip"):
        check(GRANT, "clip-b", BLOG)
    with pytest.raises(Forbidden, match=r"not of https://evil\.example"):
        check(GRANT, "clip-a", "https://evil.example")
    with pytest.raises(Forbidden, match="names no page"):
        check(GRANT, "clip-a", None)


def test_origins_are_written_as_browsers_do() -> None:
    given = ["HTTPS://Blog.example/", "https://blog.example:443", SHOP, "http://[::1]:80"]
    assert clean_origins(given) == (BLOG, SHOP, "http://[::1]")


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "blog.example",
        "null",
        "*",
        "https://a.example/path",
        "https://a.example; script-src *",
        "ftp://a.example",
        "https://a.example:99999",
        "https://üb.example",
        "https://a b",
    ],
)
def test_what_is_no_origin(origin: str) -> None:
    with pytest.raises(BadInput, match="write it like"):
        clean_origins([origin])


def test_origins_are_few() -> None:
    with pytest.raises(BadInput, match="at most"):
        clean_origins([BLOG] * 9)
