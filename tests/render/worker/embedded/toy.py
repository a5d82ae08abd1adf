"""The real model, small and with random weights and bases."""

import shutil
from importlib import resources
from pathlib import Path

import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from torch import Tensor

from server.render.worker.embedded.autoencoder import TheatreAutoencoder, size
from server.render.worker.embedded.network import TheatreTransformer
from server.render.worker.embedded.nouns.lexicon import FILE as LEXICON
from server.render.worker.embedded.pipeline import SHIFT, TheatrePipeline
from server.render.worker.embedded.prompt_parser import Reader, Words, classes
from server.render.worker.embedded.world import World

SHIPPED = Path(str(resources.files("server.render.worker.embedded") / "weights"))
WORLD = World.load(SHIPPED)

LATENTS = {"subject": 12, "inks": 9, "sky": 6, "far": 8, "middle": 7, "near": 5, "weather": 4}
"""A number of its own for each kind, so that none can pass for another."""


def orthonormal(rows: int, count: int) -> Tensor:
    """Random orthonormal columns (rows, count)."""
    columns: Tensor = torch.linalg.qr(torch.randn(rows, count)).Q
    return columns


def autoencoder() -> TheatreAutoencoder:
    """Random bases whose pictures fill about half of the range."""
    made: TheatreAutoencoder = TheatreAutoencoder(LATENTS).eval()
    for kind, count in LATENTS.items():
        spread = 0.5 * (size(kind) / count) ** 0.5 * torch.linspace(1.2, 0.8, count)
        mean = 0.2 * torch.randn(size(kind))
        made.basis(kind).take(mean, orthonormal(size(kind), count), spread)
    return made


def transformer(layers: int = 1, world: World = WORLD) -> TheatreTransformer:
    """A denoiser as it is before training."""
    made: TheatreTransformer = TheatreTransformer(
        world.sizes,
        width=32,
        layers=layers,
        heads=2,
        score_width=32,
        score_layers=layers,
        latents=LATENTS,
    )
    made.eval()
    return made


def pipeline(world: World = WORLD) -> TheatrePipeline:
    """All of it, answering to its conditions."""
    torch.manual_seed(5)
    network = transformer(world=world)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    scheduler = FlowMatchEulerDiscreteScheduler(shift=SHIFT)
    return TheatrePipeline(autoencoder(), network, scheduler, world)


def words(world: World = WORLD) -> Words:
    """A reader as it is before training."""
    return Words(Reader(classes(world)), world)


def save(folder: Path, world: World = WORLD) -> Path:
    """A whole model's folder."""
    pipeline(world).save_pretrained(folder)
    words(world).save_pretrained(folder)
    if world.shown:
        shutil.copy(SHIPPED / LEXICON, folder)
    return folder


def another() -> World:
    """A world of its own: two subjects have other names and there are three colours only."""
    names = {"whale": "tram", "bird": "kite"}
    subjects = tuple(names.get(subject, subject) for subject in WORLD.values["subject"])
    colours = ("grey", "gold", "teal")
    values = dict(WORLD.values) | {
        "subject": subjects,
        "other": (WORLD.values["other"][0], *subjects),
        "colour": colours,
        "other_colour": colours,
    }
    return World(values, WORLD.usual, {"tram": {"colour": ("gold",)}})
