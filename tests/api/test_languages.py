"""Problems, pages and what is said on a socket, in the language of who asks."""

import io
import zipfile

import httpx
import msgspec
import pytest
import websockets

from tests.api.conftest import AddClip
from tests.support import Instance

FRENCH = {"Accept-Language": "fr-FR,fr;q=0.9,en;q=0.8"}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("method", "path", "title", "detail"),
    [
        ("GET", "/v1/clips/none-such", "Introuvable", "pas de clip none-such"),
        ("GET", "/nowhere", "Introuvable", None),
        ("DELETE", "/v1/feed", "Méthode non permise", None),
    ],
)
async def test_a_problem_is_told_in_the_language_of_who_asks(
    http: httpx.AsyncClient, method: str, path: str, title: str, detail: str | None
) -> None:
    english = await http.request(method, path)
    french = await http.request(method, path, headers=FRENCH)
    assert french.json()["title"] == title != english.json()["title"]
    assert french.json().get("detail") == detail
    assert french.json()["type"] == english.json()["type"]
    for answer, language in ((english, "en"), (french, "fr")):
        assert answer.headers["content-language"] == language
        assert {"Accept-Language", "Cookie"} <= set(answer.headers["vary"].split(", "))


@pytest.mark.asyncio
async def test_a_refusal_is_kind_in_french_too(http: httpx.AsyncClient) -> None:
    text = "Mickey Mouse sur la lune"
    answer = (await http.post("/v1/clips", json={"text": text}, headers=FRENCH)).json()
    assert answer["title"] == "Cette scène a été refusée"
    assert answer["refusal"]["message"] == answer["detail"]
    assert answer["detail"].startswith("Mickey Mouse appartient à l’histoire de quelqu’un d’autre")
    assert answer["refusal"]["matched"] == ["Mickey Mouse"]
    chosen = {"Cookie": "phosphene_language=en"}
    english = await http.post("/v1/clips", json={"text": text}, headers=FRENCH | chosen)
    assert english.json()["title"] == "This prompt was refused"


@pytest.mark.asyncio
async def test_a_socket_tells_problems_in_the_language_of_its_handshake(
    server: Instance, http: httpx.AsyncClient
) -> None:
    await http.get("/v1/me")
    cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in http.cookies.items())}
    for headers, said in ((FRENCH, "pas de clip nope"), ({}, "no clip nope")):
        async with websockets.connect(
            server.socket_url, additional_headers=cookie | headers
        ) as socket:
            await socket.send('{"type": "subscribe", "topic": "clip:nope", "id": 1}')
            told = [msgspec.json.decode(await socket.recv()) for _ in range(2)]
            assert told[1]["problem"]["detail"] == said


@pytest.mark.asyncio
async def test_pages_made_by_the_server_are_in_the_language_of_who_asks(
    http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    clip = await add_clip()
    assert (await http.patch("/v1/me", json={"handle": "louise"})).status_code == 200
    for path, said in (
        ("/problems", "Problèmes"),
        ("/problems/busy", "Cela passe tout seul\u202f: Retry-After"),
        ("/problems/not-found", "Il n’y a rien ici"),
        ("/@nobody_at_all", "Personne ici ne s’appelle ainsi"),
        ("/@louise", "Clips dessinés par un modèle de diffusion"),
        ("/@louise", "@louise sur Phosphene"),
        (f"/?clip={clip.id}", "Un clip de author, dessiné par un modèle de diffusion"),
        (f"/embed/{clip.id}", "Un clip de Phosphene"),
    ):
        page = await http.get(path, headers=FRENCH)
        assert said in page.text, path
        assert '<html lang="fr">' in page.text
        assert page.headers["content-language"] == "fr"
        assert "Accept-Language" in page.headers["vary"]
        assert '<html lang="en">' in (await http.get(path)).text


@pytest.mark.asyncio
async def test_what_is_taken_along_is_told_in_the_language_of_who_takes_it(
    http: httpx.AsyncClient,
) -> None:
    await http.patch("/v1/me", json={"handle": "lucienne"})
    answer = await http.get("/v1/me/export", headers=FRENCH)
    page = zipfile.ZipFile(io.BytesIO(answer.content)).read("index.html").decode()
    assert '<html lang="fr">' in page
    assert "<h2>Commentaires</h2>" in page


@pytest.mark.asyncio
async def test_why_a_clip_failed_is_told_in_the_language_of_who_asks(
    http: httpx.AsyncClient, add_clip: AddClip
) -> None:
    reason = "the device has no memory left for this clip; a shorter one may fit"
    clip = await add_clip(status="failed", reason=reason)
    path = f"/v1/clips/{clip.id}"
    english, french = await http.get(path), await http.get(path, headers=FRENCH)
    assert english.json()["clip"]["reason"] == reason
    assert french.json()["clip"]["reason"].startswith("il n’y a plus assez de mémoire")
    assert english.headers["etag"] != french.headers["etag"]
    assert "Accept-Language" in french.headers["vary"]
