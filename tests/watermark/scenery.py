"""Pictures to mark: hills and clouds that drift, 576x1024."""

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 576, 1024


def scene(frame: int = 0) -> NDArray[np.uint8]:
    """One picture (I420)."""
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    sky = 200 - down / 12
    hills = 40 * np.sin((across + 3 * frame) / 90) + 14 * np.sin((across + down) / 23 + frame / 4)
    luma = np.where(down > 600 + hills, 90 + 20 * np.sin(down / 9 + across / 31), sky)
    chance = np.random.default_rng(frame).normal(0, 1.0, luma.shape)
    colour = np.full((HEIGHT // 2, WIDTH), 128, np.uint8)
    return np.concatenate([np.clip(luma + chance, 16, 235).astype(np.uint8), colour])
