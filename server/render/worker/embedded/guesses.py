"""What a clip asks the networks for, and the forward passes that answer several clips at once.

In inference mode: what it answers has no history, and is not written to by who gets it. A pass over
a second of the score is 200 small operations, each of which is then spared its bookkeeping: 11 % of
its time, and 6 % of a pass over plates.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from phosphene.render.worker.embedded.network import EmbeddedTransformer
from phosphene.render.worker.embedded.nouns.network import NounTransformer


@dataclass(frozen=True, slots=True, eq=False)
class NoisyPlates:
    """Noisy latents of some plates of one clip, each of a kind: (B, tokens, K), with levels (B,)
    and rows (B, slots)."""

    kinds: list[str]
    samples: list[Tensor]
    levels: list[Tensor]
    rows: list[Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class NoisySecond:
    """A noisy second of the score of one clip, (8, 21), and the clean seconds before it."""

    sample: Tensor
    sigma: float
    row: Tensor
    past: list[Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class NoisyNouns:
    """Noisy latents of one clip's plates that nouns are on, (B, 16, 144) each, with levels (B,) and
    the vectors (B, 96) of what is meant, the second one of no condition."""

    samples: list[Tensor]
    levels: list[Tensor]
    vectors: list[Tensor]


@torch.inference_mode()
def guess_plates(
    transformer: EmbeddedTransformer, asked: Sequence[NoisyPlates]
) -> list[list[Tensor]]:
    """x0 of plates of equally many tokens, for several clips in one forward pass."""
    made = iter(
        transformer.forward_many(
            [name for one in asked for name in one.kinds],
            [sample for one in asked for sample in one.samples],
            [level for one in asked for level in one.levels],
            [row for one in asked for row in one.rows],
        )
    )
    return [[next(made) for _ in one.kinds] for one in asked]


@torch.inference_mode()
def guess_seconds(transformer: EmbeddedTransformer, asked: Sequence[NoisySecond]) -> list[Tensor]:
    """x0 of a second of the score, for several clips that have equally many seconds so far."""
    past = torch.stack([torch.stack(one.past) for one in asked]) if asked[0].past else None
    guessed: Tensor = transformer(
        "score",
        torch.stack([one.sample for one in asked])[:, None],
        torch.tensor([one.sigma for one in asked]),
        torch.cat([one.row for one in asked]),
        past,
    )
    return list(guessed[:, 0])


@torch.inference_mode()
def guess_nouns(net: NounTransformer, asked: Sequence[NoisyNouns]) -> list[list[Tensor]]:
    """x0 of plates of nouns, for several clips in one forward pass."""
    samples = [sample for one in asked for sample in one.samples]
    guessed: Tensor = net(
        torch.cat(samples),
        torch.cat([level for one in asked for level in one.levels]),
        torch.cat([vector for one in asked for vector in one.vectors]),
    )
    made = iter(torch.split(guessed, [len(sample) for sample in samples]))
    return [[next(made) for _ in one.samples] for one in asked]
