"""Latents to pixels, a few frames at a time where the decoder is causal."""

from collections.abc import Iterator
from typing import Any, Protocol

import torch
from diffusers import AutoencoderKLWan
from diffusers.models.autoencoders.autoencoder_kl_wan import unpatchify
from torch import Tensor


class Decoder(Protocol):
    """Turns the latents of one clip to pixels. ``fed`` counts the latent frames that it has had."""

    fed: int

    def restart_stream(self) -> None:
        """What comes next is decoded without what came before."""
        ...

    def decode_next(self, latents: Tensor, *given: Any) -> Iterator[Tensor]:
        """The next latents (1, C, n, h, w), as the VAE takes them: their frames (1, 3, m, H, W)
        in -1..1, in order, in as many portions as the decoder can make.

        ``given`` is what else the pipeline gives to its VAE's ``decode``.
        """
        ...

    def decode_preview(self, latents: Tensor) -> Tensor:
        """The frames that ``decode_next`` would give, all at once; nothing is remembered."""
        ...


class StreamingDecoder:
    """Frame by frame through the causal decoder of Wan, bit-identical with its ``decode``.

    Its convolutions remember the last frames they saw; a look ahead works on a copy of that.
    """

    def __init__(self, vae: Any) -> None:
        self._vae = vae
        # The VAE keeps what its convolutions remember in itself: with a memory for each clip
        # several are decoded in turns. The first frame of 21 latents is there after 0.05 s of 3.4.
        self._memory: list[Any] = []
        self.fed = 0

    def restart_stream(self) -> None:
        self._memory, self.fed = [], 0

    @torch.no_grad()
    def decode_next(self, latents: Tensor, *given: Any) -> Iterator[Tensor]:
        for frame in self._prepared(latents):
            pixels = self._decode(frame, self._memory, self.fed == 0)
            self.fed += 1
            yield pixels

    @torch.no_grad()
    def decode_preview(self, latents: Tensor) -> Tensor:
        memory = list(self._memory)
        frames = enumerate(self._prepared(latents), self.fed)
        return torch.cat([self._decode(one, memory, at == 0) for at, one in frames], 2)

    def _prepared(self, latents: Tensor) -> tuple[Tensor, ...]:
        hook = getattr(self._vae, "_hf_hook", None)
        if hook is not None:  # of accelerate: brings offloaded weights to the device
            hook.pre_forward(self._vae)
        # All at once, as the VAE does it: frame by frame it would round differently.
        return torch.split(self._vae.post_quant_conv(latents), 1, 2)

    def _decode(self, frame: Tensor, memory: list[Any], first: bool) -> Tensor:
        vae = self._vae
        if not memory:
            vae.clear_cache()
            memory.extend(vae._feat_map)
        pixels: Tensor = vae.decoder(frame, feat_cache=memory, feat_idx=[0], first_chunk=first)
        if vae.config.patch_size is not None:
            pixels = unpatchify(pixels, patch_size=vae.config.patch_size)
        return pixels.clamp(-1.0, 1.0)


class WholeDecoder:
    """All at once through the VAE's own ``decode``, called with whatever else it wants."""

    def __init__(self, vae: Any) -> None:
        self._vae = vae
        self.fed = 0

    def restart_stream(self) -> None:
        self.fed = 0

    def decode_next(self, latents: Tensor, *given: Any) -> Iterator[Tensor]:
        self.fed += latents.shape[2]
        yield self._decode(latents, *given)

    def decode_preview(self, latents: Tensor) -> Tensor:
        if not self._vae.config.get("timestep_conditioning", False):
            return self._decode(latents)
        return self._decode(latents, torch.zeros(1, device=latents.device, dtype=latents.dtype))

    @torch.no_grad()
    def _decode(self, latents: Tensor, *given: Any) -> Tensor:
        pixels: Tensor = self._vae.decode(latents, *given, return_dict=False)[0]
        return pixels


def decoder_of(vae: Any) -> Decoder:
    """The best decoder for one clip of a VAE."""
    # By class and not by trying: the VAEs of LTX and LTX-2 look at later frames too, and would give
    # other pixels frame by frame.
    causal = isinstance(vae, AutoencoderKLWan) and not vae.use_tiling
    return StreamingDecoder(vae) if causal else WholeDecoder(vae)
