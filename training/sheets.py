"""Contact sheets of the shipped model, and the curve of its training, as small JPEGs."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from phosphene.render.worker.embedded.compositor import HEIGHT, WIDTH, Compositor
from phosphene.render.worker.embedded.pipeline import EmbeddedPipeline
from phosphene.render.worker.embedded.prompt_parser import PromptParser
from phosphene.render.worker.embedded.scene import Scene
from phosphene.render.worker.embedded.score import frame_states
from phosphene.render.worker.embedded.slot_defaults import resolve_slots
from phosphene.render.worker.embedded.staging import scene_states
from phosphene.render.worker.embedded.vocabulary import PLATES
from training.world import WORLD

Rgb = NDArray[np.uint8]
PROMPTS = (
    "a blue whale under the sea at dawn",
    "a red bird over the hills by day",
    "un chat orange dans la ville la nuit",
    "a purple butterfly in the forest at sunset",
    "a yellow balloon above the clouds at sunrise",
    "a white sailboat on the sea at sunset",
    "a rocket over the mountains at night",
    "a pink jellyfish underwater",
    "un poisson jaune sous l'eau",
    "an orange fox in the snow in the forest",
    "a purple rabbit hopping in the meadow in the rain",
    "a green turtle in the desert at dusk",
    "a white cat watching a yellow balloon over the hills, dreamy",
    "a red fox chasing a white rabbit in the snow, cheerful",
    "a gloomy owl in the forest at night, the camera moves closer",
    "a small penguin next to a big elephant in the mountains, camera tilts up",
)


def rgb(picture: NDArray[np.uint8], by: int) -> Rgb:
    """I420 (1536, 576), limited range BT.709, to RGB, `by` times smaller."""
    luma = picture[:HEIGHT].reshape(HEIGHT // by, by, WIDTH // by, by).mean((1, 3))
    half = by // 2
    small = picture[HEIGHT:].reshape(2, HEIGHT // by, half, WIDTH // by, half).mean((2, 4))
    y, u, v = (luma - 16) / 219, (small[0] - 128) / 224, (small[1] - 128) / 224
    colour = np.stack([y + 1.5748 * v, y - 0.1873 * u - 0.4681 * v, y + 1.8556 * u], -1)
    pixels: Rgb = np.rint(np.clip(colour, 0, 1) * 255).astype(np.uint8)
    return pixels


def shot(scene: Scene, frame: int, sigma: float = 0.0, by: int = 4) -> Rgb:
    """One frame of a scene."""
    standing = scene_states(scene, frame_states(scene.score), frame)
    return rgb(Compositor.of_scene(scene, sigma).draw_frame(*standing), by)


def _read(words: PromptParser, text: str, seed: int) -> dict[str, str]:
    return resolve_slots(WORLD, {slot.name: slot.value for slot in words.parse_prompt(text)}, seed)


def over_time(pipeline: EmbeddedPipeline, words: PromptParser, prompts: Sequence[str]) -> Rgb:
    """A row for each prompt: six moments of its clip."""
    rows = []
    for seed, text in enumerate(prompts):
        scene = pipeline(_read(words, text, seed), seed, seconds=3).scene
        rows.append(np.concatenate([shot(scene, frame) for frame in range(4, 72, 12)], 1))
    pairs = [np.concatenate(rows[i : i + 2], 1) for i in range(0, len(rows), 2)]
    return np.concatenate(pairs)


def over_steps(
    pipeline: EmbeddedPipeline, words: PromptParser, prompts: Sequence[str], steps: int = 8
) -> Rgb:
    """A row for each prompt: x0 after every step."""
    rows = []
    for seed, text in enumerate(prompts):
        slots = _read(words, text, seed)
        made = list(pipeline.denoise_clip(slots, seed, seconds=1, steps=steps))
        rows.append(np.concatenate([shot(step.scene, 12, step.sigma) for step in made], 1))
    return np.concatenate(rows)


def curve(table: Path, width: int = 720, height: int = 320) -> Rgb:
    """The logarithm of each kind's loss over the hours of training."""
    with table.open() as file:
        lines = list(csv.DictReader(file))
    image = Image.new("RGB", (width, height), (250, 247, 240))
    pen = ImageDraw.Draw(image)
    tones = ("#c0392b", "#2e86c1", "#1e8449", "#b7950b", "#7d3c98", "#707b7c", "#d35400")
    last = max(float(line["seconds"]) for line in lines)
    for level in (1.0, 0.3, 0.1, 0.03, 0.01):
        y = _height(level, height)
        pen.line([(40, y), (width - 10, y)], "#d5d0c4")
        pen.text((6, y - 6), f"{level:g}", "#555")
    for i, (kind, tone) in enumerate(zip(PLATES, tones, strict=True)):
        points = [
            (40 + float(q["seconds"]) / last * (width - 50), _height(float(q[kind]), height))
            for q in lines
            if q[kind]
        ]
        pen.line(points, tone, 2)
        pen.text((60 + i * 90, 8), kind, tone)
    pen.text((width - 150, height - 16), f"{last / 60:.0f} minutes of training", "#555")
    return np.asarray(image)


def _height(loss: float, height: int) -> float:
    share = (np.log10(np.clip(loss, 0.008, 2.0)) - np.log10(0.008)) / np.log10(2.0 / 0.008)
    return float(height - 24 - share * (height - 54))


def write(picture: Rgb, path: Path) -> None:
    """As a small JPEG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(path, quality=72, optimize=True)
