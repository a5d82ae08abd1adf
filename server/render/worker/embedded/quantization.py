"""Weights as they are shipped: matrices as small whole numbers with a step for each row."""

from collections.abc import Mapping
from typing import Final

import torch
from torch import Tensor

_STEP: Final = ".step"
# Steps and small tables would save nothing, and their errors would be in everything.
_LEAST: Final = 4096
"""Matrices of fewer numbers are kept in half precision."""


def quantize(state: Mapping[str, Tensor], levels: int = 127) -> dict[str, Tensor]:
    """Large matrices as int8 in -levels..levels and NAME.step (rows,) float16; everything else
    as float16. A state without NaN."""
    made: dict[str, Tensor] = {}
    for name, value in state.items():
        if value.ndim != 2 or value.numel() < _LEAST:
            made[name] = value.half().contiguous()
            continue
        rows = value.float()
        # A step for each row and not for each matrix: rows differ in size, and one large number
        # would make all others coarse.
        step = (rows.abs().amax(1) / levels).clamp(min=1e-7).half()
        made[name] = (rows / step.float()[:, None]).round().clamp(-levels, levels).to(torch.int8)
        made[name + _STEP] = step
    return made


def dequantize(stored: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The inverse of `packed`, up to half a step, as float32."""
    return {
        name: value.float() * stored[name + _STEP].float()[:, None]
        if name + _STEP in stored
        else value.float()
        for name, value in stored.items()
        if not name.endswith(_STEP)
    }
