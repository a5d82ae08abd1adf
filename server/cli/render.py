"""``phosphene render "PROMPT" -o clip.mp4``: one clip to a file, without a server."""

import argparse
import asyncio
import hashlib
import secrets
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from phosphene import __version__
from phosphene.cli.drawing import open_artist
from phosphene.cli.options import add_settings, settings_of
from phosphene.errors import BadInput, Refused
from phosphene.ids import new_id
from phosphene.model import Prompt, Recipe, Slot
from phosphene.render import messages
from phosphene.render.diffusers_families import ModelOptions
from phosphene.render.dispatch.recipe import finished_recipe, order_again, tune_of
from phosphene.settings import Settings
from phosphene.trust.policy import decide
from phosphene.trust.prompt_text import clean_prompt
from phosphene.trust.refusal_rules import load_rules
from phosphene.trust.signing import Signer
from phosphene.trust.watermark_words import WatermarkWords


class Rendered(Struct, frozen=True, kw_only=True):
    """What ``--json`` prints."""

    file: str
    sha256: str
    recipe: Recipe
    understood: tuple[Slot, ...]
    frames: int
    load_s: float
    render_s: float


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("render", help="render one clip to an MP4")
    parser.add_argument("prompt")
    parser.add_argument("-o", "--output", type=Path, default=Path("clip.mp4"))
    parser.add_argument("--seconds", default="5", help="whole seconds, 1 to 10 (default: 5)")
    parser.add_argument("--seed", default=None, help="0 to 4294967295 (default: a random one)")
    parser.add_argument("--json", action="store_true", help="print the recipe as JSON")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be drawn, and draw nothing"
    )
    add_settings(
        parser,
        *ModelOptions.__struct_fields__,
        *("worker_threads", "steps", "bitrate", "watermark", "rules"),
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Render, sign, write; nothing is written unless all of it worked."""
    settings = settings_of(options, workers=1, spares=0, pace=0.0)
    prompt = _prompt(options, settings)
    if options.dry_run:
        print(asyncio.run(_read(prompt, settings)))
        return 0
    if not options.output.parent.is_dir():
        raise BadInput(f"no folder {options.output.parent}")
    video, rendered = asyncio.run(_render(prompt, settings, options.output, quiet=options.json))
    options.output.write_bytes(video)
    if options.json:
        print(msgspec.json.encode(rendered).decode())
    else:
        pace = rendered.render_s / rendered.recipe.seconds
        print(
            f"{rendered.file}: {rendered.recipe.seconds} s drawn in {rendered.render_s:.1f} s "
            f"({pace:.2f} s per second), seed {rendered.recipe.seed}"
        )
    return 0


def _prompt(options: argparse.Namespace, settings: Settings) -> Prompt:
    try:
        raw = {"text": options.prompt, "seconds": options.seconds, "seed": options.seed}
        prompt = msgspec.convert(raw, Prompt, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput(str(error)) from None
    # Also here, where nobody else looks: a file that was drawn by this package carries its
    # signature wherever it goes.
    refusal = decide(clean_prompt(prompt.text), load_rules(settings.rules))
    if refusal is not None:
        raise Refused(refusal)
    return msgspec.structs.replace(prompt, text=clean_prompt(prompt.text))


async def _read(prompt: Prompt, settings: Settings) -> str:
    async with open_artist(settings, quiet=True) as artist:
        return await artist.read_prompt(prompt.text)


async def _render(
    prompt: Prompt, settings: Settings, output: Path, *, quiet: bool
) -> tuple[bytes, Rendered]:
    begun = time.perf_counter()
    async with open_artist(settings, quiet=quiet) as artist:
        load_s = time.perf_counter() - begun
        recipe = _recipe(prompt, artist.info, settings.steps)
        if not quiet:
            print(await artist.read_prompt(prompt.text), file=sys.stderr)
        name = new_id(time.time())
        mark = WatermarkWords(Path(settings.data), settings.watermark).mark_of(name)
        order = msgspec.structs.replace(order_again(recipe, name, None), mark=mark)
        drawn = await artist.draw(order)
    recipe = finished_recipe(recipe, drawn.done, drawn.files["latents"])
    signer = Signer(
        Path(settings.data),
        __version__,
        time.time,
        chain=Path(settings.certificate) if settings.certificate else None,
        tsa_url=settings.tsa_url,
    )
    signed = await signer.sign_file(drawn.files["video"], recipe, prompt.text)
    return signed, Rendered(
        file=str(output),
        sha256=hashlib.sha256(signed).hexdigest(),
        recipe=recipe,
        understood=drawn.understood,
        frames=drawn.done.frames,
        load_s=round(load_s, 3),
        render_s=round(drawn.done.render_s, 3),
    )


def _recipe(prompt: Prompt, info: messages.Ready, steps: int) -> Recipe:
    seed = secrets.randbits(32) if prompt.seed is None else prompt.seed
    return Recipe(
        model=info.model,
        fingerprint=info.fingerprint,
        text=prompt.text,
        seed=seed,
        seconds=prompt.seconds,
        width=info.width,
        height=info.height,
        fps=info.fps,
        sound=info.sound,
        tune=tune_of(info, seed, prompt.seconds),
        steps=steps or info.steps,
    )
