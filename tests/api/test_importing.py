"""What one has at one instance is brought along to another, and nothing else is."""

import asyncio
import hashlib
import io
import zipfile
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import av
import httpx
import msgspec
import pytest
import pytest_asyncio

from phosphene.__main__ import main
from phosphene.trust.provenance import verify
from phosphene.web import COOKIE
from tests.api.somebody import Somebody, somebody
from tests.flows.test_clip import finished
from tests.support import Instance, instance
from tests.trust.test_signing import CLIP, RECIPE, signer

pytestmark = [pytest.mark.asyncio, pytest.mark.process]
ZIP = {"Content-Type": "application/zip"}


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Instance, Path]]:
    """Where people come from."""
    data = tmp_path_factory.mktemp("old")
    with instance(data, painted=True, sign_ins_per_minute=100) as running:
        yield running, data


@pytest.fixture(scope="module")
def new(old: tuple[Instance, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Where they go, and where the old one is trusted."""
    trusted = old[1] / "c2pa_root.pem"
    data = tmp_path_factory.mktemp("new")
    with instance(data, workers=0, sign_ins_per_minute=100, trusted_signers=trusted) as running:
        yield running


@pytest_asyncio.fixture
async def anna(old: tuple[Instance, Path]) -> AsyncIterator[Somebody]:
    one = await somebody(old[0])
    yield one
    await one.http.aclose()


@pytest_asyncio.fixture
async def here(new: Instance) -> AsyncIterator[Somebody]:
    """The same person at the new one."""
    one = await somebody(new)
    yield one
    await one.http.aclose()


async def make_clip(one: Somebody, text: str) -> str:
    made = await one.http.post("/v1/clips", json={"text": text, "seconds": 1})
    clip_id = str(made.json()["id"])
    await finished(one.http, clip_id)
    return clip_id


async def bring(one: Somebody, archive: bytes) -> httpx.Response:
    return await one.http.post("/v1/me/import", content=archive, headers=ZIP)


async def brought(one: Somebody, archive: bytes) -> dict[str, Any]:
    answer = await bring(one, archive)
    assert answer.status_code == 200, answer.text
    return {name: value for name, value in answer.json().items() if value}


async def own_clips(one: Somebody) -> list[Any]:
    clips: list[Any] = (await one.http.get("/v1/me/clips")).json()["clips"]
    return clips


def changed(archive: bytes, files: Mapping[str, bytes | None]) -> bytes:
    """The archive with other files; None: without."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as before, zipfile.ZipFile(made, "w") as after:
        kept = {name: before.read(name) for name in before.namelist()}
        for name, data in {**kept, **files}.items():
            if data is not None:
                after.writestr(name, data)
    return made.getvalue()


async def test_words_relations_and_signed_films_come_along_and_twice_is_once(
    anna: Somebody, here: Somebody
) -> None:
    await anna.http.put("/v1/me/profile", json={"about": "I draw whales"})
    clip = await make_clip(anna, "a paper whale")
    await anna.http.post(f"/v1/clips/{clip}/comments", json={"text": "my first"})
    archive = (await anna.http.get("/v1/me/export")).content
    report = await brought(here, archive)
    assert report == {"about": True, "films": 1, "comments": 1}
    (kept,) = await own_clips(here)
    assert (kept["text"], kept["author"]["id"]) == ("a paper whale", here.person.id)
    film = (await here.http.get(f"/v1/clips/{kept['id']}/video.mp4")).content
    assert film == (await anna.http.get(f"/v1/clips/{clip}/video.mp4")).content
    still = (await here.http.get(f"/v1/clips/{kept['id']}/poster.jpg")).content
    with av.open(io.BytesIO(still)) as picture:
        assert (picture.streams.video[0].width, picture.streams.video[0].height) == (
            kept["width"],
            kept["height"],
        )
    comments = (await here.http.get(f"/v1/clips/{kept['id']}/comments")).json()["comments"]
    assert [one["text"] for one in comments] == ["my first"]
    assert (await here.profile(here))["about"] == "I draw whales"
    again = await brought(here, archive)
    assert again["known"] == 1
    assert "films" not in again
    assert len(await own_clips(here)) == 1
    after = (await here.http.get(f"/v1/clips/{kept['id']}/comments")).json()["comments"]
    assert len(after) == 1
    found = (await here.http.get("/v1/search?q=whale")).json()["clips"]
    assert [one["id"] for one in found] == [kept["id"]]


async def test_what_nobody_trusted_signed_is_a_recipe(
    anna: Somebody, here: Somebody, old: tuple[Instance, Path], tmp_path: Path
) -> None:
    clip = await make_clip(anna, "a paper crane")
    archive = (await anna.http.get("/v1/me/export")).content
    name = f"clips/{clip}.mp4"
    film = zipfile.ZipFile(io.BytesIO(archive)).read(name)
    cut = bytearray(film)
    cut[film.rindex(b"mdat") + 64] ^= 1
    stranger = await signer(tmp_path).sign_file(CLIP, RECIPE, "x")
    assert verify(stranger, "").state == "untrusted"
    for wrong in (CLIP, bytes(cut), stranger, b"\xff\xd8\xff\xe0 a picture", None):
        one = await somebody_like(here)
        origin = f'{{"person": {{"id": "{one.person.id}x", "handle": "x"}}}}'.encode()
        # Even where the trusted instance itself would say that it is theirs.
        sha256 = hashlib.sha256(wrong or b"").hexdigest()
        said = msgspec.json.encode({"person": f"{one.person.id}x", "films": {clip: sha256}})
        signed = signer(old[1]).sign_statement(said)
        files = {name: wrong, "profile.json": origin, "signed.json": signed}
        sent = changed(archive, files)
        assert await brought(one, sent) == {"recipes": 1}
        assert await own_clips(one) == []
        (recipe,) = (await one.http.get("/v1/me/recipes")).json()["recipes"]
        assert (recipe["text"], recipe["seconds"]) == ("a paper crane", 1)
        assert await brought(one, sent) == {"known": 1}
        path = f"/v1/me/recipes/{recipe['id']}"
        assert (await one.http.delete(path)).status_code == 204
        assert (await one.http.delete(path)).status_code == 404
        assert await brought(one, sent) == {"known": 1}
        await one.http.aclose()


async def test_a_film_of_somebody_else_is_not_taken(
    anna: Somebody, here: Somebody, old: tuple[Instance, Path]
) -> None:
    """Anybody can download what the trusted instance signed."""
    other = await somebody(old[0])
    theirs = await make_clip(other, "a paper crane")
    film = (await anna.http.get(f"/v1/clips/{theirs}/video.mp4")).content
    await other.http.aclose()
    clip = await make_clip(anna, "a paper crane")
    archive = (await anna.http.get("/v1/me/export")).content
    said = zipfile.ZipFile(io.BytesIO(archive)).read(f"clips/{clip}.json")
    added = {f"clips/{theirs}.json": said.replace(clip.encode(), theirs.encode())}
    sent = changed(archive, added | {f"clips/{theirs}.mp4": film})
    assert await brought(here, sent) == {"films": 1, "recipes": 1}
    unsigned = await somebody_like(here)
    profile = f'{{"person": {{"id": "{unsigned.person.id}x", "handle": "x"}}}}'.encode()
    assert await brought(unsigned, changed(archive, {"profile.json": profile})) == {"recipes": 1}
    await unsigned.http.aclose()


async def somebody_like(one: Somebody) -> Somebody:
    server = Instance.__new__(Instance)
    server.url = str(one.http.base_url).rstrip("/")
    return await somebody(server)


async def test_a_signed_film_says_its_own_words(anna: Somebody, here: Somebody) -> None:
    clip = await make_clip(anna, "a paper boat")
    archive = (await anna.http.get("/v1/me/export")).content
    name = f"clips/{clip}.json"
    text = zipfile.ZipFile(io.BytesIO(archive)).read(name).replace(b"paper boat", b"lie")
    await brought(here, changed(archive, {name: text}))
    assert [one["text"] for one in await own_clips(here)] == ["a paper boat"]


async def test_the_rules_of_the_new_house_hold(anna: Somebody, here: Somebody) -> None:
    clip = await make_clip(anna, "a paper owl")
    archive = (await anna.http.get("/v1/me/export")).content
    name = f"clips/{clip}.json"
    said = zipfile.ZipFile(io.BytesIO(archive)).read(name).replace(b"a paper owl", b"a naked woman")
    sent = changed(archive, {name: said, f"clips/{clip}.mp4": None})
    assert await brought(here, sent) == {"refused": 1}
    assert not (await here.http.get("/v1/me/recipes")).json()["recipes"]


async def test_an_archive_is_of_one_account_and_of_who_keeps_their_name(
    anna: Somebody, here: Somebody, old: tuple[Instance, Path], new: Instance
) -> None:
    archive = (await anna.http.get("/v1/me/export")).content
    assert (await bring(here, archive)).status_code == 200
    other = await somebody(new)
    refused = await bring(other, archive)
    assert (refused.status_code, "somebody else's" in refused.json()["detail"]) == (403, True)
    # At the instance that made it, it is only its person's.
    neighbour = await somebody(old[0])
    assert (await bring(neighbour, archive)).status_code == 403
    clip = await make_clip(anna, "a paper moth")
    own = (await anna.http.get("/v1/me/export")).content
    assert (await brought(anna, own))["known"] == 1
    assert [one["id"] for one in await own_clips(anna)] == [clip]
    async with httpx.AsyncClient(base_url=new.url) as guest:
        sent = await guest.post("/v1/me/import", content=archive, headers=ZIP)
        assert (sent.status_code, "keep your name" in sent.json()["detail"]) == (403, True)
    for one in (other, neighbour):
        await one.http.aclose()


async def test_what_is_no_archive_is_refused(here: Somebody) -> None:
    for data in (b"", b"PK", CLIP, b"x" * 9999):
        assert (await bring(here, data)).status_code == 422
    film = await here.http.post(
        "/v1/me/import", content=CLIP, headers={"Content-Type": "video/mp4"}
    )
    assert film.status_code == 415


async def test_a_program_brings_it_along_too(
    anna: Somebody, here: Somebody, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await make_clip(anna, "a paper swan")
    file = tmp_path / "mine.zip"
    file.write_bytes((await anna.http.get("/v1/me/export")).content)
    server = ("--server", str(here.http.base_url).rstrip("/"))
    token = ("--token", here.http.cookies[COOKIE])
    assert await asyncio.to_thread(main, ("import", str(file), *server, *token)) == 0
    assert "1 films, 0 recipes" in capsys.readouterr().out
    missing = ("import", str(tmp_path / "none.zip"), *server, *token)
    assert await asyncio.to_thread(main, missing) == 1
    assert await asyncio.to_thread(main, ("import", str(file), *server)) == 1
    assert "say who you are" in capsys.readouterr().err
