"""The renderer seam: a brief goes in, patches of a frames x noise plane come out.

A renderer is a generator that computes nothing heavy by itself behind the engine's back: it asks
for its forward passes (``Forward``), and the engine makes those of several clips in one call.
"""

from collections.abc import Callable, Generator, Hashable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol, TypeVar

import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from phosphene.model import Look, Portrait, Seconds, Seed, Slot, Steer, Strength, Tune

Steers = Literal["chunk", "step", "never"]
"""When a steering text counts: from the next chunk, from the next step, or never."""

# A generator and no callbacks: the engine decides when it goes on, so it can be stopped between any
# two passes and needs no thread.
N = TypeVar("N")
R = TypeVar("R")

Picture = NDArray[np.uint8]
"""One I420 picture, shape (height * 3 // 2, width): Y, then U, then V (BT.709, limited range)."""

Draw = Callable[[int], Picture]
"""Frame index -> picture. Pure and deterministic; may be called from any thread."""

Keep = Callable[[], bytes]
"""Makes the latents of the frames that are final. Pure; may be called from any thread, later."""


class Brief(Struct, frozen=True):
    """What a renderer is asked for.

    A remix starts from the latents ``parent`` of a whole clip, re-noised to ``strength``. A clip
    that forks or is taken up again starts with the latents ``begun``, of which the first ``kept``
    seconds are already final and must be shown as they are; what is beyond counts only with a
    model whose chunks are no whole seconds: there a chunk stays whole or is drawn anew.
    ``dropped``: the slots that the parent's words told and ``text`` left out: they are as though
    nobody had told them. ``steering`` holds the changes of the text that are known beforehand (a
    clip drawn again).
    ``tune``: what a model that makes no sound itself synthesises one from; without it none.
    ``looks``: people whom the text names by an @handle, and how they are drawn; ``portraits`` of
    those of them who are drawn from one.
    """

    text: str
    seed: Seed
    seconds: Seconds
    strength: Strength = 1.0
    parent: bytes | None = None
    steps: Annotated[int, Meta(ge=1, le=100)] = 8
    begun: bytes | None = None
    kept: Annotated[int, Meta(ge=0, le=10)] = 0
    dropped: tuple[str, ...] = ()
    steering: tuple[Steer, ...] = ()
    tune: Tune | None = None
    looks: tuple[Look, ...] = ()
    portraits: tuple[Portrait, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """A piece of what is heard.

    ``samples`` (channels, n) in -1..1, one or two channels, ``rate`` of them in a second.
    """

    samples: NDArray[np.float32]
    rate: int


MakeSound = Callable[[], Sound]
"""Makes what is heard from where the sound of the patch before ended. It is called once for each
patch that has one, in their order, from any thread: a synthesizer rings on from piece to piece."""

Hum = Callable[[int, int, float | None], Sound]
"""What is heard while frames form: from the sample of the first number on so many, of 48,000 in a
second, on the way from a noise level (None: out of silence) to that of the patch. Pure, from any
thread."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A renderer's news about the frames [start, stop): one noise level for the whole range.

    Over the patches of a clip the sigma of a frame never rises, each frame becomes final
    exactly once, and revisions strictly increase. `draw` composes a frame only when it is shown.
    `step` of `steps` steps are done, and `part` (0..1) of the way to the next one: a model that can
    show noise levels between its steps makes the forming smooth.
    `sound`, of final patches and where there is any: the sounds of all of them one after the other
    are the clip's. It reaches at least as far as the frames; a model that makes all of it at once
    gives it with the first final frame. `hum` is heard while a patch is shown before the run.
    `keep`, of a patch that ends a chunk, makes what ``Brief.begun`` takes: latents of everything
    that is final after this patch.
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
    part: float = 0.0
    sound: MakeSound | None = None
    hum: Hum | None = None
    keep: Keep | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Forward:
    """A forward pass that a clip needs before it can go on.

    Forwards with equal ``key`` (of one renderer) may be made at once: ``together`` takes what each
    was ``given`` and returns their results in the same order. It is called in the device thread
    and must give each clip the result that it would have had alone, but for rounding. When it
    fails it is called for each of them alone; a clip whose own call fails ends.
    """

    key: Hashable
    given: Any
    together: Callable[[Sequence[Any]], Sequence[Any]]


News = Patch | Forward | Steer
Drawing = Generator[News, Any, bytes]
"""The drawing of one clip. What a ``yield`` gives back: to a Forward its result, to a Patch the
text that the audience has steered to since the last one (or None), to a Steer nothing."""


class Renderer(Protocol):
    """A model, loaded and warm, that draws one clip per call of `render`."""

    name: str
    width: int
    height: int
    fps: int
    fingerprint: str
    steers: Steers

    def understand(self, text: str) -> tuple[Slot, ...]:
        """What of a prompt this renderer can draw, and how sure it is of each part."""
        ...

    def render(self, brief: Brief) -> Drawing:
        """Yield patches until every frame is final; return the latents of the clip.

        Everything runs in the device thread, one clip at a time. Between two patches there may
        be any number of forwards. When a
        steering text begins to count the generator says so with a Steer before the first patch
        that shows it. Closing the generator cancels: nothing is computed after that.

        Raises ValueError when the latents of the brief cannot be read, ArithmeticError when the
        model's numbers are not finite, MemoryError when the device has no room.
        """
        ...


def patches_alone(drawing: Generator[N | Forward | Steer, Any, R]) -> Generator[N, Any, R]:
    """The patches of a clip that has the device for itself: each forward is made at once.

    What is sent to a patch steers. Closing it closes the drawing.
    """
    said: Any = None
    try:
        while True:
            try:
                news = drawing.send(said)
            except StopIteration as end:
                result: R = end.value
                return result
            match news:
                case Forward():
                    (said,) = news.together([news.given])
                case Steer():
                    said = None
                case _:
                    said = yield news
    finally:
        drawing.close()
