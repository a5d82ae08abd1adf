"""Streaming decode is the model's own decode, to the last bit."""

import torch

from phosphene.render.worker.diffusers.decoder import StreamingDecoder, WholeDecoder, decoder_of
from tests.render.worker.diffusers import tiny

LATENTS = torch.randn(1, 16, 4, 3, 2, generator=torch.Generator().manual_seed(1))
FRAMES = torch.split(LATENTS, 1, 2)


def test_frame_by_frame_is_bit_identical_with_the_whole() -> None:
    vae = tiny.wan_vae()
    decoder = decoder_of(vae)
    assert isinstance(decoder, StreamingDecoder)
    with torch.no_grad():
        whole = vae.decode(LATENTS, return_dict=False)[0]
        parts = list(decoder.decode_next(LATENTS))
    assert [part.shape[2] for part in parts] == [1, 4, 4, 4]
    assert torch.equal(torch.cat(parts, 2), whole)
    assert decoder.fed == 4


def test_a_look_ahead_shows_what_will_come_and_changes_nothing() -> None:
    decoder = StreamingDecoder(tiny.wan_vae())
    with torch.no_grad():
        list(decoder.decode_next(LATENTS[:, :, :2]))
        ahead = decoder.decode_preview(LATENTS[:, :, 2:])
        assert torch.equal(decoder.decode_preview(LATENTS[:, :, 2:]), ahead)
        assert torch.equal(torch.cat(list(decoder.decode_next(LATENTS[:, :, 2:])), 2), ahead)


def test_two_clips_share_a_decoder_and_a_restart_forgets() -> None:
    vae = tiny.wan_vae()
    one, other = StreamingDecoder(vae), StreamingDecoder(vae)
    with torch.no_grad():
        alone = [pixels for frame in FRAMES for pixels in one.decode_next(frame)]
        one.restart_stream()
        mixed: list[torch.Tensor] = []
        for frame in FRAMES:
            mixed += one.decode_next(frame)
            list(other.decode_next(-frame))
    assert torch.equal(torch.cat(mixed, 2), torch.cat(alone, 2))


def test_a_decoder_that_is_not_causal_works_at_once() -> None:
    vae = tiny.MAKERS["ltx"]().vae
    decoder = decoder_of(vae)
    assert isinstance(decoder, WholeDecoder)
    latents = torch.randn(1, 8, 2, 2, 2, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        (pixels,) = decoder.decode_next(latents)
    assert torch.equal(decoder.decode_preview(latents), pixels)
    assert decoder.fed == 2
