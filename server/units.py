"""Encoded pictures of a clip on air, and the sizes in which they are encoded."""

from typing import Final, Literal

from msgspec import Struct


class Unit(Struct, frozen=True, array_like=True):
    """One encoded picture of a clip on air: what every viewer is sent.

    ``pts`` counts ticks of 1/fps since the clip went on air, ``frame`` is the picture's place in
    the clip, ``sigma`` its noise level (0 is final), ``data`` an H.264 access unit in Annex B
    form, or a VP8 frame in that rendition. Units of the ``final`` run, in order, are the finished
    clip.

    ``sound`` holds Opus packets of 20 ms of a clip that has sound: in its final run the packets k
    with ``frame`` <= k * fps / 50 < ``frame`` + 1; before it, of what is heard while it forms, the
    last packets that end by the tick ``pts`` + 1 (``mux.sound_times``).
    """

    pts: int
    key: bool
    frame: int
    sigma: float
    final: bool
    data: bytes
    sound: tuple[bytes, ...] = ()


RenditionName = Literal["full", "half", "vp8"]
"""How the pictures of a clip on air are encoded: H.264, always; H.264 of half the width and height,
and VP8, while somebody asks for it."""

HALF_SHARE: Final = 0.3
"""Of the full picture's bits, for a quarter of its pixels."""


def half_size(width: int, height: int) -> tuple[int, int]:
    """The size of the half rendition, in even numbers as I420 wants them."""
    return max(2, width // 4 * 2), max(2, height // 4 * 2)
