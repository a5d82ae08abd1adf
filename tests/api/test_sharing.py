from xml.etree import ElementTree

import msgspec
import pytest

from phosphene.api.sharing import as_xml, clip_in, fit, frame, head, oembed, profile_head
from phosphene.errors import NotFound
from phosphene.model import Person
from tests.stream.viewer import a_clip

BASE = "https://clips.example"
DONE = a_clip(
    text='"A fox" & <b>owl</b>',
    status="done",
    video_url="/v1/clips/a/video.mp4",
    poster_url="/v1/clips/a/poster.jpg",
)


@pytest.mark.parametrize(
    "url",
    [
        f"{BASE}/?clip=a",
        f"{BASE}?clip=a",
        f"{BASE}/?x=1&clip=a#top",
        f"{BASE}/embed/a",
        "http://CLIPS.example/embed/a",
    ],
)
def test_addresses_that_show_a_clip(url: str) -> None:
    assert clip_in(url, BASE) == "a"


@pytest.mark.parametrize(
    "url",
    [
        "",
        BASE,
        f"{BASE}/v1/clips/a",
        f"{BASE}/embed/a/b",
        "https://other.example/?clip=a",
        "https://clips.example.evil.example/?clip=a",
        "http://[broken",
    ],
)
def test_addresses_that_do_not(url: str) -> None:
    with pytest.raises(NotFound):
        clip_in(url, BASE)


def test_a_server_below_a_path() -> None:
    assert clip_in("https://x.example/phos/?clip=a", "https://x.example/phos") == "a"
    assert clip_in("https://x.example/phos/embed/a", "https://x.example/phos") == "a"


@pytest.mark.parametrize(
    ("limits", "size"),
    [
        ((None, None), (405, 720)),
        ((200, None), (200, 355)),
        ((None, 300), (168, 300)),
        ((100, 100), (56, 100)),
        ((4000, 4000), (405, 720)),
        ((1, 1), (1, 1)),
    ],
)
def test_the_size_keeps_the_shape_within_the_limits(
    limits: tuple[int | None, int | None], size: tuple[int, int]
) -> None:
    assert fit(DONE, *limits) == size


def test_words_of_a_prompt_cannot_leave_their_attribute() -> None:
    for text in (frame(DONE, BASE, (9, 16)), head(DONE, BASE)):
        assert "<b>" not in text
        assert "&quot;A fox&quot; &amp; &lt;b&gt;owl" in text


def test_oembed_has_what_the_specification_asks_for() -> None:
    video = oembed(DONE, BASE, 200, None)
    assert (video.type, video.version) == ("video", "1.0")
    assert (video.width, video.height) == (200, 355)
    assert f'src="{BASE}/embed/a"' in video.html
    assert video.thumbnail_url == f"{BASE}/v1/clips/a/poster.jpg"


def test_a_clip_has_a_picture_from_its_first_light_on() -> None:
    waiting, live = a_clip(status="queued"), a_clip()
    assert "thumbnail" not in as_xml(oembed(waiting, BASE, None, None)).decode()
    assert "og:image" not in head(waiting, BASE)
    assert oembed(live, BASE, None, None).thumbnail_url == f"{BASE}/v1/clips/a/poster.jpg"
    assert f'<meta property="og:image" content="{BASE}/v1/clips/a/poster.jpg">' in head(live, BASE)


def test_xml_says_the_same() -> None:
    video = oembed(msgspec.structs.replace(DONE, license="CC0-1.0"), BASE, None, None)
    root = ElementTree.fromstring(as_xml(video))
    assert root.tag == "oembed"
    found = {child.tag: child.text for child in root}
    assert found == {name: str(value) for name, value in msgspec.to_builtins(video).items()}


def test_the_head_leads_to_oembed_and_the_player() -> None:
    text = head(DONE, BASE)
    assert 'type="application/json+oembed"' in text
    assert 'type="text/xml+oembed"' in text
    assert f'<meta name="twitter:player" content="{BASE}/embed/a">' in text
    assert f'<meta property="og:video:secure_url" content="{BASE}/v1/clips/a/video.mp4">' in text
    assert '<meta property="og:image:height" content="1024">' in text


def test_the_head_of_a_live_clip_promises_no_file() -> None:
    text = head(a_clip(), BASE)
    assert "og:video:type" not in text
    assert "twitter:player" in text


def test_the_head_of_a_profile_has_its_address_and_a_picture_where_there_is_one() -> None:
    anna = Person("p1", "anna")
    plain = profile_head(anna, 'I "draw"', None, "https://here")
    assert '<link rel="canonical" href="https://here/@anna">' in plain
    assert "&quot;draw&quot;" in plain
    assert "og:image" not in plain
    assert "https://here/blobs/a.jpg" in profile_head(anna, "", "/blobs/a.jpg", "https://here")
