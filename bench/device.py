"""The engine against the bare pipeline on one device: ``python -m bench.device [--device cuda]``.

Wan of the size of Wan 2.1 1.3B with random weights, which are as fast as trained ones, and a
small text encoder. Wall seconds of the unmodified pipeline's own call, of the engine with one clip
(previews and all pictures drawn), and of several clips whose forward passes it shares.
``--model FOLDER`` takes any other model, ``--tiny`` a very small one.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKLWan, WanPipeline, WanTransformer3DModel

from bench.machine import describe
from phosphene.render.diffusers_families import ModelOptions
from phosphene.render.worker.diffusers.load import load
from phosphene.render.worker.diffusers.renderer import DiffusersRenderer
from phosphene.render.worker.engine import Engine, open_engine
from phosphene.render.worker.renderer import Brief, Patch
from tests.render.worker.diffusers import tiny

TEXT = "a red fox in the forest at night"


def wan() -> Any:
    """Wan 2.1 1.3B without its weights, in bfloat16."""
    torch.set_default_dtype(torch.bfloat16)
    transformer = WanTransformer3DModel(
        num_attention_heads=12,
        attention_head_dim=128,
        text_dim=32,
        ffn_dim=8960,
        num_layers=30,
        cross_attn_norm=True,
        qk_norm="rms_norm_across_heads",
    )
    torch.set_default_dtype(torch.float32)
    vae = AutoencoderKLWan()
    parts = tiny.wan_parts() | {"vae": vae}
    return WanPipeline(**parts, transformer=transformer, scheduler=tiny.unipc())


async def clip(engine: Engine, renderer: DiffusersRenderer, brief: Brief, name: str) -> None:
    """A whole clip; of a preview one picture is drawn, of what is final every one."""
    request = engine.add_clip(name, name, renderer.render(brief))
    while True:
        engine.want_patch(request, time.monotonic() + 1)
        news = await request.next_news()
        if isinstance(news, bytes):
            break
        if isinstance(news, Patch):
            frames = range(news.start, news.stop) if news.final else (news.start,)
            await asyncio.to_thread(lambda patch, shown: [*map(patch.draw, shown)], news, frames)
    await engine.remove_clip(request)


def _at_once(renderer: DiffusersRenderer, brief: Brief, count: int) -> None:
    asyncio.run(together(renderer, brief, count))


async def together(renderer: DiffusersRenderer, brief: Brief, count: int) -> None:
    """So many clips at once."""
    with open_engine() as engine:
        await asyncio.gather(*(clip(engine, renderer, brief, str(k)) for k in range(count)))


def seconds(work: Callable[[], object], device: str) -> float:
    """Wall seconds until the device has done it too."""
    began = time.perf_counter()
    work()
    if device.startswith("cuda"):
        torch.cuda.synchronize()
    return time.perf_counter() - began


def measure(options: argparse.Namespace, folder: Path) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as data:
        wish = ModelOptions(
            model=str(folder), data=data, pixels=options.pixels, device=options.device
        )
        renderer, ready = load(wish)
        assert isinstance(renderer, DiffusersRenderer)
        renderer.pipeline.set_progress_bar_config(disable=True)
        brief = Brief(TEXT, 7, options.seconds, steps=options.steps)
        print(f"{renderer.name} on {ready.device}, {renderer.width}x{renderer.height}", flush=True)
        print(f"{options.seconds} s at {renderer.fps} fps, {options.steps} steps", flush=True)
        seconds(lambda: renderer.call_unhooked(brief), ready.device)  # warms up
        asyncio.run(together(renderer, brief, 1))
        bare = min(seconds(lambda: renderer.call_unhooked(brief), ready.device) for _ in range(2))
        print(f"{'bare pipeline':<16}{bare:>8.2f} s a clip", flush=True)
        for count in options.clips:
            took = seconds(partial(_at_once, renderer, brief, count), ready.device)
            speed = bare * count / took
            print(
                f"{f'{count} at once':<16}{took / count:>8.2f} s a clip{speed:>8.2f} x bare",
                flush=True,
            )


def main() -> None:
    """Make a model where none is given, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--clips", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--pixels", type=int, default=480 * 832)
    options = parser.parse_args()
    print(describe())
    with tempfile.TemporaryDirectory() as made:
        folder = options.model or Path(made) / "wan"
        if options.tiny:
            folder = tiny.save("wan", Path(made))
        elif options.model is None:
            wan().save_pretrained(folder)
        measure(options, folder)


if __name__ == "__main__":
    main()
