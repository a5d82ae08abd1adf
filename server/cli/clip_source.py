"""A finished clip to be examined: from the data folder, from a server, or from a file."""

import asyncio
import hashlib
import http.client
import re
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit, urlunsplit

import msgspec
from msgspec import Struct

from phosphene.cli.kept_films import ReadFilm, folder_reader
from phosphene.consent.card import Card
from phosphene.errors import BadInput
from phosphene.model import Clip, Recipe
from phosphene.store import reads
from phosphene.store.sqlite_reader import look
from phosphene.trust import own_chain
from phosphene.trust.provenance import MP4, State, verify

ANSWER_S: Final = 30.0
LARGEST: Final = 256 * 1024 * 1024
LONGEST_S: Final = 10
MOST_STEPS: Final = 100
MOST_LOOKS: Final = 5
_ID: Final = re.compile(r"[0-9a-z]{20}")


class Exhibit(Struct, frozen=True, kw_only=True):
    """What is kept of a clip: its video, its recipe and those of its ancestors, the nearest first.

    ``signature``: what the video's own manifest says of it; ``whole``: whether it is the file that
    was kept under its hash (True where no hash is known).
    """

    name: str
    video: bytes
    recipes: tuple[Recipe, ...]
    signature: State
    whole: bool = True


def find(name: str, data: Path, recipe: Path | None, read_film: ReadFilm | None = None) -> Exhibit:
    """The clip that somebody means: a file, the address of a clip or its page, or its id.

    ``data`` is the data folder; ``recipe`` a file with the recipe, where the video has none;
    ``read_film`` reads films, if they lie elsewhere than in that folder.

    Raises:
        BadInput, NotFound: there is no such clip, it is not finished, or its recipe is unknown.
    """
    if name.startswith(("http://", "https://")):
        found = _examined(name, _fetch(video_url(name)), data)
    elif Path(name).is_file():
        found = _examined(name, Path(name).read_bytes(), data)
    elif _ID.fullmatch(name):
        found = _kept(name, data, read_film or folder_reader(data / "blobs"))
    else:
        raise BadInput(f"{name} is no file, no address and no id of a clip")
    if recipe is not None:
        found = msgspec.structs.replace(found, recipes=(_read(recipe), *found.recipes[1:]))
    if not found.recipes:
        raise BadInput(f"{name} says no recipe: give it with --recipe FILE")
    # A manifest is anybody's writing: ten million steps, or an hour of pictures, would be a way to
    # keep the machine of whoever verifies busy.
    if not all(map(possible, found.recipes)):
        raise BadInput(f"{name} says a recipe by which no clip can be drawn")
    return found


def possible(recipe: Recipe) -> bool:
    """Whether a clip can have been drawn by a recipe, which anybody may have written."""
    return (
        1 <= recipe.seconds <= LONGEST_S
        and 1 <= recipe.steps <= MOST_STEPS
        and 0 <= recipe.seed < 2**32
        and 0 < recipe.strength <= 1
        and 0 <= recipe.kept < recipe.seconds
        and len(recipe.looks) <= MOST_LOOKS
        and all(_can_be_drawn(look.card) for look in recipe.looks)
    )


def _can_be_drawn(card: dict[str, str]) -> bool:
    try:
        msgspec.convert(card, Card)
    except msgspec.ValidationError:
        return False
    return set(card) == set(Card.__struct_fields__)


def video_url(address: str) -> str:
    """Where the video of a clip is, from an address of the clip, its page or its player.

    Raises:
        BadInput: no clip is named in it.
    """
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise BadInput(f"{address} is no address: {error}") from None
    query = parse_qs(parts.query)
    named = [*query.get("clip", ()), *parts.path.split("/")]
    clip = next((part for part in named if _ID.fullmatch(part)), None)
    if clip is None:
        raise BadInput(f"{address} names no clip")
    tokens = query.get("token", ())
    asked = f"token={tokens[0]}" if tokens else ""
    return urlunsplit((parts.scheme, parts.netloc, f"/v1/clips/{clip}/video.mp4", asked, ""))


def _examined(name: str, video: bytes, data: Path) -> Exhibit:
    """A video that says its recipe itself."""
    verdict = verify(video, own_chain.anchors(data))
    recipes: Sequence[Recipe] = verdict.ancestors
    if verdict.recipe is not None:
        recipes = (verdict.recipe, *recipes)
    return Exhibit(name=name, video=video, recipes=tuple(recipes), signature=verdict.state)


def _kept(clip_id: str, data: Path, read_film: ReadFilm) -> Exhibit:
    clip = _row(clip_id, data)
    if clip.withheld_for == "consent":
        raise BadInput(f"clip {clip_id} was withdrawn: somebody in it took their yes back")
    if clip.status != "done" or clip.recipe is None:
        raise BadInput(f"clip {clip_id} is {clip.status}: only a finished one can be verified")
    film = _read_now(read_film, f"{clip.sha256}.mp4")
    if film is None:
        raise BadInput(f"the video of clip {clip_id} is gone: {clip.sha256}.mp4 is not there")
    found = _examined(clip_id, film, data)
    same = hashlib.sha256(found.video).hexdigest() == clip.sha256
    # The database's own recipe, which may say more of the parent than the file does where that is
    # private.
    recipes = (clip.recipe, *found.recipes[1:])
    return msgspec.structs.replace(found, recipes=recipes, whole=same)


def _read_now(read_film: ReadFilm, name: str) -> bytes | None:
    async def read() -> bytes | None:
        return await read_film(name)

    return asyncio.run(read())


def _row(clip_id: str, data: Path) -> Clip:
    file = data / "phosphene.db"
    if not file.is_file():
        raise BadInput(f"{data} is no data folder of a server: there is no {file.name} in it")
    return look(file, lambda connection: reads.clip(connection, clip_id))


def _fetch(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_S) as answer:
            if answer.headers.get_content_type() != MP4:
                raise BadInput(f"{url} is no video")
            video: bytes = answer.read(LARGEST)
            return video
    except urllib.error.HTTPError as error:
        raise BadInput(f"{url}: {_problem(error)}") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise BadInput(f"{url} cannot be fetched: {getattr(error, 'reason', error)}") from None


def _problem(error: urllib.error.HTTPError) -> str:
    """What a server says of an error (RFC 9457)."""
    try:
        body = msgspec.json.decode(error.read(64 * 1024), type=dict[str, object])
    except (msgspec.MsgspecError, OSError):
        body = {}
    return str(body.get("detail") or f"{error.code} {error.reason}")


def _read(file: Path) -> Recipe:
    """A recipe as JSON: alone, or in what ``render --json`` or the API says of a clip."""
    try:
        said = msgspec.json.decode(file.read_bytes(), type=dict[str, object])
        for key in ("clip", "recipe"):
            said = msgspec.convert(said.get(key, said), dict[str, object])
        return msgspec.convert(said, Recipe)
    except (OSError, msgspec.MsgspecError) as error:
        raise BadInput(f"{file} holds no recipe: {error}") from None
