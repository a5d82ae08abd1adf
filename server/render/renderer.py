"""The renderer seam: a brief goes in, patches of a frames x noise plane come out."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Annotated, Protocol

import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from server.model import Seconds, Seed, Slot, Strength

Picture = NDArray[np.uint8]
"""One I420 picture, shape (height * 3 // 2, width): Y, then U, then V (BT.709, limited range)."""

Draw = Callable[[int], Picture]
"""Frame index -> picture. Pure and deterministic; may be called from any thread."""


class Brief(Struct, frozen=True):
    """What a renderer is asked for; `parent` holds the latents a remix starts from."""

    text: str
    seed: Seed
    seconds: Seconds
    strength: Strength = 1.0
    parent: bytes | None = None
    steps: Annotated[int, Meta(ge=1, le=100)] = 8


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """What is heard from the first frame of a patch on.

    ``samples`` (channels, n) in -1..1, one or two channels, ``rate`` of them in a second.
    """

    samples: NDArray[np.float32]
    rate: int


@dataclass(frozen=True, slots=True)
class Patch:
    """A renderer's news about the frames [start, stop): one noise level for the whole range.

    Over the patches of a clip the sigma of a frame never rises, each frame becomes final
    exactly once, and revisions strictly increase. `draw` composes a frame only when it is shown.
    `sound`, where a model makes any, comes with the first final frame and is that of the whole
    clip.
    """

    revision: int
    start: int
    stop: int
    sigma: float
    draw: Draw
    final: bool
    step: int
    steps: int
    chunk: int
    chunks: int
    sound: Sound | None = None


Drawing = Generator[Patch, None, bytes]


class Renderer(Protocol):
    """A model, loaded and warm, that draws one clip per call of `render`."""

    name: str
    width: int
    height: int
    fps: int
    fingerprint: str

    def understand(self, text: str) -> tuple[Slot, ...]:
        """What of a prompt this renderer can draw, and how sure it is of each part."""
        ...

    def render(self, brief: Brief) -> Drawing:
        """Yield patches until every frame is final; return the latents of the clip.

        Closing the generator between two patches cancels within one step.
        Raises ValueError when the parent's latents cannot be read.
        """
        ...
