"""The latents of a clip as bytes, what a remix makes of them, and what is refused."""

from collections.abc import Mapping
from typing import Final

import msgspec
import torch
from msgspec import Struct
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

FORMAT: Final = "phosphene latents 1"
"""Key of the header whose value is the class of the pipeline that made them."""

_LENGTH: Final = 8  # bytes of a safetensors file before its header


class ClipLatents(Struct, frozen=True, eq=False):
    """``picture``: normalised latents (1, C, T, h, w); ``sound``: those of the sound (1, L, C)."""

    picture: Tensor
    sound: Tensor | None = None


def to_bytes(kept: ClipLatents, pipeline: str) -> bytes:
    """Safetensors in float16, with the format and the pipeline's class in the header."""
    tensors = {"picture": _half(kept.picture)}
    if kept.sound is not None:
        tensors["sound"] = _half(kept.sound)
    # One entry: safetensors writes several in any order, and equal latents are to be equal bytes.
    return save(tensors, {FORMAT: pipeline})


def from_bytes(data: bytes, pipeline: str) -> ClipLatents:
    """The latents that ``to_bytes`` wrote.

    Raises:
        ValueError: these are none, or none of this kind of model.
    """
    named = _metadata(data)
    if FORMAT not in named:
        raise ValueError("these are no latents of a clip")
    if named[FORMAT] != pipeline:
        raise ValueError(f"latents of {named[FORMAT]} are nothing to {pipeline}")
    try:
        tensors = load(data)
    except (SafetensorError, ValueError) as error:
        raise ValueError(f"latents that cannot be read: {error}") from None
    picture, sound = tensors.get("picture"), tensors.get("sound")
    if picture is None or picture.ndim != 5 or (sound is not None and sound.ndim != 3):
        raise ValueError("latents without a picture in them")
    for tensor in tensors.values():
        if tensor.dtype != torch.float16 or not bool(torch.isfinite(tensor).all()):
            raise ValueError("latents that are no finite numbers")
    return ClipLatents(picture.float(), None if sound is None else sound.float())


def stretched(latents: Tensor, length: int, axis: int) -> Tensor:
    """Latents of another length along ``axis``: a longer one is cut, a shorter goes to and fro."""
    own = latents.shape[axis]
    folded = torch.arange(length) % max(1, 2 * own - 2)
    # To and fro: a longer remix would otherwise jump where its parent ended.
    return latents.index_select(axis, torch.where(folded < own, folded, 2 * own - 2 - folded))


def renoised(noise: Tensor, parent: Tensor, strength: float) -> Tensor:
    """``parent`` at the noise level ``strength``: (1 - s) parent + s noise.

    Raises:
        ValueError: the parent has another size.
    """
    if parent.shape != noise.shape:
        sizes = f"{tuple(parent.shape)} are nothing to {tuple(noise.shape)}"
        raise ValueError(f"latents of the size {sizes}")
    return torch.lerp(parent.to(noise), noise, strength)


def _metadata(data: bytes) -> Mapping[str, str]:
    length = int.from_bytes(data[:_LENGTH], "little")
    try:
        header = msgspec.json.decode(data[_LENGTH : _LENGTH + length], type=dict[str, object])
        return msgspec.convert(header.get("__metadata__", {}), dict[str, str])
    except msgspec.MsgspecError:
        raise ValueError("these are no latents of a clip") from None


def _half(tensor: Tensor) -> Tensor:
    # Half of float32, and finer than the bfloat16 in which models compute.
    return tensor.detach().half().cpu().contiguous()
