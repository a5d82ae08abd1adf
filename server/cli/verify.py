"""``phosphene verify CLIP``: draw a clip again from its recipe and compare."""

import argparse
import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from phosphene import __version__
from phosphene.cli.clip_source import Exhibit, find
from phosphene.cli.drawing import Artist, Drawn, open_artist
from phosphene.cli.kept_films import ReadFilm, films_reader
from phosphene.cli.options import add_settings, settings_of
from phosphene.cli.similarity import FINE_S, hearing, likeness
from phosphene.errors import BadInput
from phosphene.model import Look, Recipe
from phosphene.render.diffusers_families import ModelOptions
from phosphene.render.dispatch.recipe import finished_recipe, order_again
from phosphene.settings import Settings
from phosphene.trust.provenance import State

# The least structural similarity of each picture. The same clip in other number formats, on other
# machines or beside other clips stays above it; another seed of the same prompt does not.
TOLERANCE: Final = 0.95

SOUNDS: Final = 0.8
"""The least likeness of each second of the sound."""

# How finely a synthesised sound is compared. It follows the score, which another number format
# takes off by 1 % at the end of a clip: a hoof 56 ms late was 0.80 alike by 64 ms, 0.87 by 250.
COARSE_S: Final = 0.25

# Not 1, which says that it could not be told, nor 2, by which argparse ends a wrong call.
DIFFERS: Final = 3
"""Exit status for a clip that is not what its recipe gives."""

Result = Literal["identical", "alike", "different"]


class VerifyReport(Struct, frozen=True, kw_only=True):
    """What came out. ``result``: the latents are the same to the bit and the video shows them; or
    only each picture looks the same; or it does not, or the file was changed.

    ``likeness``: the least and the mean structural similarity of the pictures; ``sound``: the least
    likeness of a second of the sound, where there is any; ``unheard``: why it was not compared.
    """

    clip: str
    result: Result
    why: str
    signature: State
    likeness: tuple[float, float]
    pictures: tuple[int, int]
    sound: float | None = None
    unheard: str = ""
    recipe: Recipe
    drawn: Recipe


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "verify",
        help="draw a clip again from its recipe and compare",
        description="Exit status: 0 the same, 3 different, 1 when it cannot be told.",
    )
    parser.add_argument("clip", help="an MP4, the address of a clip, or its id in the data folder")
    parser.add_argument("--recipe", type=Path, help="JSON file with the recipe of the MP4")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument(
        "--tolerance",
        type=float,
        default=TOLERANCE,
        help=f"least structural similarity of each picture (default: {TOLERANCE})",
    )
    add_settings(parser, *ModelOptions.__struct_fields__, "worker_threads", "bitrate")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Verify one clip and say what came out."""
    data = Path(settings_of(options).data)
    exhibit = find(options.clip, data, options.recipe, films_reader(settings_of(options)))
    need_no_portrait(exhibit)
    settings = _settings(options, exhibit.recipes[0])
    report = asyncio.run(_verify(exhibit, settings, options.tolerance, quiet=options.json))
    print(msgspec.json.encode(report).decode() if options.json else "\n".join(_lines(report)))
    return DIFFERS if report.result == "different" else 0


def need_no_portrait(exhibit: Exhibit) -> None:
    """Whether all that a clip was drawn from can be had. Raises BadInput: a portrait leaves its
    instance for nobody. Pure."""
    looks = exhibit.recipes[0].looks
    if any(look.portrait for look in looks):
        shown = "; ".join(map(_shown, looks))
        raise BadInput(
            f"{exhibit.name} shows {shown}: a portrait leaves its instance for nobody, so it cannot"
            f" be drawn again (signature: {exhibit.signature})"
        )


def judge(
    exhibit: Exhibit,
    drawn: Recipe,
    alike: Sequence[float],
    tolerance: float,
    sound: float | None = None,
    unheard: str = "",
) -> VerifyReport:
    """The report on a clip, of which the new latents are in the recipe ``drawn``.

    ``alike``: the similarity of each picture of both videos, as many as both have; ``sound``: that
    of the second of their sounds that differs most; ``unheard``: why that was not compared. Pure.
    """
    kept, least = exhibit.recipes[0], min(alike, default=0.0)
    same_bits = kept.latents is not None and kept.latents == drawn.latents
    frames = kept.seconds * kept.fps
    result: Result = "identical" if same_bits else "alike"
    why = "the same latents to the bit" if same_bits else _loosely(kept, drawn)
    if len(alike) != frames:
        result, why = "different", f"{len(alike)} of {frames} pictures can be compared"
    elif least < tolerance:
        result, why = "different", f"a picture is only {least:.3f} like the one drawn again"
    elif sound is not None and sound < SOUNDS:
        result, why = "different", f"a second of its sound is only {sound:.3f} like the new one"
    elif exhibit.signature == "invalid" or not exhibit.whole:
        result, why = "different", "the file was changed after it was made"
    return VerifyReport(
        clip=exhibit.name,
        result=result,
        why=why,
        signature=exhibit.signature,
        likeness=(least, sum(alike) / max(1, len(alike))),
        pictures=(len(alike), frames),
        sound=sound,
        unheard=unheard,
        recipe=kept,
        drawn=drawn,
    )


def _loosely(kept: Recipe, drawn: Recipe) -> str:
    """Why bits were not to be expected to agree, if they were not."""
    if kept.conditions is None or kept.latents is None:
        return "its recipe does not say on what it was drawn"
    if not kept.alone:
        return "it was not drawn alone, so only its looks can be compared"
    if kept.conditions != drawn.conditions:
        return "drawn under other conditions, so only its looks can be compared"
    if kept.origin != drawn.origin:
        return "its parent had to be drawn again, so only its looks can be compared"
    return "not to the bit, although drawn under the same conditions"


def _settings(options: argparse.Namespace, recipe: Recipe) -> Settings:
    """As the clip was drawn, where nothing else is asked for."""
    given = settings_of(options, workers=1, spares=0, pace=0.0)
    made = recipe.conditions
    if made is None:
        return given
    then = {name: made.settings.get(name) for name in ("guidance", "pixels", "bitrate")}
    # The number of threads decides in which order sums are made, hence the last bits of latents.
    then |= {"dtype": made.dtype, "worker_threads": str(made.threads)}
    unsaid = {name: value for name, value in then.items() if getattr(options, name, None) is None}
    return settings_of(options, workers=1, spares=0, pace=0.0, **unsaid)


async def _verify(
    exhibit: Exhibit, settings: Settings, tolerance: float, *, quiet: bool
) -> VerifyReport:
    async with open_artist(settings, quiet=quiet) as artist:
        return await examine(exhibit, artist, films_reader(settings), tolerance)


async def examine(
    exhibit: Exhibit, artist: Artist, read_film: ReadFilm, tolerance: float = TOLERANCE
) -> VerifyReport:
    """Draw a clip again and compare; latents of a parent are looked for by ``read_film``.

    Raises:
        BadInput: another model drew it, or its parent's latents cannot be had.
        RenderFailed: it cannot be drawn.
    """
    _check_model(exhibit.recipes[0], artist)
    drawn, origin = await _again(artist, exhibit.recipes, read_film)
    recipe = finished_recipe(exhibit.recipes[0], drawn.done, drawn.files["latents"])
    recipe = msgspec.structs.replace(recipe, origin=origin)
    videos = exhibit.video, drawn.files["video"]
    unheard = why_unheard(recipe, artist.info.synthesizer)
    sound = None if unheard else hearing(*videos, COARSE_S if recipe.tune else FINE_S)
    return judge(exhibit, recipe, likeness(*videos), tolerance, sound, unheard)


def why_unheard(recipe: Recipe, synthesizer: int) -> str:
    """Why the sound of a clip is not compared with that of the one drawn again, if it is not: what
    another version made is another piece, and says nothing of the clip. Pure."""
    if recipe.tune is None or recipe.tune.version == synthesizer:
        return ""
    return f"made by version {recipe.tune.version} of the synthesizer, here is {synthesizer}"


def _check_model(recipe: Recipe, artist: Artist) -> None:
    if artist.info.fingerprint != recipe.fingerprint:
        here = artist.info
        raise BadInput(
            f"another model drew this clip: {recipe.model} {recipe.fingerprint[:12]}, here is "
            f"{here.model} {here.fingerprint[:12]}; {_where_to_verify(recipe)}"
        )


def _where_to_verify(recipe: Recipe) -> str:
    """What to do for the model that drew a clip. The fingerprint of the embedded one is also of the
    code that draws, so that the weights of before do not make it the one of before."""
    made = recipe.conditions.versions.get("phosphene", "") if recipe.conditions else ""
    by = made if made and made != __version__ else f"{made} of before".strip()
    return (
        "name its files with --model, or, if the embedded model drew it, verify it with the code "
        f"that did: Phosphene {by}"
    )


async def _again(
    artist: Artist, recipes: Sequence[Recipe], read_film: ReadFilm
) -> tuple[Drawn, str | None]:
    """The first of the recipes drawn again, and the hash of the latents that it began with.

    Those of its parent are read, or else it is drawn again too.
    """
    recipe = recipes[0]
    latents = await _parent(artist, recipes, read_film)
    drawn = await artist.draw(order_again(recipe, f"generation {len(recipes)}", latents))
    return drawn, None if latents is None else hashlib.sha256(latents).hexdigest()


async def _parent(artist: Artist, recipes: Sequence[Recipe], read_film: ReadFilm) -> bytes | None:
    recipe = recipes[0]
    if recipe.parent is None:
        return None
    kept = await read_film(f"{recipe.origin}.safetensors") if recipe.origin else None
    # Latents under their own hash are those that it began with, whoever put them there; a parent
    # that is drawn again may differ in the last bits.
    if kept is not None:
        return kept
    if len(recipes) < 2:
        raise BadInput(
            f"this clip goes on from {recipe.parent}, whose latents are not kept here, and the "
            "file says no recipe to draw it again"
        )
    _check_model(recipes[1], artist)
    drawn, _ = await _again(artist, recipes[1:], read_film)
    return drawn.files["latents"]


def _lines(report: VerifyReport) -> list[str]:
    """The report for people."""
    least, mean = report.likeness
    heard = [] if report.sound is None else [f"  sound      at least {report.sound:.3f} alike"]
    if report.unheard:
        heard = [f"  sound      not compared: {report.unheard}"]
    return [
        f"{report.clip}: {report.result} ({report.why})",
        f"  pictures   {report.pictures[0]} of {report.pictures[1]}, similarity (SSIM) at least "
        f"{least:.3f}, {mean:.3f} on average",
        *heard,
        f"  latents    {report.recipe.latents or 'unknown'}",
        f"  again      {report.drawn.latents}",
        f"  signature  {report.signature}",
        *(f"  shows      {_shown(look)}" for look in report.recipe.looks),
    ]


def _shown(look: Look) -> str:
    """Who is drawn as they chose, and what was checked of them."""
    checked = f"{look.level} checked by {look.checked_by}"
    proof = "" if look.level == "verified" else ", no proof of who they are"
    portrait = f", from a portrait, agreed {look.portrait[:16]}" if look.portrait else ""
    return f"@{look.owner} ({checked}{proof}), grant {look.grant[:16]}{portrait}"
