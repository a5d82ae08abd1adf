"""Decoded frames to I420."""

import av
import torch

from phosphene.render.worker.diffusers.pictures import to_i420

COLOURS = [(0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (1.0, 0.0, 0.0), (0.1, 0.7, 0.3), (0.2, 0.2, 0.9)]


def test_a_colour_is_that_of_bt709_in_limited_range() -> None:
    frames = torch.tensor(COLOURS).T[:, :, None, None].expand(3, len(COLOURS), 8, 12)
    for picture, colour in zip(to_i420(frames), COLOURS, strict=True):
        assert picture.shape == (12, 12)
        frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
        back = frame.to_ndarray(format="rgb24", src_colorspace="ITU709", src_color_range="MPEG")
        assert abs(back[4, 6].astype(float) / 255 - colour).max() < 0.02


def test_what_lies_outside_is_cut() -> None:
    (low, high) = to_i420(torch.tensor([-3.0, 7.0])[None, :, None, None].expand(3, 2, 4, 4))
    assert (low[:4] == 16).all()
    assert (high[:4] == 235).all()
