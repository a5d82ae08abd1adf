"""A small network of one hidden layer for several yes-or-no questions at once, in numpy alone: with
Adam (Kingma and Ba, 2015) and dropout (Srivastava and others, 2014), the same for the same seed."""

import math
from typing import Final

import numpy as np
from msgspec import Struct

from phosphene.meaning.background import Floats
from phosphene.meaning.content_heads import HeadNet

SCALE: Final = 10.0
"""Of vectors of length 1 in 512 numbers, for steps of one size."""
BATCH: Final = 128
VECTOR: Final = 512
"""Numbers of a vector of length 1."""


class Learning(Struct, frozen=True):
    """``rate`` falls to 0 as a cosine; ``small``: how far weights are kept small (L2);
    ``dropped``: the share of the hidden units that a step does without; ``blurred``: the length of
    what is laid over a vector of length 1 by dice, at each step anew (Bishop, 1995)."""

    hidden: int = 32
    epochs: int = 14
    rate: float = 3e-3
    small: float = 3e-4
    dropped: float = 0.5
    blurred: float = 0.0
    seed: int = 1


def fit_net(x: Floats, yes: Floats, counts: Floats, learning: Learning) -> HeadNet:
    """``x``: texts x features; ``yes`` (0 or 1) and ``counts`` (how much an answer counts): texts x
    questions."""
    dice = np.random.default_rng(learning.seed)
    x, hidden = (x * SCALE).astype(np.float32), learning.hidden
    parts: list[Floats] = [
        dice.normal(0, x.shape[1] ** -0.5, (x.shape[1], hidden)).astype(np.float32),
        np.zeros(hidden, np.float32),
        dice.normal(0, hidden**-0.5, (hidden, yes.shape[1])).astype(np.float32),
        np.zeros(yes.shape[1], np.float32),
    ]
    adam = _Adam(parts)
    for epoch in range(learning.epochs):
        rate = learning.rate * 0.5 * (1 + math.cos(math.pi * epoch / learning.epochs))
        order = dice.permutation(len(x))
        for start in range(0, len(x), BATCH):
            some = order[start : start + BATCH]
            kept = dice.random((len(some), hidden)) > learning.dropped
            live = (kept / (1 - learning.dropped)).astype(np.float32)
            seen = x[some] + _blur(dice, (len(some), x.shape[1]), learning.blurred)
            adam.step(_slopes(parts, seen, yes[some], counts[some], live, learning.small), rate)
    parts[0] *= SCALE
    return HeadNet(*parts)


def _blur(dice: np.random.Generator, shape: tuple[int, int], length: float) -> Floats:
    if not length:
        return np.zeros((1, shape[1]), np.float32)
    laid: Floats = dice.standard_normal(shape, np.float32)
    return laid * np.float32(SCALE * length / VECTOR**0.5)


def _slopes(
    parts: list[Floats], x: Floats, yes: Floats, counts: Floats, live: Floats, small: float
) -> list[Floats]:
    """Of the mean cross entropy, by each of the parts."""
    inner, inner_bias, outer, outer_bias = parts
    shown = np.maximum(x @ inner + inner_bias, 0)
    said = 1 / (1 + np.exp(-((shown * live) @ outer + outer_bias)))
    error = (said - yes) * counts / len(x)
    back = (error @ outer.T) * live * (shown > 0)
    return [
        x.T @ back + small * inner,
        back.sum(axis=0),
        (shown * live).T @ error + small * outer,
        error.sum(axis=0),
    ]


class _Adam:
    """Steps by the mean slope over the root of its mean square."""

    def __init__(self, parts: list[Floats]) -> None:
        self._parts, self._steps = parts, 0
        self._mean = [np.zeros_like(one) for one in parts]
        self._square = [np.zeros_like(one) for one in parts]

    def step(self, slopes: list[Floats], rate: float) -> None:
        self._steps += 1
        for at, slope in enumerate(slopes):
            self._mean[at] = 0.9 * self._mean[at] + 0.1 * slope
            self._square[at] = 0.99 * self._square[at] + 0.01 * slope * slope
            mean = self._mean[at] / (1 - 0.9**self._steps)
            square = self._square[at] / (1 - 0.99**self._steps)
            self._parts[at] -= (rate * mean / (np.sqrt(square) + 1e-8)).astype(np.float32)
