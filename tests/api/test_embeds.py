import json
import re
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from phosphene.api.embeds import with_head
from tests.api.conftest import AddClip
from tests.stream.viewer import a_clip

CLIENT = Path(__file__).parents[2] / "client_demo"


class Elements(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def test_the_page_of_a_clip_has_its_title_and_tags_in_the_head() -> None:
    page = with_head((CLIENT / "index.html").read_text(), a_clip(text="<a fox>"), "https://x.test")
    assert "<title>&lt;a fox&gt; · Phosphene</title>" in page
    head, _, body = page.partition("</head>")
    assert "application/json+oembed" in head
    assert "oembed" not in body
    assert page.count("<title>") == page.count("</head>") == 1
    assert 'as="image"' not in page
    drawn = a_clip(poster_url="/v1/clips/a/poster.jpg")
    page = with_head((CLIENT / "index.html").read_text(), drawn, "https://x.test")
    assert (
        '<link rel="preload" as="image" crossorigin fetchpriority="high"'
        ' href="/v1/clips/a/poster.jpg">' in page
    )


@pytest.mark.asyncio
async def test_the_page_of_somebody_new_holds_the_clips_that_are_seen_first(
    http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    clip = await add_clip("</script><b>a red fox & its friend", "done")
    page = (await http.get("/")).text
    [told] = re.findall(r'<script type="application/json" id="first-clips">(.*?)</script>', page)
    clips = {one["id"]: one for one in json.loads(told)["clips"]}
    assert clips[clip.id]["text"] == clip.text
    assert "<b>" not in page
    asked = (await http.post("/v1/feed", json={})).json()
    assert set(asked) == set(json.loads(told))
    await http.get("/v1/me")
    assert "first-clips" not in (await http.get("/")).text


@pytest.mark.asyncio
async def test_the_frame_page_has_its_own_policy(
    http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    clip = await add_clip()
    answer = await http.get(f"/embed/{clip.id}?loop=0")
    policy = answer.headers["content-security-policy"]
    base = str(http.base_url).rstrip("/")
    assert "frame-ancestors *" in policy
    assert f"script-src 'self' {base};" in policy
    assert f"connect-src 'self' {base} {base.replace('http', 'ws')};" in policy
    assert "x-frame-options" not in answer.headers
    (player,) = Elements(answer.text).of("phosphene-player")
    assert player == {
        "clip": clip.id,
        "bridge": None,
        "autoplay": None,
        "muted": None,
        "controls": None,
    }


@pytest.mark.asyncio
async def test_the_feed_still_stays_out_of_frames(http: httpx.AsyncClient) -> None:
    policy = (await http.get("/")).headers["content-security-policy"]
    assert "frame-ancestors 'self'" in policy


@pytest.mark.asyncio
async def test_a_frame_without_a_clip_still_has_the_player_that_says_so(
    http: httpx.AsyncClient,
) -> None:
    answer = await http.get("/embed/%22%3E%3Cscript%3E?token=%22%3E%3Cb%3E")
    assert answer.status_code == 404
    (player,) = Elements(answer.text).of("phosphene-player")
    assert player["clip"] == '"><script>'
    assert player["token"] == '"><b>'


@pytest.mark.asyncio
async def test_oembed_is_found_from_the_page_and_gives_a_frame(
    http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    clip = await add_clip("a red fox & a moon")
    page = Elements((await http.get(f"/?clip={clip.id}")).text)
    links = {one["type"]: one["href"] for one in page.of("link") if one.get("rel") == "alternate"}
    for kind, mime in (("json", "application/json"), ("xml", "text/xml")):
        address = links[f"{mime}+oembed"]
        assert address
        answer = await http.get(f"{address}&maxwidth=300")
        assert answer.headers["content-type"].startswith(mime), kind
        assert answer.headers["access-control-allow-origin"] == "*"
    address = links["application/json+oembed"]
    assert address
    found = (await http.get(address)).json()
    (frame,) = Elements(found["html"]).of("iframe")
    assert frame["src"]
    assert (await http.get(frame["src"])).status_code == 200
    assert found["title"] == "a red fox & a moon"
    assert found["thumbnail_url"].endswith(f"/v1/clips/{clip.id}/poster.jpg")


@pytest.mark.asyncio
async def test_oembed_takes_limits_and_formats_as_consumers_write_them(
    http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    clip = await add_clip()
    url = f"{str(http.base_url).rstrip('/')}/?clip={clip.id}"
    for maxwidth, width in (
        ("", 405),
        ("99999", 405),
        ("0", 1),
        ("-3", 1),
        ("300px", 300),
        ("299.9", 299),
        ("inf", 405),
    ):
        found = await http.get("/oembed", params={"url": url, "maxwidth": maxwidth})
        assert (found.status_code, found.json()["width"]) == (200, width), maxwidth
    for form, mime in (("JSON", "application/json"), ("", "application/json"), ("Xml", "text/xml")):
        answer = await http.get("/oembed", params={"url": url, "format": form})
        assert answer.headers["content-type"].startswith(mime)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 400),
        ({"url": "https://other.example/?clip=a"}, 404),
        ({"url": "BASE/?clip=nobody"}, 404),
        ({"url": "BASE/?clip=FAILED"}, 404),
        ({"url": "BASE/?clip=CLIP", "format": "yaml"}, 501),
        ({"url": "BASE/?clip=CLIP", "maxheight": "x"}, 400),
    ],
)
async def test_oembed_says_no_as_the_specification_wants(
    http: httpx.AsyncClient, add_clip: AddClip, query: dict[str, str], status: int
) -> None:
    clip, failed = await add_clip(), await add_clip(status="failed")
    base = str(http.base_url).rstrip("/")
    names = {"BASE": base, "CLIP": clip.id, "FAILED": failed.id}
    for name, value in names.items():
        query = {key: text.replace(name, value) for key, text in query.items()}
    answer = await http.get("/oembed", params=query)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.asyncio
async def test_a_clip_can_be_read_by_a_page_of_another_origin(
    http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    clip = await add_clip()
    answer = await http.get(f"/v1/clips/{clip.id}", headers={"Origin": "null"})
    assert answer.headers["access-control-allow-origin"] == "*"
    asked = {"Origin": "null", "Access-Control-Request-Method": "GET"}
    allowed = await http.options(f"/v1/clips/{clip.id}", headers=asked)
    assert "Authorization" in allowed.headers["access-control-allow-headers"]
