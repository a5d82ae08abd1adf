import pytest

from phosphene.errors import BadInput
from phosphene.trust.origins import Origins, clean_origin, origin_of

HOST = "clips.example:8000"


@pytest.mark.parametrize(
    ("headers", "may"),
    [
        ({}, True),  # no browser
        ({"origin": "http://clips.example:8000"}, True),
        ({"origin": "https://clips.example:8000"}, True),  # a proxy took the TLS off
        ({"origin": "http://clips.example"}, False),
        ({"origin": "http://clips.example:8001"}, False),
        ({"origin": "http://a.clips.example:8000"}, False),
        ({"origin": "http://clips.example:8000.evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://["}, False),
        ({"origin": ""}, False),
        ({"origin": "https://clips.example", "sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"origin": "http://clips.example:8000", "sec-fetch-site": "cross-site"}, False),
        ({"origin": "https://blog.example", "sec-fetch-site": "cross-site"}, True),
        ({"origin": "https://blog.example"}, True),
        ({"origin": "http://blog.example"}, False),
    ],
)
def test_only_our_pages_and_allowed_ones_may_write(headers: dict[str, str], may: bool) -> None:
    origins = Origins(["https://Blog.example:443/"])
    assert origins.may_write({"host": HOST} | headers) is may


@pytest.mark.parametrize("origin", ["blog.example", "https://", "*", "https://a.example/b", "null"])
def test_what_is_no_origin_is_refused(origin: str) -> None:
    with pytest.raises(BadInput):
        Origins([origin])


def test_an_origin_is_kept_as_browsers_write_it() -> None:
    assert clean_origin("HTTPS://[::1]:8443/") == "https://[::1]:8443"


def test_the_origin_of_an_address_is_its_scheme_and_place() -> None:
    assert origin_of("https://blog.example:8443/a?b=c") == "https://blog.example:8443"
    assert origin_of("/v1/clips") is origin_of("blog.example") is origin_of("http://[::1") is None
