"""Train the reader of prompts: python -m training.words. Takes about 20 minutes of one core."""

import argparse
import pydoc_data.topics
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from phosphene.render.worker.embedded.prompt_parser import (
    PromptParser,
    WordClassifier,
    classes,
    fold,
    split,
)
from training.captions import LETTERS, NONE, Caption, caption, pick
from training.export import WEIGHTS
from training.lexicon import ENGLISH, FRENCH
from training.world import WORLD

NOISE = 1500
CHUNK = 20
"""Batches that one process makes at a time."""
OWNERS = (
    "ma mon mes ta ton tes sa son ses notre nos votre vos leur leurs quel quelle "
    "my your his her its our their some any every which this that these"
)
"""Small words that go before a thing, and stand for nothing."""


@cache
def strangers() -> list[str]:
    """Words of technical prose that the lexicons do not know, and words that no language knows:
    they stand for nothing."""
    prose = " ".join(pydoc_data.topics.topics.values())
    known = {
        word
        for lexicon in (ENGLISH, FRENCH)
        for values in lexicon.values()
        for said in values.values()
        for phrase in said
        for word, _ in split(phrase)
    }
    found = {w for w in fold(prose).split() if w.isalpha() and 3 < len(w) < 14}
    rng = np.random.default_rng(0)
    letters = np.array(list(LETTERS))
    noise = {"".join(rng.choice(letters, int(rng.integers(3, 10)))) for _ in range(NOISE)}
    return sorted((found | noise) - known)


def batch(size: int, others: list[str], rng: np.random.Generator) -> list[Caption]:
    """Captions, some of them with strangers strewn in, and a few of strangers only."""
    made = [Caption("", (), (), {}) if rng.random() < 0.06 else caption(rng) for _ in range(size)]
    return [_strew(c, others, rng) if not c.words or rng.random() < 0.35 else c for c in made]


def _strew(c: Caption, others: list[str], rng: np.random.Generator) -> Caption:
    words, labels = list(c.words), list(c.labels)
    for _ in range(int(rng.integers(1, 4))):
        at = int(rng.integers(len(words) + 1))
        said = [pick(OWNERS.split(), rng)] if rng.random() < 0.3 else []
        said.append(pick(others, rng))
        words[at:at], labels[at:at] = said, [NONE] * len(said)
    return Caption(" ".join(words), tuple(words), tuple(labels), c.values)


def batches(steps: int, size: int, seed: int, workers: int) -> Iterator[list[Caption]]:
    """Batches of captions, made up by so many processes."""
    with ProcessPoolExecutor(workers) as pool:
        chunks = range(0, steps, CHUNK)
        waiting = deque(pool.submit(_chunk, size, seed, k) for k in chunks[: 2 * workers])
        for k in range(len(chunks)):
            yield from waiting.popleft().result()
            if k + 2 * workers < len(chunks):
                waiting.append(pool.submit(_chunk, size, seed, chunks[k + 2 * workers]))


def _chunk(size: int, seed: int, k: int) -> list[list[Caption]]:
    rng, others = np.random.default_rng([seed, k]), strangers()
    return [batch(size, others, rng) for _ in range(CHUNK)]


def train(
    reader: WordClassifier,
    steps: int,
    given: Iterable[list[Caption]],
    top: float,
    device: str = "cpu",
) -> WordClassifier:
    """The reader, trained on `steps` batches of captions."""
    reader.train().to(device)
    optimizer = torch.optim.AdamW(reader.parameters(), lr=top, weight_decay=1e-3)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimizer, top, total_steps=steps)
    for step, captions in enumerate(islice(given, steps)):
        logits = reader([c.words for c in captions])
        targets = torch.full(logits.shape[:2], -100)
        for i, c in enumerate(captions):
            targets[i, : len(c.labels)] = torch.tensor(c.labels)
        flat = targets.flatten().to(device)
        loss = F.cross_entropy(logits.flatten(0, 1), flat, label_smoothing=0.02)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        plan.step()
        if step % 100 == 0:
            print(f"step {step} loss {loss.item():.4f}", flush=True)
    return reader


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=8000)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--rate", type=float, default=4e-3)
    parser.add_argument("--start", type=Path, help="folder of a reader to go on from")
    parser.add_argument("--to", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    made = batches(options.steps, options.batch, options.seed, options.workers)
    begun = PromptParser.from_pretrained(options.start).reader if options.start else None
    reader = begun or WordClassifier(classes(WORLD))
    trained = train(reader, options.steps, made, options.rate, options.device).cpu()
    PromptParser(trained, WORLD).save_pretrained(options.to)
