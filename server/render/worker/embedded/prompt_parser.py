"""From a prompt in English or French to the slots of the embedded model's world.

Each word is read through its letters (hashed character n-grams as in fastText, arXiv 1607.04606),
so that misspellings and endings matter little, then together with its neighbours.
"""

import re
import unicodedata
import zlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, Self

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F

from phosphene.model import Slot
from phosphene.render.worker.embedded.quantization import dequantize, quantize
from phosphene.render.worker.embedded.vocabulary import SLOTS
from phosphene.render.worker.embedded.world import World

BUCKETS: Final = 16384
WIDTH: Final = 64
LONGEST: Final = 64
SURE: Final = 0.5
"""From this probability on a word is taken to mean a value."""
_FILE: Final = "words.safetensors"
_WORD: Final = re.compile(r"[a-z]+")


def fold(text: str) -> str:
    """Lower case without accents; one character for each of the text's, so that places agree."""
    return "".join((unicodedata.normalize("NFKD", c)[:1] or " ").lower()[:1] for c in text)


def split(text: str) -> list[tuple[str, str]]:
    """The first LONGEST words: (as folded, as written)."""
    found = _WORD.finditer(fold(text))
    pairs = [(m.group(), text[m.start() : m.end()]) for m in found]
    return pairs[:LONGEST]


@lru_cache(maxsize=65536)
def buckets(word: str) -> tuple[int, ...]:
    """Hash buckets of a folded word's n-grams (2 to 5 letters) and of the word itself."""
    marked = f"<{word[:24]}>"
    grams = {marked[i : i + n] for n in range(2, 6) for i in range(len(marked) - n + 1)}
    return tuple(sorted({zlib.crc32(gram.encode()) % BUCKETS for gram in grams | {marked}}))


class WordClassifier(nn.Module):
    """Says of each word which value of which slot it stands for: `classes` values of all slots in
    their order, the last class being "nothing of this"."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.grams = nn.EmbeddingBag(BUCKETS, WIDTH, mode="mean")
        self.near = nn.Conv1d(WIDTH, WIDTH, 5, padding=2)
        self.wide = nn.Conv1d(WIDTH, WIDTH, 5, padding=2)
        self.far = nn.Conv1d(WIDTH, WIDTH, 5, padding=8, dilation=4)
        self.leave = nn.Linear(WIDTH, classes)

    def forward(self, words: Sequence[Sequence[str]]) -> Tensor:
        """Logits (B, N, classes) of B prompts of folded words, padded to the longest, N."""
        device = self.leave.weight.device
        longest = max(1, *map(len, words))
        flat = [buckets(word) for row in words for word in row]
        starts = [0]
        for bag in flat:
            starts.append(starts[-1] + len(bag))
        ids = torch.tensor([i for bag in flat for i in bag], dtype=torch.long)
        offsets = torch.tensor(starts[:-1], dtype=torch.long)
        vectors = self.grams(ids.to(device), offsets.to(device))
        x = vectors.new_zeros(len(words), longest, WIDTH)
        where = torch.tensor([len(row) for row in words])[:, None] > torch.arange(longest)
        where = where.to(device)
        x[where] = vectors
        mask = where[:, None].to(x.dtype)
        y = x.transpose(1, 2)
        y = (y + F.silu(self.near(y))) * mask
        y = (y + F.silu(self.wide(y))) * mask
        y = (y + F.silu(self.far(y))) * mask
        logits: Tensor = self.leave(y.transpose(1, 2))
        return logits


class PromptParser:
    """Understands prompts; safe to share between threads."""

    def __init__(self, reader: WordClassifier, world: World) -> None:
        self.reader = reader.eval()
        self._world = world

    @classmethod
    def from_pretrained(cls, folder: Path) -> Self:
        """Read what `save_pretrained` wrote. Raises OSError if it is not there, ValueError if it
        is broken."""
        world = World.load(folder)
        reader = WordClassifier(classes(world))
        state = load_file(folder / _FILE)
        reader.load_state_dict(dequantize(state))
        return cls(reader, world)

    def save_pretrained(self, folder: Path) -> None:
        """Write the reader, packed, and its world."""
        self._world.save(folder)
        save_file(quantize(self.reader.state_dict()), folder / _FILE)

    @torch.no_grad()
    def parse_prompt(self, text: str) -> tuple[Slot, ...]:
        """One Slot for each of SLOTS, in their order. Any text will do, even none.

        A slot whose best guess stays under SURE has no value, but that guess's confidence.
        """
        pairs = split(text)
        if not pairs:
            return tuple(Slot(name, None, 0.0, ()) for name in SLOTS)
        chances = self.reader([[folded for folded, _ in pairs]])[0].softmax(-1)
        written = [word for _, word in pairs]
        parts = chances[:, :-1].split(list(self._world.slot_sizes.values()), -1)
        return tuple(
            _slot(name, values, part, written)
            for (name, values), part in zip(self._world.values.items(), parts, strict=True)
        )


def classes(world: World) -> int:
    """How many classes a reader of a world knows."""
    return sum(world.slot_sizes.values()) + 1


def _slot(name: str, values: Sequence[str], chances: Tensor, written: list[str]) -> Slot:
    """The surest word decides; those that say the same are named with it. chances (N, values)."""
    best, value = chances.max(0).values.max(0)
    confidence = round(float(best), 3)
    if confidence < SURE:
        return Slot(name, None, confidence, ())
    said = [
        word
        for word, chance in zip(written, chances[:, value].tolist(), strict=True)
        if chance >= SURE
    ]
    return Slot(name, values[int(value)], confidence, tuple(said))
