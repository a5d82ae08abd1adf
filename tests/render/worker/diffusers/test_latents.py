"""Latents as bytes, stretched and re-noised."""

import pytest
import torch

from phosphene.render.worker.diffusers.latents import (
    ClipLatents,
    from_bytes,
    renoised,
    stretched,
    to_bytes,
)

PICTURE = torch.randn(1, 16, 3, 4, 2, generator=torch.Generator().manual_seed(1))
SOUND = torch.randn(1, 9, 8, generator=torch.Generator().manual_seed(2))


@pytest.mark.parametrize("sound", [None, SOUND])
def test_what_is_kept_comes_back_to_half_precision(sound: torch.Tensor | None) -> None:
    data = to_bytes(ClipLatents(PICTURE, sound), "WanPipeline")
    assert data == to_bytes(ClipLatents(PICTURE, sound), "WanPipeline")
    back = from_bytes(data, "WanPipeline")
    assert torch.equal(back.picture, PICTURE.half().float())
    assert (back.sound is None) == (sound is None)
    if back.sound is not None and sound is not None:
        assert torch.equal(back.sound, sound.half().float())


def test_what_cannot_be_used_is_refused() -> None:
    good = to_bytes(ClipLatents(PICTURE), "WanPipeline")
    broken = to_bytes(ClipLatents(torch.full_like(PICTURE, float("nan"))), "WanPipeline")
    flat = to_bytes(ClipLatents(PICTURE[0]), "WanPipeline")
    for data in (b"", b"\xff" * 64, good[:-9], broken, flat):
        with pytest.raises(ValueError, match="latents"):
            from_bytes(data, "WanPipeline")
    with pytest.raises(ValueError, match="WanPipeline are nothing to LTXPipeline"):
        from_bytes(good, "LTXPipeline")


def test_a_longer_clip_goes_to_and_fro_and_a_shorter_one_is_cut() -> None:
    row = torch.arange(4.0).view(1, 1, 4, 1, 1)
    assert stretched(row, 9, 2).flatten().tolist() == [0, 1, 2, 3, 2, 1, 0, 1, 2]
    assert stretched(row, 2, 2).flatten().tolist() == [0, 1]
    assert stretched(row[:, :, :1], 3, 2).flatten().tolist() == [0, 0, 0]


def test_noise_and_parent_are_mixed_by_strength() -> None:
    noise = torch.ones_like(PICTURE)
    assert torch.equal(renoised(noise, PICTURE, 0.0), PICTURE)
    assert torch.equal(renoised(noise, PICTURE, 1.0), noise)
    assert torch.allclose(renoised(noise, PICTURE, 0.25), 0.75 * PICTURE + 0.25)
    with pytest.raises(ValueError, match="size"):
        renoised(noise[:, :, :2], PICTURE, 0.5)
