"""Further places and weathers, whose denoiser is known without training.

Of a set of drawings the x0 that is expected of noisy latents is their mean, each weighed by how
likely those latents come from it (Karras et al., arXiv 2206.00364, appendix B.3). That is what a
network learns where it learns its drawings by heart, as the older one does with 16 silhouettes of a
place; for some thousand drawings the sum itself takes a millisecond. It makes up nothing new.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Self

import msgspec
import torch
from msgspec import Meta, Struct
from safetensors.torch import load_file, save_file
from torch import Tensor

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.autoencoder import AT_ONCE, EmbeddedAutoencoder
from phosphene.render.worker.embedded.decoders import KindDecoder

FOLDER: Final = "backdrops"
PLATES: Final = ("sky", "far", "middle", "near")
_TABLE: Final = "backdrops.json"
_LATENTS: Final = "latents.safetensors"
_STEP: Final = ".step"

Rows = tuple[Annotated[int, Meta(ge=0)], Annotated[int, Meta(ge=1)]]
"""The first row of some drawings, and how many they are."""


class BackdropTable(Struct, frozen=True):
    """`places`, `weathers`: what there is, and the older value that says how everything moves
    there. `rows`: by kind of plate, then by "place/time" or weather, its drawings. `indoors`: the
    places whose sky is a wall."""

    places: dict[str, str]
    weathers: dict[str, str]
    rows: dict[str, dict[str, Rows]]
    indoors: tuple[str, ...] = ()


class Backdrops:
    """`latents`: by kind of plate, (drawings, tokens, K). Raises ValueError if a place or a weather
    has no drawings."""

    def __init__(
        self, autoencoder: EmbeddedAutoencoder, table: BackdropTable, latents: Mapping[str, Tensor]
    ) -> None:
        self.places: Mapping[str, str] = table.places
        self.weathers: Mapping[str, str] = table.weathers
        self._autoencoder = autoencoder
        self._table = table
        self._latents = latents
        for kind, rows in table.rows.items():
            if any(first + count > len(latents[kind]) for first, count in rows.values()):
                raise ValueError(f"drawings of {kind} are missing")
        told = {name.split("/")[0] for rows in table.rows.values() for name in rows}
        if missing := {*self.places, *self.weathers} - told:
            raise ValueError(f"nothing is drawn of {', '.join(sorted(missing))}")

    @classmethod
    def load(cls, folder: Path) -> Self | None:
        """What `save` wrote into a model's folder; None if it has no further places. Raises OSError
        if a part is missing, ValueError if one is broken."""
        if not (folder / FOLDER).is_dir():
            return None
        file = folder / FOLDER / _TABLE
        try:
            table = msgspec.json.decode(file.read_bytes(), type=BackdropTable)
        except msgspec.MsgspecError as error:
            raise ValueError(f"{file} is no table of backdrops: {error}") from error
        stored = load_file(folder / FOLDER / _LATENTS)
        latents = {
            kind: whole.float() * stored[kind + _STEP]
            for kind, whole in stored.items()
            if not kind.endswith(_STEP)
        }
        return cls(EmbeddedAutoencoder.from_pretrained(folder / FOLDER, **AT_ONCE), table, latents)

    def save(self, folder: Path) -> None:
        """Write it, in eight bits, as a part of a model's folder."""
        self._autoencoder.save_pretrained(folder / FOLDER)
        (folder / FOLDER / _TABLE).write_bytes(msgspec.json.encode(self._table) + b"\n")
        # A step for each direction: the first principal components are far wider than the last.
        steps = {kind: all_.abs().amax((0, 1)) / 127 for kind, all_ in self._latents.items()}
        whole = {k: (all_ / steps[k]).round().to(torch.int8) for k, all_ in self._latents.items()}
        steps_of = {kind + _STEP: step for kind, step in steps.items()}
        save_file(whole | steps_of, folder / FOLDER / _LATENTS)

    def of_scene(self, place: str, weather: str, time: str) -> "dict[str, Backdrop]":
        """The plates of a scene that are drawn here. Raises ValueError for a place or a weather
        that there is not."""
        if (place and place not in self.places) or (weather and weather not in self.weathers):
            raise ValueError(f"the model draws no {place or 'place'} with {weather or 'weather'}")
        named = dict.fromkeys(PLATES, f"{place}/{time}") if place else {}
        if weather:
            named["weather"] = weather
        return {kind: self._one(kind, name) for kind, name in named.items()}

    def _one(self, kind: str, name: str) -> "Backdrop":
        first, count = self._table.rows[kind][name]
        wall = kind == "sky" and name.split("/", 1)[0] in self._table.indoors
        return Backdrop(self._autoencoder, kind, self._latents[kind][first : first + count], wall)


@dataclass(frozen=True, eq=False)
class Backdrop(KindDecoder):
    """One plate of a scene; `drawings`: (N, tokens, K), of which it will be one; `wall`: it is the
    wall of a room, where there is the glow of a lamp and no disc of the sun."""

    drawings: Tensor
    wall: bool = False

    def decode(self, latents: Tensor) -> Array:
        """Latents (tokens, K) as a plate in 0..1."""
        plate = super().decode(latents)
        if self.wall:
            plate[3] = 0.0  # the mask of the disc
        return plate

    def guess(self, sample: Tensor, sigma: float) -> Tensor:
        """The x0 that is to be expected of a noisy sample, (tokens, K)."""
        away = (sample - (1 - sigma) * self.drawings).square().sum((1, 2))
        # Softmax and not the quotient of the sums: at a small sigma every single term is 0 in
        # float32.
        weights = torch.softmax(-away / (2 * sigma**2), 0)
        return torch.einsum("n,ntk->tk", weights, self.drawings)
