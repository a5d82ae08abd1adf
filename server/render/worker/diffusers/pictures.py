"""Decoded frames as the encoder wants them: I420, BT.709, limited range."""

import torch
from torch import Tensor
from torch.nn import functional

from phosphene.render.worker.renderer import Picture


def to_i420(frames: Tensor) -> list[Picture]:
    """Frames (3, n, height, width) in 0..1 as pictures; height and width are multiples of 4."""
    red, green, blue = frames.float().clamp(0, 1)
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    chroma = torch.stack([(blue - luma) / 1.8556, (red - luma) / 1.5748], 1)
    half = functional.avg_pool2d(chroma, 2)
    count, _, height, width = half.shape
    bottom = (128 + 224 * half).reshape(count, height, 2 * width)
    planes = torch.cat([16 + 219 * luma, bottom], 1)
    return list(planes.round().to(torch.uint8).cpu().numpy())
