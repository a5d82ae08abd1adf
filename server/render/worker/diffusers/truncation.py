"""What a pipeline's text encoder leaves out of a prompt that is too long for it."""

import inspect
from typing import Any, Final

_LIMIT: Final = "max_sequence_length"


def truncated(pipeline: Any, text: str) -> str:
    """The end of ``text`` that the pipeline's tokenizer cuts off; empty when it takes it whole.

    Counted as the pipelines of diffusers do: the prompt with its special tokens, cut at the right
    to ``max_sequence_length`` tokens.
    """
    tokenizer, limit = pipeline.tokenizer, _limit(pipeline)
    plain = _ids(tokenizer, text, special=False)
    room = limit - (len(_ids(tokenizer, text, special=True)) - len(plain))
    if len(plain) <= room:
        return ""
    # LTX reads 128 tokens and says nothing: two prompts that differ after those give the same clip.
    return str(tokenizer.decode(plain[room:], skip_special_tokens=True)).strip()


def _ids(tokenizer: Any, text: str, *, special: bool) -> list[int]:
    given = tokenizer(text, add_special_tokens=special, truncation=False, verbose=False)
    return list(given.input_ids)


def _limit(pipeline: Any) -> int:
    """Tokens that it reads when nobody says another number: not all pipelines can be told one."""
    for function in (type(pipeline).__call__, type(pipeline).encode_prompt):
        parameter = inspect.signature(function).parameters.get(_LIMIT)
        if parameter is not None:
            return int(parameter.default)
    raise TypeError(f"{type(pipeline).__name__} does not say how much of a prompt it reads")
