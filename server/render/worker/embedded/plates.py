"""Plates that are decoded when somebody looks at them: most steps are never shown."""

from collections.abc import Iterator, Mapping
from threading import Lock

from torch import Tensor

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.autoencoder import EmbeddedAutoencoder
from phosphene.render.worker.embedded.nouns.model import NounModel
from phosphene.render.worker.embedded.vocabulary import kind


class Plates(Mapping[str, Array]):
    """``latents`` of some plates, (tokens, K), and ``others`` as they are; ``nouns``: of these
    names the latents are nouns', with who decodes them. For any thread."""

    def __init__(
        self,
        autoencoder: EmbeddedAutoencoder,
        latents: Mapping[str, Tensor],
        others: Mapping[str, Array],
        nouns: Mapping[str, NounModel] | None = None,
    ) -> None:
        self._autoencoder = autoencoder
        self._nouns = nouns or {}
        self._latents = dict(latents)
        self._others = others
        self._names = tuple({**dict.fromkeys(others), **dict.fromkeys(latents)})
        self._decoded: dict[str, Array] = {}
        self._lock = Lock()

    def __getitem__(self, name: str) -> Array:
        if name not in self._latents:
            return self._others[name]
        # Two threads that draw neighbouring frames want the same plate at the same moment.
        with self._lock:
            if name not in self._decoded:
                self._decoded[name] = self._decode(name)
            return self._decoded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names  # without decoding it

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def _decode(self, name: str) -> Array:
        if name in self._nouns:
            return self._nouns[name].decode(self._latents[name])
        restored = self._autoencoder.decode(kind(name), self._latents[name][None])[0]
        plate: Array = ((restored + 1) / 2).clamp(0, 1).numpy()
        return plate
