"""The denoiser: one transformer that restores the latents of every kind of plate, and a smaller one
that restores the score second by second."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Self

import torch
import torch.nn.functional as F
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from diffusers.utils import SAFETENSORS_WEIGHTS_NAME
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from phosphene.render.worker.embedded.autoencoder import LATENTS, tokens
from phosphene.render.worker.embedded.quantization import dequantize, quantize
from phosphene.render.worker.embedded.vocabulary import (
    KEYS,
    KINDS,
    PLATES,
    RELEVANT,
    SCORE,
    SECONDS,
    SLOTS,
)

SECOND: Final = KEYS * len(SCORE)
# Kept so, and compressed, weights are a third of what they are in bfloat16.
LEVELS: Final = 31
"""How finely the weights of the plates' part are kept, to each side of zero. Those of the score
are kept finer: the eye forgives a stroke of paper that is a little off, but no trembling."""


def norm(x: Tensor) -> Tensor:
    """Layer norm without parameters."""
    # Layer norm and not RMS norm: 2.4 ms against 10.2, forward and backward, on this kind of
    # machine.
    return F.layer_norm(x, (x.shape[-1],))


def waves(sigma: Tensor, width: int) -> Tensor:
    """Sinusoidal features (..., width) of noise levels in 0..1."""
    rates = torch.exp(-math.log(1e4) * torch.arange(width // 2, device=sigma.device) / (width // 2))
    angle = sigma.float()[..., None] * 1000 * rates
    return torch.cat([angle.cos(), angle.sin()], -1)


class Block(nn.Module):
    """Attention and a feed-forward, both modulated by noise level and condition (adaLN as in DiT,
    arXiv 2212.09748), queries and keys normalised."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.merge = nn.Linear(width, width)
        self.up = nn.Linear(width, 3 * width)
        self.down = nn.Linear(3 * width, width)
        self.table = nn.Parameter(torch.zeros(6 * width))
        for layer in (self.merge, self.down):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor, modulation: Tensor, mask: Tensor | None = None) -> Tensor:
        """(B, N, D) -> (B, N, D); modulation (B, 1 or N, 6 D); mask (N, N), True = may see."""
        shift, scale, gate, shift2, scale2, gate2 = (modulation + self.table).chunk(6, -1)
        y = norm(x) * (1 + scale) + shift
        x = x + self.merge(self._attend(y, mask)) * gate
        y = norm(x) * (1 + scale2) + shift2
        # SiLU: the usual GELU (by tanh) took nearly twice as long in bfloat16, 28.7 against 15.7
        # ms.
        fed: Tensor = self.down(F.silu(self.up(y))) * gate2
        return x + fed

    def _attend(self, y: Tensor, mask: Tensor | None) -> Tensor:
        b, n, d = y.shape
        q, k, v = self.qkv(y).view(b, n, 3, self.heads, d // self.heads).transpose(1, 3).unbind(2)
        out = F.scaled_dot_product_attention(norm(q), norm(k), v, attn_mask=mask)
        return out.transpose(1, 2).reshape(b, n, d)


class ConditionEmbedding(nn.Module):
    """Noise level and slots as one vector; slots that do not matter for a kind are left out."""

    def __init__(self, width: int, sizes: Mapping[str, int], kinds: Sequence[str]) -> None:
        super().__init__()
        used = {slot for kind in kinds for slot in RELEVANT[kind]}
        self.kinds = nn.Embedding(len(KINDS), width)
        self.slots = nn.ModuleDict(
            {slot: nn.Embedding(sizes[slot] + 1, width) for slot in SLOTS if slot in used}
        )
        for table in self.parameters():
            nn.init.normal_(table, std=0.5)
        self.inner = nn.Linear(256, width)
        self.outer = nn.Linear(width, width)

    def forward(self, kind: str, sigma: Tensor, slots: Tensor) -> Tensor:
        """sigma (...), slots (B, 13) -> (..., D); sigma is (B,) or (B, S)."""
        level = waves(sigma, 256).to(self.inner.weight.dtype)
        told = self.kinds.weight[KINDS.index(kind)]
        for slot in RELEVANT[kind]:
            told = told + self.slots[slot](slots[:, SLOTS.index(slot)])
        if sigma.ndim == 2:
            told = told[:, None]
        return F.silu(self.outer(F.silu(self.inner(level))) + told)


class PlateEnds(nn.Module):
    """The way of one kind's latents into the transformer and out of it."""

    def __init__(self, count: int, latents: int, width: int) -> None:
        super().__init__()
        self.enter = nn.Linear(latents, width)
        self.places = nn.Parameter(torch.randn(count, width) * 0.3)
        self.leave = nn.Linear(width, latents)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)


class ScoreNet(nn.Module):
    """Restores one second of the score given the clean seconds before it."""

    def __init__(self, width: int, layers: int, sizes: Mapping[str, int]) -> None:
        super().__init__()
        self.condition = ConditionEmbedding(width, sizes, ("score",))
        self.modulate = nn.Linear(width, 6 * width)
        self.noisy = nn.Linear(SECOND, width)
        self.clean = nn.Linear(SECOND, width)
        self.places = nn.Parameter(torch.randn(SECONDS, width) * 0.1)
        # Few wide heads: attention gains least from a CPU's matrix units, and two of 128 beat four
        # of 64 by 1.4.
        self.blocks = nn.ModuleList([Block(width, 2) for _ in range(layers)])
        self.leave = nn.Linear(width, SECOND)

    def forward(self, sample: Tensor, sigma: Tensor, slots: Tensor, past: Tensor | None) -> Tensor:
        """Shapes as in EmbeddedTransformer.forward."""
        b, s = sample.shape[:2]
        p = 0 if past is None else past.shape[1]
        told = self.condition("score", sigma if sigma.ndim == 2 else sigma[:, None], slots)
        told = told.expand(b, s, -1)
        first = p - (s - 1)
        x = self.noisy(sample.reshape(b, s, SECOND)) + self.places[first : first + s]
        if past is not None and p:
            rest = self.clean(past.reshape(b, p, SECOND)) + self.places[:p]
            calm = self.condition("score", torch.zeros(b, 1, device=x.device), slots)
            x, told = torch.cat([rest, x], 1), torch.cat([calm.expand(b, p, -1), told], 1)
        modulation, mask = self.modulate(told), self._mask(p, s).to(x.device)
        for block in self.blocks:
            x = block(x, modulation, mask=mask)
        # A still scene is then the zero of the net, and what trembles is learned away first.
        hold = self._hold(sample, past)
        out: Tensor = self.leave(norm(x[:, p:])).view(b, s, KEYS, len(SCORE))
        return hold + out

    @staticmethod
    def _mask(p: int, s: int) -> Tensor:
        """Clean seconds see clean ones up to themselves; a noisy one the clean ones before it."""
        see = torch.eye(p + s, dtype=torch.bool)
        see[:p, :p] = torch.ones(p, p, dtype=torch.bool).tril()
        for i in range(s):
            see[p + i, : p - (s - 1) + i] = True
        return see

    @staticmethod
    def _hold(sample: Tensor, past: Tensor | None) -> Tensor:
        """The last known key before each second: what the net adds to."""
        held = torch.zeros_like(sample[:, :, :1])
        if past is not None:
            n = min(past.shape[1], sample.shape[1])
            if n:
                held[:, sample.shape[1] - n :] = past[:, past.shape[1] - n :, -1:]
        return held


class EmbeddedTransformer(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Predicts clean latents of plates and clean scores (x0) from noisy ones; see `forward`.

    `sizes`: how many values each slot has in its world.
    """

    config_name = "config.json"

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self,
        sizes: Mapping[str, int],
        width: int = 320,
        layers: int = 5,
        heads: int = 4,
        score_width: int = 160,
        score_layers: int = 4,
        latents: Mapping[str, int] = LATENTS,
    ) -> None:
        super().__init__()
        self.condition = ConditionEmbedding(width, sizes, PLATES)
        self.modulate = nn.Linear(width, 6 * width)
        nn.init.normal_(self.modulate.weight, std=0.02)
        self.final = nn.Linear(width, 2 * width)
        nn.init.zeros_(self.final.weight)
        nn.init.zeros_(self.final.bias)
        self.ends = nn.ModuleDict(
            {kind: PlateEnds(tokens(kind), latents[kind], width) for kind in PLATES}
        )
        self.blocks = nn.ModuleList([Block(width, heads) for _ in range(layers)])
        self.score = ScoreNet(score_width, score_layers, sizes)

    @classmethod
    def from_pretrained(
        cls, folder: Path | str, subfolder: str = "", dtype: torch.dtype = torch.float32, **_: Any
    ) -> Self:
        """What `save_pretrained` wrote. Raises OSError if it is not there."""
        net: Self = cls.from_config(cls.load_config(folder, subfolder=subfolder))
        state = load_file(Path(folder, subfolder) / SAFETENSORS_WEIGHTS_NAME)
        net.load_state_dict(dequantize(state))
        nn.Module.to(net.eval(), dtype)  # ModelMixin warns of what it does not keep in float32
        return net

    def save_pretrained(self, save_directory: Path | str, **_: Any) -> None:
        """Write the configuration and the packed weights."""
        self.save_config(save_directory)
        file = Path(save_directory) / SAFETENSORS_WEIGHTS_NAME
        state = self.state_dict()
        score = {name: value for name, value in state.items() if name.startswith("score.")}
        plates = {name: value for name, value in state.items() if name not in score}
        save_file(quantize(plates, LEVELS) | quantize(score), file)

    def forward(
        self,
        kind: str,
        sample: Tensor,
        sigma: Tensor,
        slots: Tensor,
        past: Tensor | None = None,
    ) -> Tensor:
        """The clean x0 of `sample`, of its shape, as float32.

        Noise is that of rectified flow: sample = (1 - sigma) * x0 + sigma * noise, noise normal,
        sigma (B,) in 0..1; slots (B, 13) long as from `World.slot_indices`, all "unspecified" for
        the unconditional guess. Slots that do not matter for the kind are ignored.

        For kind in PLATES: sample (B, tokens, K), latents of the autoencoder.
        For kind "score": sample (B, S, 8, 21), net = score / SCALE channel by channel, and past
        (B, P, 8, 21) the clean seconds before. To make second k: S = 1 and P = k (None or P = 0
        for the first). Training denoises all seconds at once: S = P + 1, sigma (B, S), second s
        seeing past[:, :s]. A clip has at most 10 seconds.
        """
        dtype = self.modulate.weight.dtype
        if kind == "score":
            clean = None if past is None else past.to(dtype)
            restored: Tensor = self.score(sample.to(dtype), sigma, slots, clean)
            return restored.float()
        return self.forward_many([kind], [sample], [sigma], [slots])[0]

    def forward_many(
        self,
        kinds: Sequence[str],
        samples: Sequence[Tensor],
        sigmas: Sequence[Tensor],
        slots: Sequence[Tensor],
    ) -> list[Tensor]:
        """`forward` of several kinds of plate in one batch, which is faster than one by one.

        The kinds must have equally many tokens; the other arguments are those of `forward`, one
        for each kind. Raises KeyError for what is not a kind of plate.
        """
        pairs = [(self._ends(kind), one) for kind, one in zip(kinds, samples, strict=True)]
        given = zip(kinds, sigmas, slots, strict=True)
        told = torch.cat([self.condition(*one)[:, None] for one in given])
        modulation = self.modulate(told)
        x = torch.cat([ends.enter(one.to(told.dtype)) + ends.places for ends, one in pairs])
        for block in self.blocks:
            x = block(x, modulation)
        shift, scale = self.final(told).chunk(2, -1)
        # One batch for kinds of equally many tokens: the matrices are small, and a call costs more
        # than its arithmetic.
        parts = (norm(x) * (1 + scale) + shift).split([len(one) for one in samples])
        return [ends.leave(part).float() for (ends, _), part in zip(pairs, parts, strict=True)]

    def _ends(self, kind: str) -> PlateEnds:
        ends = self.ends[kind]
        assert isinstance(ends, PlateEnds)
        return ends
