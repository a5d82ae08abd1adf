"""Make the shipped weights of the nouns: python -m training.nouns.export [--to FOLDER].

From the checkpoints of training.nouns.denoiser and of the decoder that forgives (or, until there
is one, of the autoencoder) the folder `nouns` of a model's folder.
"""

import argparse
import csv
from collections.abc import Mapping
from pathlib import Path
from shutil import copyfile

import torch
from torch import Tensor

from phosphene.render.worker.embedded.nouns import network
from phosphene.render.worker.embedded.nouns.autoencoder import PlateAutoencoder
from phosphene.render.worker.embedded.nouns.gait_warps import EXTENT
from phosphene.render.worker.embedded.nouns.model import Concept, NounModel
from phosphene.render.worker.embedded.nouns.network import TOKENS, WIDE, NounTransformer, join
from phosphene.render.worker.embedded.vocabulary import PLATE
from training.export import WEIGHTS
from training.nouns.concepts import Concept as Row
from training.nouns.concepts import concepts
from training.nouns.course import Course
from training.nouns.drawings import Space

NOTICE = Path(network.__file__).with_name("NOTICE")
SIZES = Path(__file__).parent / "sizes.tsv"
SOLID = 0.5
"""From this alpha on there is paper."""
HEAD = 12
"""Rows of a plate below the topmost that are the head of what has one."""


def sizes() -> dict[str, float]:
    """How large concepts, and kinds of them, are: log2 of the radius beside a person's."""
    with SIZES.open(newline="") as file:
        return {row["name"]: float(row["size"]) for row in csv.DictReader(file, delimiter="\t")}


def typical(vectors: Tensor, space: Space, autoencoder: PlateAutoencoder) -> Tensor:
    """The plates (N, 9, 96, 96) in 0..1 that lie where these vectors (N, 96) do: the mean of a
    drawing, as far as its vector tells."""
    away = vectors * space.spread.sqrt() * space.spread[0].sqrt()
    tokens = away @ space.directions.T + space.mean
    with torch.no_grad():
        plates = autoencoder.decode(join(tokens.view(-1, TOKENS, WIDE)))
    return plates.clamp(0, 1)


def anchors(alpha: Tensor) -> tuple[tuple[float, float], tuple[float, float], float]:
    """Where of a plate's paper (96, 96) the head and the back are, and how low it reaches, all in
    radii: the highest part, and the height above the middle."""
    solid = alpha > SOLID
    rows = torch.nonzero(solid.any(1)).flatten()
    if not len(rows):
        return (0.0, 0.0), (0.0, 0.0), 0.0
    top = int(rows[0])
    across = torch.nonzero(solid[top : top + HEAD].any(0)).flatten().float().mean()
    middle = solid[:, PLATE * 5 // 12 : PLATE * 7 // 12].float().mean(1) > SOLID
    upper = torch.nonzero(middle).flatten()
    back = int(upper[0]) if len(upper) else top
    return (_radii(float(across)), _radii(top)), (0.0, _radii(back)), _radii(int(rows[-1]) + 1)


def _radii(pixel: float) -> float:
    return round((pixel / PLATE * 2 - 1) * EXTENT, 3)


def table(state: Mapping[str, object], alphas: Tensor) -> dict[str, Concept]:
    """All concepts of a checkpoint with where their vectors are; alphas (drawings, 96, 96): the
    paper of its drawings. Raises ValueError if it was trained on others."""
    labels = state["labels"]
    assert isinstance(labels, list)
    large, names, found = sizes(), [name for name, _ in labels], {}
    for row in concepts().values():
        if row.name not in names:
            raise ValueError(f"the denoiser was trained without {row.name}")
        first, count = names.index(row.name), names.count(row.name)
        # A drawing that no plate of the pool was of has a vector that says nothing.
        unseen = tuple(k for k in range(count) if not (alphas[first + k] > SOLID).any())
        usual = next((k for k in range(count) if k not in unseen), 0)
        head, back, low = anchors(alphas[first + usual])
        found[row.name] = Concept(
            row.kind, row.gait, row.place, row.colour, (first, count),
            "".join(map(sex, row.icons)), large.get(row.name, large[row.kind]),
            head, back, _feet(row, low), unseen,
        )  # fmt: skip
    return found


def sex(icon: str) -> str:
    """m or w for a drawing of a man or a woman, a hyphen for any other."""
    words = icon.split("-")
    for letter, names in (("m", ("man", "boy", "prince")), ("w", ("woman", "girl", "princess"))):
        if any(name in words for name in names):
            return letter
    return "-"


def _feet(row: Row, low: float) -> float:
    """Who stands was drawn with its feet at 1.18: a vague plate is not to make it sink or hover."""
    return min(max(low, 1.05), 1.2) if row.stands else min(low, 1.2)


def decoder() -> PlateAutoencoder:
    """The autoencoder with the best decoder that there is. Raises KeyError if there is none."""
    for name in ("people", "forgiving", "autoencoder"):
        if state := Course(name, 1).load():
            break
    net = PlateAutoencoder()
    net.load_state_dict(state["net"])
    return net.eval()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", default="denoiser")
    parser.add_argument("--to", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    state, autoencoder = Course(options.name, 1).load(), decoder()
    net = NounTransformer()
    net.load_state_dict(state["mean"])
    plates = typical(state["vectors"], Space(**state["space"]), autoencoder)
    model = NounModel(net, autoencoder, table(state, plates[:, -1]), state["vectors"])
    model.save(options.to)
    # Derived from Fluent Emoji's shapes: its license goes where the weights go.
    copyfile(NOTICE, options.to / "nouns" / NOTICE.name)
    for path in sorted((options.to / "nouns").iterdir()):
        path.chmod(0o644)
        print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")
