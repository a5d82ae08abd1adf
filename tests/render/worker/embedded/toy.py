"""The real model, small and with random weights and bases."""

import shutil
from collections.abc import Generator, Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from torch import Tensor

from phosphene.render.worker.embedded.autoencoder import EmbeddedAutoencoder, size, tokens
from phosphene.render.worker.embedded.backdrops import Backdrops, BackdropTable
from phosphene.render.worker.embedded.denoise import DenoiseStep
from phosphene.render.worker.embedded.network import EmbeddedTransformer
from phosphene.render.worker.embedded.nouns.autoencoder import PlateAutoencoder
from phosphene.render.worker.embedded.nouns.cast import Actor
from phosphene.render.worker.embedded.nouns.lexicon import FILE as LEXICON
from phosphene.render.worker.embedded.nouns.lexicon import Lexicon
from phosphene.render.worker.embedded.nouns.model import Concept, NounModel
from phosphene.render.worker.embedded.nouns.network import VECTOR, NounTransformer
from phosphene.render.worker.embedded.pipeline import SHIFT, EmbeddedPipeline
from phosphene.render.worker.embedded.prompt_parser import PromptParser, WordClassifier, classes
from phosphene.render.worker.embedded.world import World
from phosphene.render.worker.renderer import Forward, patches_alone
from training.nouns.concepts import concepts as kinds

SHIPPED = Path(str(resources.files("phosphene.render.worker.embedded") / "weights"))
WORLD = World.load(SHIPPED)

LATENTS = {"subject": 12, "inks": 9, "sky": 6, "far": 8, "middle": 7, "near": 5, "weather": 4}
"""A number of its own for each kind, so that none can pass for another."""


def orthonormal(rows: int, count: int) -> Tensor:
    """Random orthonormal columns (rows, count)."""
    columns: Tensor = torch.linalg.qr(torch.randn(rows, count)).Q
    return columns


def autoencoder() -> EmbeddedAutoencoder:
    """Random bases whose pictures fill about half of the range."""
    made: EmbeddedAutoencoder = EmbeddedAutoencoder(LATENTS).eval()
    for kind, count in LATENTS.items():
        spread = 0.5 * (size(kind) / count) ** 0.5 * torch.linspace(1.2, 0.8, count)
        mean = 0.2 * torch.randn(size(kind))
        made.basis_of(kind).set_directions(mean, orthonormal(size(kind), count), spread)
    return made


def transformer(layers: int = 1, world: World = WORLD) -> EmbeddedTransformer:
    """A denoiser as it is before training."""
    made: EmbeddedTransformer = EmbeddedTransformer(
        world.slot_sizes,
        width=32,
        layers=layers,
        heads=2,
        score_width=32,
        score_layers=layers,
        latents=LATENTS,
    )
    made.eval()
    return made


def pipeline(world: World = WORLD) -> EmbeddedPipeline:
    """All of it, answering to its conditions."""
    torch.manual_seed(5)
    network = transformer(world=world)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    scheduler = FlowMatchEulerDiscreteScheduler(shift=SHIFT)
    return EmbeddedPipeline(autoencoder(), network, scheduler, world)


def words(world: World = WORLD) -> PromptParser:
    """A reader as it is before training."""
    return PromptParser(WordClassifier(classes(world)), world)


def nouns() -> NounModel:
    """The network of all nouns of the shipped lexicon, two drawings of each."""
    torch.manual_seed(6)
    net = NounTransformer(width=32, layers=1, heads=2)
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    told = Lexicon.load(SHIPPED).concepts
    concepts = {
        name: Concept(
            kinds()[name].kind,
            gait,
            place,
            "any",
            (2 * at, 2),
            "mw",
            0.0,
            (0.3, -0.9),
            (0.0, -0.4),
            1.2,
        )
        for at, (name, (gait, place)) in enumerate(told.items())
    }
    plates = PlateAutoencoder()
    last = plates.decoder[-1]
    assert isinstance(last, torch.nn.Conv2d)
    last.weight.data.mul_(20)  # fills about half of the range
    torch.nn.init.constant_(last.bias, 0.5)  # type: ignore[arg-type]
    return NounModel(net, plates, concepts, torch.randn(2 * len(concepts), VECTOR))


def actor(concept: str = "car", drawing: int = 0, gait: str = "roll") -> Actor:
    """Somebody in five plain inks."""
    inks = ((200, 30, 30), (220, 170, 130), (40, 30, 40), (30, 90, 200), (255, 248, 226))
    return Actor(concept, inks, gait, drawing)


def save(folder: Path, world: World = WORLD, *, with_nouns: bool = False) -> Path:
    """A whole model's folder."""
    pipeline(world).save_pretrained(folder)
    words(world).save_pretrained(folder)
    if with_nouns:
        nouns().save(folder)
    if world.shown:
        shutil.copy(SHIPPED / LEXICON, folder)
    return folder


def alone(steps: Generator[DenoiseStep | Forward, Any, None]) -> Iterator[DenoiseStep]:
    """The steps of a clip that has the model for itself."""
    yield from patches_alone(steps)


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


def backdrops(
    places: Mapping[str, str] = MappingProxyType({"beach": "sea"}),
    weathers: Sequence[str] = ("fog",),
) -> Backdrops:
    """One place and one weather, of three drawings each."""
    torch.manual_seed(6)
    kinds = ("sky", "far", "middle", "near")
    rows = {
        kind: {
            f"{next(iter(places))}/{time}": (3 * k, 3)
            for k, time in enumerate(WORLD.values["time"])
        }
        for kind in kinds
    }
    latents = {
        kind: torch.randn(rows_of[-1][0] + 3, tokens(kind), LATENTS[kind])
        for kind, rows_of in ((kind, list(rows[kind].values())) for kind in kinds)
    }
    latents["weather"] = torch.randn(3, tokens("weather"), LATENTS["weather"])
    known = dict.fromkeys(weathers, "clear")
    rows["weather"] = dict.fromkeys(weathers, (0, 3))
    table = BackdropTable(dict(places), known, rows)
    return Backdrops(autoencoder(), table, latents)
