"""What viewers are given of a bucket of a real service."""

import httpx
import pytest

from phosphene.blobs.blobs import Address, Audience, BlobsAway
from phosphene.blobs.bucket import Bucket, split_key
from tests.support import free_port

FILM = bytes(range(256)) * 40
pytestmark = [pytest.mark.asyncio, pytest.mark.process]


async def read(address: Address, method: str = "GET", **headers: str) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        return await http.request(method, address.url, headers=headers)


async def test_an_address_opens_a_film_for_a_minute_with_ranges_to_every_page(bucket: str) -> None:
    blobs = Bucket(bucket)
    name = await blobs.put(FILM, ".mp4", "public")
    address = await blobs.locate_blob(name, "public")
    assert not address.shared
    assert "X-Amz-Expires=60&" in address.url
    assert address.url.startswith(blobs.origins)
    whole = await read(address)
    assert (whole.status_code, whole.content) == (200, FILM)
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["cache-control"] == "public, max-age=60"
    assert "content-disposition" not in whole.headers
    # After a redirect from another origin a browser says that its own is null (Fetch, 4.4).
    part = await read(address, Range="bytes=10-19", Origin="null")
    assert (part.status_code, part.content) == (206, FILM[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(FILM)}"
    assert part.headers["access-control-allow-origin"] in {"*", "null"}
    head = await read(await blobs.locate_blob(name, "public", "HEAD"), "HEAD")
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(FILM)))


@pytest.mark.parametrize(
    ("before", "after"),
    [("public", "withheld"), ("private", "withheld"), ("unlisted", "private")],
)
async def test_an_address_is_dead_when_the_film_is_for_others(
    bucket: str, before: Audience, after: Audience
) -> None:
    blobs = Bucket(bucket)
    name = await blobs.put(FILM, ".mp4", before)
    given = await blobs.locate_blob(name, before)
    await blobs.move_blob(name, after)
    assert (await read(given)).status_code == 404
    assert (await read(await blobs.locate_blob(name, after))).content == FILM
    await blobs.move_blob(name, before)
    assert (await read(await blobs.locate_blob(name, before))).content == FILM
    await blobs.delete_blob(name)
    assert (await read(given)).status_code == 404


async def test_what_is_to_be_kept_says_so_also_when_it_was_moved(bucket: str) -> None:
    blobs = Bucket(bucket)
    name = await blobs.put(FILM, ".mp4", "private", attachment=True)
    for audience in ("private", "public"):
        await blobs.move_blob(name, audience)
        answer = await read(await blobs.locate_blob(name, audience))
        assert answer.headers["content-disposition"] == "attachment"
        assert answer.headers["content-type"] == "video/mp4"


async def test_public_films_are_read_at_the_cdn_and_others_never(bucket: str) -> None:
    blobs = Bucket(bucket, films_url="https://cdn.example/films/")
    name = await blobs.put(FILM, ".mp4", "public")
    assert await blobs.locate_blob(name, "public") == Address(
        f"https://cdn.example/films/{name}", shared=True
    )
    assert "https://cdn.example" in blobs.origins
    draft = await blobs.put(b"a draft", ".mp4", "private")
    assert "/private/" in (await blobs.locate_blob(draft, "private")).url
    # Of two clips with the same picture one may be public.
    assert "/public/" in (await blobs.locate_blob(name, "private")).url


async def test_viewers_are_sent_where_they_reach_the_service(bucket: str) -> None:
    blobs = Bucket(bucket, bucket_url="https://s3.example")
    name = await blobs.put(FILM, ".mp4", "public")
    assert (await blobs.locate_blob(name, "public")).url.startswith("https://s3.example/")
    assert blobs.origins == ("https://s3.example",)


async def test_latents_are_nobodys_to_read_and_all_bytes_count(bucket: str) -> None:
    blobs = Bucket(bucket)
    latents = await blobs.put(b"latents", ".safetensors", "public")
    await blobs.put(FILM, ".mp4", "public")
    ((first, *_),) = [some async for some in blobs.list_batches(9)]
    assert (first.name, first.place) == (latents, "")
    found = await blobs.measure_elsewhere(first.modified - 60)
    assert found is not None
    assert (found.total, found.fresh) == (len(FILM) + 7, len(FILM) + 7)
    later = await blobs.measure_elsewhere(first.modified + 60)
    assert later is not None
    assert later.fresh == 0


async def test_a_service_that_is_away_is_said_once_and_when_it_is_back(
    bucket: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "phosphene.blobs")
    here = Bucket(bucket)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    away = Bucket(bucket)
    for _ in range(2):
        with pytest.raises(BlobsAway, match="try again"):
            await away.put(FILM, ".mp4")
    assert (await away.find_trouble()).startswith(f"{bucket} cannot be used: ")
    away._store = here._store  # it is there again
    await away.put(FILM, ".mp4")
    said = [record.getMessage() for record in caplog.records]
    assert [one.partition(": ")[0] for one in said] == [
        f"{bucket} cannot be used",
        f"{bucket} can be used again",
    ]
    assert "\n" not in said[0]


async def test_a_key_is_of_an_audience_or_of_nobody() -> None:
    assert split_key("public/a.mp4") == ("public", "a.mp4")
    assert split_key("a.kept") == ("", "a.kept")
    assert split_key("others/a.mp4") == ("", "others/a.mp4")
