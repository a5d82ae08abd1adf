"""Plates that are decoded when somebody looks at them: most steps are never shown."""

from collections.abc import Iterator, Mapping
from threading import Lock

from torch import Tensor

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.autoencoder import EmbeddedAutoencoder
from phosphene.render.worker.embedded.decoders import PlateDecoder
from phosphene.render.worker.embedded.vocabulary import kind


class Plates(Mapping[str, Array]):
    """``latents`` of some plates, (tokens, K), and ``others`` as they are; ``decoders``: who
    decodes those that the autoencoder does not. For any thread."""

    def __init__(
        self,
        autoencoder: EmbeddedAutoencoder,
        latents: Mapping[str, Tensor],
        others: Mapping[str, Array],
        decoders: Mapping[str, PlateDecoder] | None = None,
    ) -> None:
        self._autoencoder = autoencoder
        self._decoders = decoders or {}
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
        if name in self._decoders:
            return self._decoders[name].decode(self._latents[name])
        restored = self._autoencoder.decode(kind(name), self._latents[name][None])[0]
        plate: Array = ((restored + 1) / 2).clamp(0, 1).numpy()
        return plate
