"""What the audience wants from here on: the prompt of a running pipeline is exchanged.

Done in the pipeline's own ``callback_on_step_end``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from phosphene.model import Steer
from phosphene.render.worker.diffusers.finalization import Finalization
from phosphene.render.worker.threaded import Say

ApplyText = Callable[[str], dict[str, Tensor]]
"""Has a text count from the next step on; gives what the callback answers."""


class PromptSteering:
    """Steers one clip. ``begins`` are the first frames of its chunks, one for a joint model.

    ``known`` are the changes of a clip that is drawn again; they are not said. ``cut`` gives the
    end of a text that the model does not read.
    """

    def __init__(
        self,
        finalization: Finalization,
        say: Say,
        begins: Sequence[int],
        known: Sequence[Steer],
        cut: Callable[[str], str],
    ) -> None:
        self._finalization = finalization
        self._say = say
        self._cut = cut
        self._begins = begins
        self._known = {(steer.frame, steer.step): steer.text for steer in known}
        self._text: str | None = None

    def queue_text(self, text: Any) -> None:
        """What a patch was answered: a text, or None."""
        if text is not None:
            self._text = text

    def step_callback(self, turn: ApplyText) -> Callable[..., dict[str, Tensor]]:
        """A ``callback_on_step_end``."""

        def after(_pipeline: Any, number: int, _time: Any, _given: Any) -> dict[str, Tensor]:
            position = self._where(number + 1)
            text = None if position is None else self._wanted(*position)
            return {} if text is None else turn(text)

        return after

    def _wanted(self, frame: int, step: int) -> str | None:
        """The text that counts from there on, if it is another one."""
        known = self._known.get((frame, step))
        if known is not None:
            return known
        text, self._text = self._text, None
        if text is not None:
            self._say(Steer(text, frame, step, self._cut(text)))
        return text

    def _where(self, done: int) -> tuple[int, int] | None:
        """The frame and step that come next, where the prompt may change there."""
        position = self._finalization.position
        ended = position.step == position.steps
        if len(self._begins) == 1:
            return None if ended and position.chunk == position.chunks - 1 else (0, done)
        following = position.chunk + 1
        return (self._begins[following], 0) if ended and following < len(self._begins) else None


class PromptEmbeddings:
    """Other prompts for one pipeline, encoded as it encoded its first one."""

    def __init__(self, clip: Any, words: Sequence[str] = ()) -> None:
        self._clip = clip
        self._words = words
        self._asked: dict[str, Any] = {}
        self._said: dict[str, Tensor] = {}
        self._encode = clip.encode_prompt
        clip.encode_prompt = self._encoding

    def apply_text(self, text: str) -> dict[str, Tensor]:
        """Have ``text`` count for the steps to come; what the callback answers."""
        embeds, *more = self._encode(**self._asked | {"prompt": text, "prompt_embeds": None})
        if not self._words:
            return {"prompt_embeds": embeds.to(self._clip.transformer.dtype)}
        self._said = dict(zip(self._words, self._joined(embeds, more[0]), strict=True))
        return {}

    def exchange_embeddings(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """The arguments of a call of the denoiser, with the words that count now. Of a batch the
        last is what the prompt asks for."""
        exchanged = {
            # The first of a batch is the unconditional guess, which must stay as it is.
            name: torch.cat([given[name][:-1], said.to(given[name])])
            for name, said in self._said.items()
        }
        return {**given, **exchanged}

    def _joined(self, embeds: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
        """What the denoiser is given of a prompt, in the order of ``words``."""
        if not hasattr(self._clip, "connectors"):
            return embeds, mask
        side = getattr(self._clip.tokenizer, "padding_side", "left")
        picture, sound, mask = self._clip.connectors(embeds, mask, padding_side=side)
        return picture, sound, mask, mask

    def _encoding(self, *args: Any, **kwargs: Any) -> Any:
        self._asked = kwargs
        return self._encode(*args, **kwargs)
