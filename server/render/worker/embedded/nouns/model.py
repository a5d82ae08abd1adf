"""The network of nouns with what it knows: concepts, their drawings' vectors, and people's cards.

A part of a model's folder. A folder without it, such as one of a world of one's own, is drawn with
the older network alone.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Self

import msgspec
import torch
from msgspec import Meta, Struct
from safetensors.torch import load_file, save_file
from torch import Tensor

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.nouns.autoencoder import PlateAutoencoder
from phosphene.render.worker.embedded.nouns.cast import Actor, Point
from phosphene.render.worker.embedded.nouns.network import (
    TOKENS,
    VECTOR,
    WIDE,
    NounTransformer,
    cut,
    join,
)
from phosphene.render.worker.embedded.quantization import dequantize, quantize
from phosphene.render.worker.embedded.vocabulary import PLATE

FOLDER: Final = "nouns"
LEVELS: Final = 63
"""How finely weights are kept, to each side of zero: half as fine compresses better in git, and is
seen in faces."""
_AXIS: Final = torch.linspace(-1, 1, PLATE)
# Drawings leave the corners empty: grain in them would show that a plate is square.
_WINDOW: Final = ((1.1 - torch.hypot(_AXIS[:, None], _AXIS)) * 4).clamp(0, 1)
_CONCEPTS: Final = "concepts.json"
_NETWORK: Final = "denoiser.safetensors"
_AUTOENCODER: Final = "autoencoder.safetensors"
_VECTORS: Final = "vectors"


class Concept(Struct, frozen=True, omit_defaults=True):
    """What can be drawn. `rows`: the first row of its drawings' vectors, and how many they are;
    `sexes`: of each of these m or w if it is a man or a woman, else a hyphen; `unseen`: those of
    which the network learned nothing, and draws nothing. `kind`, `gait`, `place`, `colour` as in
    the table that it was made from; `size`, `head`, `back` and `low` as an Actor has them."""

    kind: str
    gait: str
    place: str
    colour: Annotated[str, Meta(pattern=r"^(any|#[0-9a-f]{6})$")]
    rows: tuple[int, int]
    sexes: str
    size: float
    head: Point
    back: Point
    low: float
    unseen: tuple[int, ...] = ()

    @property
    def drawings(self) -> tuple[int, ...]:
        """Those that can be drawn."""
        return tuple(k for k in range(self.rows[1]) if k not in self.unseen)


class _Table(Struct):
    width: int
    layers: int
    heads: int
    concepts: dict[str, Concept]


class NounModel:
    """`vectors`: (drawings, 96), the rows that the concepts name."""

    def __init__(
        self,
        net: NounTransformer,
        autoencoder: PlateAutoencoder,
        concepts: Mapping[str, Concept],
        vectors: Tensor,
    ) -> None:
        self.net = net.eval()
        self.concepts = concepts
        self._autoencoder = autoencoder.eval().requires_grad_(False)
        self._dtype = next(self.net.parameters()).dtype
        for part in (autoencoder.encoder, autoencoder.decoder):
            part.to(self._dtype, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._vectors = vectors

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the latents of a plate."""
        return TOKENS, WIDE

    @property
    def mean(self) -> Tensor:
        """An empty plate: of no latents nothing is drawn that one would know."""
        return torch.zeros(())

    @classmethod
    def load(cls, folder: Path, dtype: torch.dtype = torch.float32) -> Self | None:
        """What `save` wrote into a model's folder, None if it has no nouns. Raises OSError if a
        part is missing, ValueError if one is broken."""
        if not (folder / FOLDER).is_dir():
            return None
        file = folder / FOLDER / _CONCEPTS
        try:
            table = msgspec.json.decode(file.read_bytes(), type=_Table)
        except msgspec.MsgspecError as error:
            raise ValueError(f"{file} is no table of concepts: {error}") from error
        net = NounTransformer(table.width, table.layers, table.heads)
        state = dequantize(load_file(folder / FOLDER / _NETWORK))
        vectors = state.pop(_VECTORS)
        if vectors.shape[1:] != (VECTOR,) or _drawings(table.concepts) > len(vectors):
            raise ValueError(f"{folder / FOLDER} has no vectors for the drawings of its concepts")
        net.load_state_dict(state)
        autoencoder = PlateAutoencoder()
        flat = dequantize(load_file(folder / FOLDER / _AUTOENCODER))
        shapes = autoencoder.state_dict()
        autoencoder.load_state_dict({k: v.view(shapes[k].shape) for k, v in flat.items()})
        return cls(net.to(dtype), autoencoder, table.concepts, vectors)

    def save(self, folder: Path) -> None:
        """Write it, packed, as a part of a model's folder."""
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        width, layers = self.net.outer.out_features, len(self.net.blocks)
        table = _Table(width, layers, self.net.heads, dict(self.concepts))
        text = msgspec.json.format(msgspec.json.encode(table), indent=0)
        (folder / FOLDER / _CONCEPTS).write_bytes(text + b"\n")
        state = {**self.net.state_dict(), _VECTORS: self._vectors}
        save_file(quantize(state, LEVELS), folder / FOLDER / _NETWORK)
        # A convolution's weights are a matrix too: one row for each channel that it makes.
        flat = {k: v.flatten(1) if v.ndim == 4 else v for k, v in _state(self._autoencoder)}
        save_file(quantize(flat), folder / FOLDER / _AUTOENCODER)

    @property
    def autoencoder(self) -> PlateAutoencoder:
        """What makes latents of plates, and plates of them."""
        return self._autoencoder

    @property
    def vectors(self) -> Tensor:
        """The vectors (drawings, 96) of all drawings."""
        return self._vectors

    @torch.no_grad()
    def vector(self, actor: Actor) -> Tensor:
        """What the network is told of an actor, (1, 96). Raises ValueError for who it does not
        know."""
        if actor.card:
            return self.net.person(torch.tensor([actor.card])).float()
        concept = self.concepts.get(actor.concept)
        if concept is None or actor.drawing >= concept.rows[1]:
            raise ValueError(f"the model has no drawing {actor.drawing} of {actor.concept!r}")
        return self._vectors[None, concept.rows[0] + actor.drawing].float()

    @property
    def free(self) -> Tensor:
        """What the network is told when it is told nothing, (1, 96)."""
        return self.net.free.detach()[None].float()

    @torch.no_grad()
    def encode(self, plate: Array) -> Tensor:
        """A plate (9, 96, 96) in 0..1 as latents (16, 144)."""
        return cut(self._autoencoder.encode(torch.from_numpy(plate)[None].to(self._dtype)))[0]

    @torch.no_grad()
    def decode(self, latents: Tensor) -> Array:
        """Latents (16, 144) as a plate (9, 96, 96) in 0..1."""
        plate: Array = self._decoded(latents).clamp(0, 1).contiguous().numpy()
        return plate

    @torch.no_grad()
    def decode_grain(self, noise: Tensor) -> Array:
        """Noise in latents, (16, 144) of unit variance -> what it looks like, (2, 96, 96) of about
        unit variance: how much lighter, and more opaque, it makes each point."""
        seen = self._decoded(noise)
        both = torch.stack((seen[:-1].mean(0), seen[-1]))
        away = both - both.mean((1, 2), keepdim=True)
        even = away / away.std((1, 2), keepdim=True).clamp(min=1e-3)
        grain: Array = (even * _WINDOW).numpy()
        return grain

    def _decoded(self, latents: Tensor) -> Tensor:
        """(16, 144) -> (9, 96, 96), not clamped."""
        plates = self._autoencoder
        sized = join(latents[None].float()) * plates.spread + plates.mean
        # Channels last and in bfloat16 it takes 6 ms of a busy core, in float32 as it comes 11.
        seen = sized.to(self._dtype).contiguous(memory_format=torch.channels_last)
        decoded: Tensor = plates.decoder(seen)[0].float()
        return decoded


def _drawings(concepts: Mapping[str, Concept]) -> int:
    return max((first + count for first, count in (c.rows for c in concepts.values())), default=0)


def _state(autoencoder: PlateAutoencoder) -> list[tuple[str, Tensor]]:
    return list(autoencoder.state_dict().items())
