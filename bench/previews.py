"""What previews add to a render: ``python -m bench.previews [--model FOLDER] [--rounds 5]``.

CPU time of the same clip drawn in turn by the bare pipeline of diffusers, through the renderer
without previews, and with them. Without ``--model``: Wan with few, random weights, whose denoiser
is so small that decoding weighs more than in any real one.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

import torch

from bench.machine import describe
from phosphene.render.diffusers_families import ModelOptions
from phosphene.render.worker.diffusers import renderer as room
from phosphene.render.worker.diffusers.load import load
from phosphene.render.worker.diffusers.previews import PreviewPublisher
from phosphene.render.worker.diffusers.renderer import DiffusersRenderer
from phosphene.render.worker.renderer import Brief, Patch, patches_alone
from tests.render.worker.diffusers import tiny

TEXT = "a red fox in the forest at night"


class Blind(PreviewPublisher):
    """Shows nothing but final frames."""

    def preview(self, *args: Any, **kwargs: Any) -> None:
        """Nothing."""


def spent(work: Callable[[], object]) -> float:
    """CPU seconds of all threads of this process."""
    began = time.process_time()
    work()
    return time.process_time() - began


def draw(renderer: DiffusersRenderer, brief: Brief) -> list[Patch]:
    """A whole clip; one picture of each patch is drawn, as the playhead would while it forms."""
    patches = []
    for news in patches_alone(renderer.render(brief)):
        news.draw(news.start)
        patches.append(news)
    return patches


def kinds(patches: list[Patch]) -> str:
    """How many previews were made in which way."""
    ways = Counter(
        one.draw.func.__name__ for one in patches if isinstance(one.draw, partial) and not one.final
    )
    names = {"_pick": "decoded", "_blend": "mapped"}
    return ", ".join(f"{count} {names[way]}" for way, count in ways.items())


def measure(options: argparse.Namespace, folder: Path) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as data:
        wish = ModelOptions(
            model=str(folder), data=data, pixels=options.pixels, device=options.device
        )
        renderer, ready = load(wish)
        assert isinstance(renderer, DiffusersRenderer)
        brief = Brief(TEXT, 7, options.seconds, steps=options.steps or ready.steps)
        renderer.pipeline.set_progress_bar_config(disable=True)
        seen = draw(renderer, brief)  # warms up, and learns the colours of the latents
        times: dict[str, list[float]] = {"bare pipeline": [], "no previews": [], "previews": []}
        for _ in range(options.rounds):
            times["bare pipeline"].append(spent(lambda: renderer.call_unhooked(brief)))
            with patch.object(room, "Screen", Blind):
                times["no previews"].append(spent(lambda: draw(renderer, brief)))
            times["previews"].append(spent(lambda: seen.extend(draw(renderer, brief))))
    print(f"{renderer.name} on {ready.device}, {renderer.width}x{renderer.height}")
    for name, values in times.items():
        parts = [one / base for one, base in zip(values, times["no previews"], strict=True)]
        print(f"{name:<16}{median(values):>8.2f} s{median(parts):>8.2f}")
    print(f"of {options.rounds + 1} clips: {kinds(seen)}")


def main() -> None:
    """Make a model where none is given, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--pixels", type=int, default=96 * 176)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(describe())
    with tempfile.TemporaryDirectory() as made:
        measure(options, options.model or tiny.save("wan", Path(made)))


if __name__ == "__main__":
    main()
