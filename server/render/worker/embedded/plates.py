"""Plates that are decoded when somebody looks at them: most steps are never shown."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from threading import Lock

from torch import Tensor

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.decoders import PlateDecoder


class DecodedOnce(Mapping[str, Array]):
    """What is decoded by name, each name once. For any thread."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(dict.fromkeys(names))
        self._decoded: dict[str, Array] = {}
        self._lock = Lock()

    @abstractmethod
    def _decode(self, name: str) -> Array:
        """What one of the names stands for."""

    def __getitem__(self, name: str) -> Array:
        if name not in self._names:
            raise KeyError(name)
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


class Plates(DecodedOnce):
    """``latents`` of some plates, (tokens, K), and ``others`` as they are; ``decoders``: who
    decodes which plate."""

    def __init__(
        self,
        decoders: Mapping[str, PlateDecoder],
        latents: Mapping[str, Tensor],
        others: Mapping[str, Array],
    ) -> None:
        super().__init__((*others, *latents))
        self._decoders = decoders
        self._latents = dict(latents)
        self._others = others

    def _decode(self, name: str) -> Array:
        if name not in self._latents:
            return self._others[name]
        return self._decoders[name].decode(self._latents[name])
