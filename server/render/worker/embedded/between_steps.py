"""A scene on its way between two steps: how much of x0 is there, and what noise is left.

A step of the rectified flow is a straight line, sample = (1 - sigma) * x0 + sigma * noise with one
x0 and one noise, so every level on it is as true as its ends, and costs no forward pass.
"""

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.decoders import PlateDecoder
from phosphene.render.worker.embedded.plates import DecodedOnce
from phosphene.render.worker.embedded.scene import Scene
from phosphene.render.worker.embedded.vocabulary import kind


class Noise(DecodedOnce):
    """What is left of the noise of plates, as grain (`PlateDecoder.decode_grain`), decoded when
    somebody looks. For any thread.

    ``left``: noise of unit variance by the names of all that is being denoised: latents (tokens, K)
    of plates, and the second of the score. Inks and the score have no grain. ``decoders``:
    who decodes which plate.
    """

    def __init__(self, decoders: Mapping[str, PlateDecoder], left: Mapping[str, Tensor]) -> None:
        super().__init__(name for name in left if name != "score" and kind(name) != "inks")
        self._decoders = decoders
        self._left = left

    def _decode(self, name: str) -> Array:
        return self._decoders[name].decode_grain(self._left[name])

    def fade(self, scene: Scene, sigma: float) -> Scene:
        """What is there at a level of a scene of x0: what is being denoised fades to the plates of
        no latents at all (of nouns' that is empty), and the motion of its last second to rest."""
        means = {name: self._decoders[name].mean for name in self._left if name != "score"}
        score = scene.score
        if "score" in self._left:
            score = score.copy()
            score[-1] *= 1 - sigma
        faded = _FadedPlates(scene.plates, means, sigma)
        return Scene(faded, score, scene.slots, scene.cast)


class _FadedPlates(Mapping[str, Array]):
    def __init__(
        self, plates: Mapping[str, Array], means: Mapping[str, Tensor], sigma: float
    ) -> None:
        self._plates = plates
        self._means = means
        self._sigma = sigma

    def __getitem__(self, name: str) -> Array:
        plate = self._plates[name]
        if name not in self._means:
            return plate
        faded: Array = torch.from_numpy(plate).lerp(self._means[name], self._sigma).numpy()
        return faded

    def __contains__(self, name: object) -> bool:
        return name in self._plates  # without decoding it

    def __iter__(self) -> Iterator[str]:
        return iter(self._plates)

    def __len__(self) -> int:
        return len(self._plates)
