"""The denoiser: one small transformer that restores every kind of plate, and a smaller one that
restores the score second by second."""

import math
from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from server.render.theatre.vocabulary import (
    CHANNELS,
    KEYS,
    KINDS,
    PLATE,
    PLATES,
    RELEVANT,
    SCORE,
    SECONDS,
    SILHOUETTES,
    SIZES,
    SLOTS,
)

PATCH = 12
GRID = PLATE // PATCH
TOKENS = GRID * GRID
SECOND = KEYS * len(SCORE)
PERIODIC = {**dict.fromkeys(SILHOUETTES, (True, False)), "weather": (True, True)}
"""Kinds of plate that repeat, (in x, in y)."""


def patchify(plates: Tensor) -> Tensor:
    """(B, C, 96, 96) -> (B, 64, C * 144)."""
    b, c = plates.shape[:2]
    cut = plates.reshape(b, c, GRID, PATCH, GRID, PATCH).permute(0, 2, 4, 1, 3, 5)
    return cut.reshape(b, TOKENS, c * PATCH * PATCH)


def unpatchify(tokens: Tensor) -> Tensor:
    """(B, 64, C * 144) -> (B, C, 96, 96)."""
    b, c = tokens.shape[0], tokens.shape[2] // (PATCH * PATCH)
    cut = tokens.reshape(b, GRID, GRID, c, PATCH, PATCH).permute(0, 3, 1, 4, 2, 5)
    return cut.reshape(b, c, PLATE, PLATE)


def norm(x: Tensor) -> Tensor:
    """Layer norm without parameters."""
    return F.layer_norm(x, (x.shape[-1],))


def waves(sigma: Tensor, width: int) -> Tensor:
    """Sinusoidal features (..., width) of noise levels in 0..1."""
    rates = torch.exp(-math.log(1e4) * torch.arange(width // 2, device=sigma.device) / (width // 2))
    angle = sigma.float()[..., None] * 1000 * rates
    return torch.cat([angle.cos(), angle.sin()], -1)


def where(width: int) -> Tensor:
    """Row and column of every token as waves, (64, width): where a plate's places start from."""
    rates = math.pi * 2.0 ** (torch.arange(width // 4) % 4 - 1.0) / GRID
    ticks = torch.arange(GRID) + 0.5
    line = torch.cat([(ticks[:, None] * rates).cos(), (ticks[:, None] * rates).sin()], 1)
    rows = line[:, None].expand(GRID, GRID, -1)
    return 0.6 * torch.cat([rows, rows.transpose(0, 1)], -1).reshape(TOKENS, width)


def wrapped(conv: nn.Module, grid: Tensor, wrap: tuple[bool, bool], reach: int = 1) -> Tensor:
    """A zero-padding convolution of (B, C, H, W) that wraps around in x and in y where told."""
    x, y = reach * wrap[0], reach * wrap[1]
    if not x and not y:
        same: Tensor = conv(grid)
        return same
    wide = F.pad(grid, (x, x, y, y), "circular")
    out: Tensor = conv(wide)
    return out[..., y : out.shape[-2] - y, x : out.shape[-1] - x]


class Mixer(nn.Module):
    """Depthwise 3x3 over the grid of tokens; wraps around where the plate repeats."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1, groups=width)

    def forward(self, x: Tensor, wrap: tuple[bool, bool]) -> Tensor:
        """(B, 64, D) -> (B, 64, D)."""
        b, _, d = x.shape
        grid = x.reshape(b, GRID, GRID, d).permute(0, 3, 1, 2)
        mixed = wrapped(self.conv, grid, wrap)
        return mixed.permute(0, 2, 3, 1).reshape(b, TOKENS, d)


class Block(nn.Module):
    """Attention and a feed-forward, both modulated by noise level and condition (adaLN as in DiT,
    arXiv 2212.09748), queries and keys normalised."""

    def __init__(self, width: int, heads: int, mixer: bool) -> None:
        super().__init__()
        self.heads = heads
        self.mixer = Mixer(width) if mixer else None
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.merge = nn.Linear(width, width)
        self.up = nn.Linear(width, 3 * width)
        self.down = nn.Linear(3 * width, width)
        self.table = nn.Parameter(torch.zeros(6 * width))
        for layer in (self.merge, self.down):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(
        self,
        x: Tensor,
        modulation: Tensor,
        wrap: tuple[bool, bool] = (False, False),
        mask: Tensor | None = None,
    ) -> Tensor:
        """(B, N, D) -> (B, N, D); modulation (B, 1 or N, 6 D); mask (N, N), True = may see."""
        shift, scale, gate, shift2, scale2, gate2 = (modulation + self.table).chunk(6, -1)
        y = norm(x) * (1 + scale) + shift
        if self.mixer is not None:
            y = y + self.mixer(y, wrap)
        x = x + self.merge(self._attend(y, mask)) * gate
        y = norm(x) * (1 + scale2) + shift2
        fed: Tensor = self.down(F.silu(self.up(y))) * gate2
        return x + fed

    def _attend(self, y: Tensor, mask: Tensor | None) -> Tensor:
        b, n, d = y.shape
        q, k, v = self.qkv(y).view(b, n, 3, self.heads, d // self.heads).transpose(1, 3).unbind(2)
        out = F.scaled_dot_product_attention(norm(q), norm(k), v, attn_mask=mask)
        return out.transpose(1, 2).reshape(b, n, d)


class Condition(nn.Module):
    """Noise level and slots as one vector; slots that do not matter for a kind are left out."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.kinds = nn.Embedding(len(KINDS), width)
        self.slots = nn.ModuleList([nn.Embedding(size + 1, width) for size in SIZES])
        self.inner = nn.Linear(256, width)
        self.outer = nn.Linear(width, width)
        for table in (self.kinds, *self.slots):
            nn.init.normal_(table.weight, std=0.5)

    def forward(self, kind: str, sigma: Tensor, slots: Tensor) -> Tensor:
        """sigma (...), slots (B, 6) -> (..., D); sigma is (B,) or (B, S)."""
        level = waves(sigma, 256).to(self.inner.weight.dtype)
        told = self.kinds.weight[KINDS.index(kind)]
        for i, (slot, table) in enumerate(zip(SLOTS, self.slots, strict=True)):
            if slot in RELEVANT[kind]:
                told = told + table(slots[:, i])
        if sigma.ndim == 2:
            told = told[:, None]
        return F.silu(self.outer(F.silu(self.inner(level))) + told)


class PlateEnds(nn.Module):
    """The way of one kind of plate into the transformer and out of it: linear as in JiT
    (arXiv 2511.13720), then a small convolution that heals the seams between patches."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        size = channels * PATCH * PATCH
        self.enter = nn.Linear(size, width)
        self.places = nn.Parameter(where(width))
        self.leave = nn.Linear(width, size)
        self.hint = nn.Linear(width, channels)
        mend = nn.Conv2d(16, 4, 3, padding=1)
        for parameter in mend.parameters():
            nn.init.zeros_(parameter)
        self.heal = nn.Sequential(nn.Conv2d(8, 16, 3, padding=1), nn.SiLU(), mend)


class ScoreNet(nn.Module):
    """Restores one second of the score given the clean seconds before it."""

    def __init__(self, width: int, layers: int) -> None:
        super().__init__()
        self.condition = Condition(width)
        self.modulate = nn.Linear(width, 6 * width)
        self.noisy = nn.Linear(SECOND, width)
        self.clean = nn.Linear(SECOND, width)
        self.places = nn.Parameter(torch.randn(SECONDS, width) * 0.1)
        self.blocks = nn.ModuleList([Block(width, 2, mixer=False) for _ in range(layers)])
        self.leave = nn.Linear(width, SECOND)

    def forward(self, sample: Tensor, sigma: Tensor, slots: Tensor, past: Tensor | None) -> Tensor:
        """Shapes as in TheatreTransformer.forward."""
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


class TheatreTransformer(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Predicts clean plates and scores (x0) from noisy ones; see `forward`."""

    config_name = "config.json"

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self,
        width: int = 256,
        layers: int = 6,
        heads: int = 2,
        score_width: int = 128,
        score_layers: int = 4,
    ) -> None:
        super().__init__()
        self.condition = Condition(width)
        self.modulate = nn.Linear(width, 6 * width)
        nn.init.normal_(self.modulate.weight, std=0.02)
        self.final = nn.Linear(width, 2 * width)
        nn.init.zeros_(self.final.weight)
        nn.init.zeros_(self.final.bias)
        self.ends = nn.ModuleDict({kind: PlateEnds(CHANNELS[kind], width) for kind in PLATES})
        self.blocks = nn.ModuleList([Block(width, heads, mixer=True) for _ in range(layers)])
        self.score = ScoreNet(score_width, score_layers)

    def forward(
        self,
        kind: str,
        sample: Tensor,
        sigma: Tensor,
        slots: Tensor,
        past: Tensor | None = None,
    ) -> Tensor:
        """The clean x0 of `sample`, in net space and of its shape.

        Noise is that of rectified flow: sample = (1 - sigma) * x0 + sigma * noise, noise normal,
        sigma (B,) in 0..1; slots (B, 6) long as from `vocabulary.indices`, all "unspecified" for
        the unconditional guess. Slots that do not matter for the kind are ignored.

        For kind in PLATES: sample (B, C, 96, 96), net = 2 * value - 1, C = 12 for "subject" (pose
        -1, pose 0, pose +1, four channels RGBA each) and 4 otherwise.
        For kind "score": sample (B, S, 8, 12), net = score / SCALE channel by channel, and past
        (B, P, 8, 12) the clean seconds before. To make second k: S = 1 and P = k (None or P = 0
        for the first). Training denoises all seconds at once: S = P + 1, sigma (B, S), second s
        seeing past[:, :s]. A clip has at most 10 seconds.
        """
        dtype = self.modulate.weight.dtype
        if kind == "score":
            clean = None if past is None else past.to(dtype)
            restored: Tensor = self.score(sample.to(dtype), sigma, slots, clean)
            return restored.float()
        return self.restore(kind, sample, sigma, slots)[0]

    def restore(
        self, kind: str, sample: Tensor, sigma: Tensor, slots: Tensor, heal: int | None = None
    ) -> tuple[Tensor, Tensor]:
        """Like `forward` for plates, with the guess made half way: the mean of each patch and
        channel, (B, 64, C). Training heals the seams of the first `heal` plates only, to go
        faster; None heals all."""
        ends: Any = self.ends[kind]
        wrap = PERIODIC.get(kind, (False, False))
        told = self.condition(kind, sigma, slots)[:, None]
        modulation = self.modulate(told)
        noisy = sample.to(told.dtype)
        x = ends.enter(patchify(noisy)) + ends.places
        hint = x
        for i, block in enumerate(self.blocks):
            x = block(x, modulation, wrap)
            if i == len(self.blocks) // 2:
                hint = ends.hint(norm(x))
        shift, scale = self.final(told).chunk(2, -1)
        rough = unpatchify(ends.leave(norm(x) * (1 + scale) + shift))
        if heal is None:
            rough = self._heal(ends.heal, rough, noisy, wrap)
        elif heal:
            healed = self._heal(ends.heal, rough[:heal], noisy[:heal], wrap)
            rough = torch.cat([healed, rough[heal:]])
        return rough.float(), hint.float()

    def forward_many(
        self,
        kinds: Sequence[str],
        samples: Sequence[Tensor],
        sigmas: Sequence[Tensor],
        slots: Sequence[Tensor],
    ) -> list[Tensor]:
        """`forward` of several kinds of plate in one batch, which is faster than one by one.

        The kinds must repeat alike (PERIODIC); the other arguments are those of `forward`, one for
        each kind.
        """
        wrap = PERIODIC.get(kinds[0], (False, False))
        given = zip(kinds, sigmas, slots, strict=True)
        told = torch.cat([self.condition(*one)[:, None] for one in given])
        modulation = self.modulate(told)
        ends: list[Any] = [self.ends[kind] for kind in kinds]
        noisy = [sample.to(told.dtype) for sample in samples]
        pairs = zip(ends, noisy, strict=True)
        x = torch.cat([end.enter(patchify(one)) + end.places for end, one in pairs])
        for block in self.blocks:
            x = block(x, modulation, wrap)
        shift, scale = self.final(told).chunk(2, -1)
        parts = (norm(x) * (1 + scale) + shift).split([len(one) for one in noisy])
        rough = [unpatchify(end.leave(part)) for end, part in zip(ends, parts, strict=True)]
        healed = zip(ends, rough, noisy, strict=True)
        return [self._heal(end.heal, one, seen, wrap).float() for end, one, seen in healed]

    @staticmethod
    def _heal(heal: nn.Module, rough: Tensor, noisy: Tensor, wrap: tuple[bool, bool]) -> Tensor:
        """Heals every pose alike."""
        poses = rough.reshape(-1, 4, PLATE, PLATE)
        seen = torch.cat([poses, noisy.reshape(poses.shape)], 1)
        return (poses + wrapped(heal, seen, wrap, reach=2)).reshape(rough.shape)
