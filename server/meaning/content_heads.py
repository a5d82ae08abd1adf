"""What tells a prompt that breaks a category from one about the same subject that does not: a small
network on the vector of the text and the mean of those of its words. Made by ``python -m
training.policy.heads``, which wrote training/policy/heads.report."""

from pathlib import Path
from typing import Final

import numpy as np
from msgspec import Struct

from phosphene.meaning.background import Floats
from phosphene.meaning.meaning_messages import HeadScore

FILE: Final = Path(__file__).with_name("content_heads.npz")


class HeadNet(Struct, frozen=True):
    """``inner``: features x hidden; ``outer``: hidden x categories; each with what is added."""

    inner: Floats
    inner_bias: Floats
    outer: Floats
    outer_bias: Floats

    def score_texts(self, features: Floats) -> Floats:
        """Texts x categories: the logarithm of the odds. ``features``: texts x 1024."""
        shown = np.maximum(features @ self.inner + self.inner_bias, 0)
        scores: Floats = shown @ self.outer + self.outer_bias
        return scores


class ContentHeads(Struct, frozen=True):
    """``limits``: from which on a text breaks the category; ``calm``: below which it is innocent,
    whatever its words."""

    names: tuple[str, ...]
    net: HeadNet
    limits: Floats
    calm: Floats

    def score_heads(self, vector: Floats, words: Floats) -> dict[str, HeadScore]:
        """What is said of a text by each category. ``vector``: 512, of length 1; ``words``: 512,
        the mean of those of its words."""
        found = self.net.score_texts(np.concatenate([vector, words])[None])[0]
        return {
            name: HeadScore(float(found[at]), float(self.limits[at]), float(self.calm[at]))
            for at, name in enumerate(self.names)
        }


def load_heads(path: Path = FILE) -> ContentHeads:
    """As they were made."""
    with np.load(path, allow_pickle=False) as file:
        parts = ("inner", "inner_bias", "outer", "outer_bias", "limits", "calm")
        inner, inner_bias, outer, outer_bias, limits, calm = (
            file[part].astype(np.float32) for part in parts
        )
        net = HeadNet(inner, inner_bias, outer, outer_bias)
        return ContentHeads(tuple(file["names"].tolist()), net, limits, calm)
