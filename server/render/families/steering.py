"""What the audience wants from here on: the prompt of a running pipeline is exchanged.

Done by the pipeline's own ``callback_on_step_end``, which may give other prompt embeddings for
the steps to come.
"""

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from server.model import Steer
from server.render.families.shapes import Shape
from server.render.threaded import Say


class Steering:
    """Steers one clip. ``begins`` are the first frames of its chunks, one for a joint model.

    ``known`` are the changes of a clip that is drawn again; they are not said.
    """

    def __init__(
        self, clip: Any, shape: Shape, say: Say, begins: Sequence[int], known: Sequence[Steer]
    ) -> None:
        self._clip = clip
        self._shape = shape
        self._say = say
        self._begins = begins
        self._known = {(steer.frame, steer.step): steer.text for steer in known}
        self._text: str | None = None
        self._asked: dict[str, Any] = {}
        self._encode = clip.encode_prompt
        clip.encode_prompt = self._encoding

    def hear(self, text: Any) -> None:
        """What a patch was answered: a text, or None."""
        if text is not None:
            self._text = text

    def after(self, _pipeline: Any, number: int, _time: Any, _given: Any) -> dict[str, Tensor]:
        """The pipeline's ``callback_on_step_end`` after its step ``number``, counted from 0."""
        place = self._where(number + 1)
        if place is None:
            return {}
        text = self._known.get(place)
        if text is None:
            text, self._text = self._text, None
            if text is None:
                return {}
            self._say(Steer(text, *place))
        return {"prompt_embeds": self._embeds(text)}

    def _where(self, done: int) -> tuple[int, int] | None:
        """The frame and step that come next, where the prompt may change there."""
        place = self._shape.place
        ended = place.step == place.steps
        if len(self._begins) == 1:
            return None if ended and place.chunk == place.chunks - 1 else (0, done)
        following = place.chunk + 1
        return (self._begins[following], 0) if ended and following < len(self._begins) else None

    def _encoding(self, *args: Any, **kwargs: Any) -> Any:
        self._asked = kwargs
        return self._encode(*args, **kwargs)

    def _embeds(self, text: str) -> Tensor:
        asked = self._asked | {"prompt": text, "prompt_embeds": None}
        embeds, *_ = self._encode(**asked)
        made: Tensor = embeds.to(self._clip.transformer.dtype)
        return made
