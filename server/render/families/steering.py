"""What the audience wants from here on: the prompt of a running pipeline is exchanged.

Done in the pipeline's own ``callback_on_step_end``.
"""

from collections.abc import Callable, Sequence
from typing import Any

from torch import Tensor

from server.model import Steer
from server.render.families.shapes import Shape
from server.render.threaded import Say

Turn = Callable[[str], dict[str, Tensor]]
"""Has a text count from the next step on; gives what the callback answers."""


class Steering:
    """Steers one clip. ``begins`` are the first frames of its chunks, one for a joint model.

    ``known`` are the changes of a clip that is drawn again; they are not said.
    """

    def __init__(
        self, shape: Shape, say: Say, begins: Sequence[int], known: Sequence[Steer]
    ) -> None:
        self._shape = shape
        self._say = say
        self._begins = begins
        self._known = {(steer.frame, steer.step): steer.text for steer in known}
        self._text: str | None = None

    def hear(self, text: Any) -> None:
        """What a patch was answered: a text, or None."""
        if text is not None:
            self._text = text

    def callback(self, turn: Turn) -> Callable[..., dict[str, Tensor]]:
        """A ``callback_on_step_end``."""

        def after(_pipeline: Any, number: int, _time: Any, _given: Any) -> dict[str, Tensor]:
            place = self._where(number + 1)
            text = None if place is None else self._wanted(*place)
            return {} if text is None else turn(text)

        return after

    def _wanted(self, frame: int, step: int) -> str | None:
        """The text that counts from there on, if it is another one."""
        known = self._known.get((frame, step))
        if known is not None:
            return known
        text, self._text = self._text, None
        if text is not None:
            self._say(Steer(text, frame, step))
        return text

    def _where(self, done: int) -> tuple[int, int] | None:
        """The frame and step that come next, where the prompt may change there."""
        place = self._shape.place
        ended = place.step == place.steps
        if len(self._begins) == 1:
            return None if ended and place.chunk == place.chunks - 1 else (0, done)
        following = place.chunk + 1
        return (self._begins[following], 0) if ended and following < len(self._begins) else None


class Prompts:
    """Other prompt embeddings for a pipeline, made as it made its first ones."""

    def __init__(self, clip: Any) -> None:
        self._clip = clip
        self._asked: dict[str, Any] = {}
        self._encode = clip.encode_prompt
        clip.encode_prompt = self._encoding

    def turn(self, text: str) -> dict[str, Tensor]:
        """The embeddings of ``text`` for the steps to come."""
        asked = self._asked | {"prompt": text, "prompt_embeds": None}
        embeds, *_ = self._encode(**asked)
        return {"prompt_embeds": embeds.to(self._clip.transformer.dtype)}

    def _encoding(self, *args: Any, **kwargs: Any) -> Any:
        self._asked = kwargs
        return self._encode(*args, **kwargs)
