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
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from server import __version__
from server.cli.options import add_settings, settings_of
from server.errors import BadInput, Refused, RenderFailed
from server.ids import new_id
from server.model import Prompt, Recipe, Slot
from server.render import wire
from server.render.catalog import Wish
from server.render.pool import open_pool
from server.settings import Settings
from server.trust.policy import clean_prompt, decide
from server.trust.provenance import Signer
from server.trust.rules import load_rules


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
    add_settings(parser, *Wish.__struct_fields__, "worker_threads", "steps", "bitrate", "rules")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Render, sign, write; nothing is written unless all of it worked."""
    settings = settings_of(options, workers=1, spares=0, pace=0.0)
    prompt = _prompt(options, settings)
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
    refusal = decide(clean_prompt(prompt.text), load_rules(settings.rules or None))
    if refusal is not None:
        raise Refused(refusal)
    return msgspec.structs.replace(prompt, text=clean_prompt(prompt.text))


async def _render(
    prompt: Prompt, settings: Settings, output: Path, *, quiet: bool
) -> tuple[bytes, Rendered]:
    begun = time.perf_counter()
    seed = secrets.randbits(32) if prompt.seed is None else prompt.seed
    with _bar(quiet) as bar:
        task = bar.add_task("loading the model", total=100)
        async with open_pool(settings) as pool:
            await pool.wait_ready()
            load_s, info = time.perf_counter() - begun, pool.info
            assert info is not None, "a pool that is ready knows its model"
            steps = settings.steps or info.steps
            order = wire.Render(
                clip=new_id(time.time()),
                text=prompt.text,
                seed=seed,
                seconds=prompt.seconds,
                steps=steps,
                live=False,
            )
            said: dict[str, wire.ClipAnswer] = {}
            async for message in pool.render(order):
                _keep(message, said, bar, task)
    done, started, video = said.get("done"), said.get("started"), said.get("video")
    if not (
        isinstance(done, wire.Done)
        and isinstance(started, wire.Started)
        and isinstance(video, wire.Artifact)
    ):
        raise RenderFailed("the worker ended without a clip")
    recipe = Recipe(
        model=info.model,
        fingerprint=info.fingerprint,
        text=prompt.text,
        seed=seed,
        seconds=prompt.seconds,
        width=info.width,
        height=info.height,
        fps=info.fps,
        steps=steps,
    )
    signer = Signer(Path(settings.data), __version__, time.time)
    signed = await signer.sign(video.data, recipe, prompt.text)
    return signed, Rendered(
        file=str(output),
        sha256=hashlib.sha256(signed).hexdigest(),
        recipe=recipe,
        understood=started.understood,
        frames=done.frames,
        load_s=round(load_s, 3),
        render_s=round(done.render_s, 3),
    )


def _keep(
    message: wire.ClipAnswer, said: dict[str, wire.ClipAnswer], bar: Progress, task: TaskID
) -> None:
    match message:
        case wire.Progress(percent=percent):
            bar.update(task, completed=percent, description="drawing")
        case wire.Artifact(kind=kind):
            said[kind] = message
        case wire.Started():
            said["started"] = message
        case wire.Done():
            bar.update(task, completed=100, description="done")
            said["done"] = message
        case wire.Failed(reason=reason):
            raise RenderFailed(reason)


def _bar(quiet: bool) -> Progress:
    return Progress(
        TextColumn("{task.description:>18}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=Console(file=sys.stderr),
        disable=quiet,
        transient=True,
    )
