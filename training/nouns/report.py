"""What the nouns that ship can do: python -m training.nouns.report [--weights FOLDER] writes
NOUNS.md and its contact sheets.

Needs weights (training.nouns.export), the judge of plates (training.nouns.judge) and that of
scenes (training.nouns.scene_judge).
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image as Picture
from torch import Tensor

from phosphene.render.worker.embedded.nouns.lexicon import Lexicon
from phosphene.render.worker.embedded.nouns.looks import FIGURES
from phosphene.render.worker.embedded.nouns.model import NounModel
from phosphene.render.worker.embedded.nouns.network import TOKENS, WIDE, join, sample
from phosphene.render.worker.embedded.nouns.reader import NounReader
from training.export import WEIGHTS
from training.intervals import wilson_interval
from training.nouns import person_judge, scene_judge, scene_report
from training.nouns.concepts import concepts
from training.nouns.contact import flat, sheet
from training.nouns.draw import chance
from training.nouns.dress import dressed
from training.nouns.judge import (
    BOTH,
    CONCEPT,
    NounJudge,
    Skill,
    beside,
    best,
    examine,
    fit,
    inks,
    merged,
    shown,
    trained,
)
from training.nouns.reading import VERDICTS, shares, verdicts

HERE = Path(__file__).parents[1]
LISTS = (
    "prompts",
    *(
        f"fresh/{name}"
        for name in (
            "one",
            "two",
            "three",
            "four",
            "five",
            "seven",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
            "twentyone",
            "twentytwo",
            "twentythree",
            "twentyfour",
            "twentyfive",
            "twentysix",
            "twentyseven",
            "twentyeight",
            "twentynine",
            "thirty",
            "thirtyone",
            "thirtytwo",
            "thirtythree",
            "thirtyfour",
        )
    ),
)
UNSEEN = 1000
"""The number of a shard of people that no judge has seen."""
PAIRS = 300
PART = 48
STEPS = 8
CELLS = 14 * 9
"""Concepts of one contact sheet."""


@torch.no_grad()
def drawn(model: NounModel, vectors: Tensor, seed: int) -> Tensor:
    """Plates (N, 9, 96, 96) in 0..1 that the model draws for vectors (N, 96)."""
    noise = torch.randn(len(vectors), TOKENS, WIDE, generator=torch.Generator().manual_seed(seed))
    parts = zip(torch.split(vectors, PART), torch.split(noise, PART), strict=True)
    found = [model.autoencoder.decode(join(sample(model.net, *part, STEPS))) for part in parts]
    return torch.cat(found).clamp(0, 1)


def vectors(model: NounModel, seed: int) -> Tensor:
    """A vector (96,) of some drawing of each concept, in the order of the table."""
    rng = np.random.default_rng(seed)
    known = [model.concepts[name] for name in concepts()]
    index = [concept.rows[0] + int(rng.choice(concept.drawings)) for concept in known]
    return model.vectors[index].float()


@torch.no_grad()
def judged(
    model: NounModel, seeds: int, judge: NounJudge, alike: Sequence[Sequence[str]]
) -> tuple[Skill, list[str]]:
    """(right, asked) of what the model draws, and the concepts that are never recognised: of all
    but those that are drawn from a card, which another judge looks at."""
    names = list(concepts())
    asked = np.flatnonzero([name not in FIGURES for name in names])
    of, table, rng = merged(names, alike), list(concepts().values()), np.random.default_rng(5)
    gaits, colours = [c.gait for c in table], [c.colour for c in table]
    right = np.zeros(len(names), int)
    for seed in range(seeds):
        seen = shown(
            drawn(model, vectors(model, seed), seed), gaits, inks(len(names), colours, rng), rng
        )
        given = torch.cat([best(judge(p))[:, 0] for p in torch.split(seen, PART)]).tolist()
        right += np.array([of[a] == of[b] for a, b in enumerate(given)])
    pairs = rng.choice(asked, (PAIRS, 2))
    both = torch.cat([best(judge(beside(seen[p.T.reshape(-1)])), 2)
                      for p in np.array_split(pairs, 8)]).tolist()  # fmt: skip
    found = sum(
        {of[a], of[b]} <= {of[k] for k in two} for (a, b), two in zip(pairs, both, strict=True)
    )
    skill = {CONCEPT: (int(right[asked].sum()), seeds * len(asked)), BOTH: (found, PAIRS)}
    return skill, [names[k] for k in asked if not right[k]]


@torch.no_grad()
def people(model: NounModel, judge: person_judge.PersonJudge) -> Skill:
    """The same of people that are cast as those are whom their judge has seen."""
    cast = person_judge.drawn(UNSEEN)
    plates = drawn(model, model.net.person(cast.cards).float(), 17)
    return person_judge.skill(person_judge.answers(judge, plates, cast), cast)


def of_people(model: NounModel) -> list[str]:
    """What their judge says of people, if there is one."""
    head = "## Is somebody who they should be?"
    try:
        judge, real = person_judge.trained()
    except KeyError:
        return [head, "Not judged: `python -m training.nouns.person_judge` comes first."]
    return [
        head,
        "Each field of a card that words tell, judged by another network that saw drawn people "
        "only (`training/nouns/person_judge.py`), in the inks of their cards and cast as in the "
        "product: what is not told is completed by chance. Void as above.",
        "\n".join(figures(real, people(model, judge))),
    ]


def figures(real: Skill, made: Skill) -> Iterator[str]:
    """A table: the judge on drawn plates, and on the model's."""
    yield "| what | judge on drawn plates | on the model's, with 95 % intervals |\n|---|---|---|"
    for what, (right, asked) in made.items():
        low, high = wilson_interval(right, asked)
        share = 100 * right / max(1, asked)
        said = f"{share:.1f} % ({100 * low:.0f} to {100 * high:.0f})"
        yield (
            f"| {what} | {100 * real[what][0] / real[what][1]:.1f} % | "
            f"{said if fit(real, what) else 'void'} |"
        )


def reading(folder: Path) -> Iterator[str]:
    """A table of how the lists of prompts are read."""
    reader = NounReader(Lexicon.load(folder))
    yield f"| list | language | prompts | {' | '.join(VERDICTS)} |\n|{'---|' * (3 + len(VERDICTS))}"
    for name in LISTS:
        found = verdicts(reader, name)
        for language in ("en", "fr"):
            part = [v for v in found if v.language == language]
            if not part:
                continue
            cells = " | ".join(f"{share:.1f} %" for share in shares(part).values())
            yield f"| {name} | {language} | {len(part)} | {cells} |"


def contact(model: NounModel, folder: Path) -> list[str]:
    """Sheets of all concepts as the model draws them; their names."""
    plates = (drawn(model, vectors(model, 0), 0) * 255).byte().numpy()
    cells = [
        (c.name, flat(plate, dressed(c, chance(c, 0))))
        for c, plate in zip(concepts().values(), plates, strict=True)
    ]
    names = []
    for number, first in enumerate(range(0, len(cells), CELLS)):
        names.append(f"nouns-{number}.jpg")
        made: Picture.Image = sheet(cells[first : first + CELLS])
        made.save(folder / names[-1], quality=78)
    return names


def listed(alike: Sequence[Sequence[str]], missed: Sequence[str]) -> list[str]:
    """Look-alikes, and what the judge recognises in no drawing."""
    count = sum(len(group) - 1 for group in alike)
    share = 100 * count / len(concepts())
    groups = "; ".join(", ".join(group) for group in alike) or "none"
    return [
        f"Look-alikes, counted as one ({count} of {len(concepts())} concepts, {share:.1f} %): "
        f"{groups}.",
        f"Never recognised: {', '.join(missed) or 'none'}.",
    ]


def scenes() -> list[str]:
    """What a judge of scenes says of those that the model makes, if there is one."""
    heads = ("## What two do, where and when", "## Remixes")
    try:
        _, seen = scene_judge.trained()
    except KeyError:
        first = "Not judged: `python -m training.nouns.scene_judge` comes first."
        return [part for head in heads for part in (head, first)]
    made, wrong = scene_report.judged()
    remixed = scene_report.remixes()
    return [
        heads[0],
        "Prompts through the whole path of the product (read, cast, diffused, staged, composed), "
        "judged at three moments by a network that saw drawn scenes only "
        "(`training/nouns/scene_judge.py`); void as above.",
        "\n".join(figures(seen, made)),
        f"Some misses: {'; '.join(wrong[:: max(1, len(wrong) // 12)][:12]) or 'none'}.",
        heads[1],
        f"{len(remixed)} scenes, half of them of two, remixed with words that tell another place, "
        f"weather or time only, strength {scene_report.STRENGTH}:",
        "\n".join(scene_report.kept(remixed, seen)),
    ]


def write(folder: Path, to: Path, seeds: int) -> None:
    """NOUNS.md and its sheets. Raises ValueError for a model without nouns."""
    model = NounModel.load(folder)
    if model is None:
        raise ValueError(f"{folder} has no nouns: python -m training.nouns.export comes first")
    judge, _, _ = trained()
    real, alike = examine(judge)
    made, missed = judged(model, seeds, judge, alike)
    (to / "report").mkdir(parents=True, exist_ok=True)
    parts = [
        "# What the nouns of the embedded model can do",
        "Made by `python -m training.nouns.report`. The shapes are Fluent Emoji's, restyled: the "
        "model draws individuals of designs that it knows, and invents none.",
        "## Is it what it should be?",
        "Judged by a network that saw drawn plates only (`training/nouns/judge.py`), void where it "
        "is right on less than 95 % of those that it has not seen. Plates in random inks, poses "
        "and sizes; a colour is an ink and cannot fail. Who is drawn from a card (a man, a child) "
        "is judged below.",
        "\n".join(figures(real, made)),
        *listed(alike, missed),
        *of_people(model),
        *scenes(),
        "## Is the right thing read?",
        "Lists of everyday prompts with the right kind by hand: what of them is the thing itself, "
        "its nearest kind, nothing that can be drawn, something wrong, or nothing although it "
        "could be drawn. The reader was corrected on all of them after it had first read them; how "
        "it read them then stands in README.md.",
        "\n".join(reading(WEIGHTS)),
        "## All of them",
        *(f"![concepts](report/{name})" for name in contact(model, to / "report")),
    ]
    (to / "NOUNS.md").write_text("\n\n".join(parts) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--to", type=Path, default=HERE, help="folder of NOUNS.md")
    parser.add_argument("--seeds", type=int, default=2, help="drawings of each concept")
    options = parser.parse_args()
    torch.set_num_threads(1)
    write(options.weights, options.to, options.seeds)
