"""What a clip shows while it is drawn: previews of each step, then its final frames."""

from collections.abc import Callable, Iterator
from functools import partial
from time import perf_counter
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from torch import Tensor
from torch.nn import functional

from phosphene.render.worker.diffusers.decoder import Decoder
from phosphene.render.worker.diffusers.latent_rgb import shrink_frames
from phosphene.render.worker.diffusers.pictures import to_i420
from phosphene.render.worker.diffusers.plan import Plan
from phosphene.render.worker.diffusers.preview_budget import PreviewBudget, can_afford
from phosphene.render.worker.diffusers.preview_cache import PreviewCache
from phosphene.render.worker.renderer import Draw, Keep, MakeSound, Patch, Picture


class PatchPosition(Struct, frozen=True):
    """Where in its clip a patch stands: ``step`` of ``steps`` of a chunk."""

    step: int
    steps: int
    chunk: int = 0
    chunks: int = 1


class PreviewPublisher:
    """Makes the patches of one clip and gives them to ``say``, which blocks while others draw.

    Frames beyond the ones that the clip shows are dropped.
    """

    def __init__(
        self,
        say: Callable[[Patch], Any],
        plan: Plan,
        decoder: Decoder,
        denormalise: Callable[[Tensor], Tensor],
        cache: PreviewCache,
    ) -> None:
        self._say = say
        self._plan = plan
        self._decoder = decoder
        self._denormalise = denormalise
        self._cache = cache
        self._revision = 0
        self._finals = 0
        self._held: list[Picture] | None = None
        self._colours: list[Tensor] = []
        self._resumed = perf_counter()
        self.budget = PreviewBudget()

    def hold_finals(self) -> None:
        """Keep final frames back until ``release_finals``."""
        self._held = []

    def release_finals(self, position: PatchPosition, sound: MakeSound | None) -> None:
        """Show the frames that were held, with their sound."""
        pictures, self._held = self._held or [], None
        self._publish_pictures(pictures, position, sound)

    def restart_decoder(self) -> None:
        """What is decoded next does not go on from what was decoded before."""
        self._decoder.restart_stream()

    def publish_preview(
        self, first: int, x0: Tensor, sigma: float, position: PatchPosition
    ) -> None:
        """A step predicts ``x0`` (1, C, n, h, w) for the latent frames from ``first`` on."""
        self._count_drawing()
        begun = perf_counter()
        # The best that time allows: the model's own decoder, a small one, and always the linear
        # map.
        draw = self._decoded(first, x0) or self._tiny(first, x0) or self._coloured(first, x0)
        took = perf_counter() - begun
        self.budget = replace(self.budget, previews=self.budget.previews + took)
        start = self._plan.timeline.first_frame(first)
        stop = min(self._plan.timeline.first_frame(first + x0.shape[2]), self._plan.shown)
        if start < stop:
            self._publish_patch(start, stop, sigma, draw, position)

    def publish_finals(
        self, latents: Tensor, position: PatchPosition, keep: Keep | None = None
    ) -> None:
        """The next latents (1, C, n, h, w) are final: decode and show them."""
        self.publish_decoded(self._denormalise(latents), (), position, keep)

    def publish_decoded(
        self, z: Tensor, given: tuple[Any, ...], position: PatchPosition, keep: Keep | None = None
    ) -> None:
        """Decode denormalised latents and show the frames that come of them.

        What was decoded already is passed over. ``keep`` makes the latents of all that is final
        with the last of these frames.
        """
        self._count_drawing()
        begun = perf_counter()
        for pixels in self._decoder.decode_next(z[:, :, self._decoder.fed :], *given):
            pictures = to_i420(pixels[0] / 2 + 0.5)
            parts = list(self._parts(pixels, z.shape[2]))
            self._cache.add_decode_time(perf_counter() - begun, len(parts))
            if self._cache.colours is None:
                self._colours += [shrink_frames(part, *z.shape[3:]) for part in parts]
            ends = self._decoder.fed == z.shape[2]
            self._publish_pictures(pictures, position, None, keep if ends else None)
            begun = perf_counter()

    def learn_colours(self, latents: Tensor) -> None:
        """All latents (1, C, T, h, w) of the clip that was decoded."""
        self._cache.fit_colours(latents, self._colours)

    def _parts(self, pixels: Tensor, latents: int) -> Iterator[Tensor]:
        """Frames (1, 3, m, H, W) latent frame by latent frame."""
        timeline = self._plan.timeline
        if pixels.shape[2] <= timeline.stride:
            yield pixels
            return
        for at in range(latents):
            yield pixels[:, :, timeline.first_frame(at) : timeline.first_frame(at + 1)]

    def _decoded(self, first: int, x0: Tensor) -> Draw | None:
        """Frames by the model's own decoder, where it stands there and time allows it."""
        window = self._plan.timeline.window
        stands = self._decoder.fed == (first % window if window else first)
        if not stands or not can_afford(self.budget, self._cache.decode_cost(x0.shape[2])):
            return None
        begun = perf_counter()
        pixels = self._decoder.decode_preview(self._denormalise(x0))
        pictures = to_i420(pixels[0] / 2 + 0.5)
        self._cache.add_decode_time(perf_counter() - begun, x0.shape[2])
        return partial(_pick, pictures, self._plan.timeline.first_frame(first))

    def _tiny(self, first: int, x0: Tensor) -> Draw | None:
        """Frames by the small decoder, where there is one and time allows it."""
        if not can_afford(self.budget, self._cache.tiny_cost(x0.shape[2])):
            return None
        begun = perf_counter()
        colours = self._cache.tiny_pictures(x0)
        self._cache.add_tiny_time(perf_counter() - begun, x0.shape[2])
        return partial(_blend, colours, first, self._plan)

    def _coloured(self, first: int, x0: Tensor) -> Draw:
        """Frames by the linear map, drawn when they are shown."""
        return partial(_blend, self._cache.linear_colours(x0), first, self._plan)

    def _publish_pictures(
        self,
        pictures: list[Picture],
        position: PatchPosition,
        sound: MakeSound | None,
        keep: Keep | None = None,
    ) -> None:
        if self._held is not None:
            self._held += pictures
            return
        start = self._finals
        stop = min(start + len(pictures), self._plan.shown)
        self._finals += len(pictures)
        if start < stop:
            draw = partial(_pick, pictures, start)
            self._publish_patch(
                start, stop, 0.0, draw, position, final=True, sound=sound, keep=keep
            )

    def _count_drawing(self) -> None:
        """Count the time since the clip went on as drawing."""
        now = perf_counter()
        self.budget = replace(self.budget, drawn=self.budget.drawn + now - self._resumed)
        self._resumed = now

    def _publish_patch(
        self,
        start: int,
        stop: int,
        sigma: float,
        draw: Draw,
        position: PatchPosition,
        *,
        final: bool = False,
        sound: MakeSound | None = None,
        keep: Keep | None = None,
    ) -> None:
        self._revision += 1
        patch = Patch(
            revision=self._revision,
            start=start,
            stop=stop,
            sigma=sigma,
            draw=draw,
            final=final,
            step=position.step,
            steps=position.steps,
            chunk=position.chunk,
            chunks=position.chunks,
            sound=sound,
            keep=keep,
        )
        self._say(patch)
        self._resumed = perf_counter()


def _pick(pictures: list[Picture], start: int, frame: int) -> Picture:
    if not 0 <= frame - start < len(pictures):
        raise IndexError(f"frame {frame} is not of this patch")
    return pictures[frame - start]


def _blend(colours: Tensor, first: int, plan: Plan, frame: int) -> Picture:
    """A frame of colours (n, 3, h, w) of the latent frames from ``first`` on.

    Between two latent frames one goes over into the other.
    """
    latent = plan.timeline.latent_of(frame)
    at = latent - first
    if not 0 <= at < len(colours):
        raise IndexError(f"frame {frame} is not of this patch")
    begins, ends = plan.timeline.first_frame(latent), plan.timeline.first_frame(latent + 1)
    share = (frame + 1 - begins) / (ends - begins)
    # A latent frame stands for four frames or more: unmixed a preview would go by fits and starts.
    mixed = colours[max(at - 1, 0)].lerp(colours[at], share)
    large = functional.interpolate(
        mixed[None], (plan.height, plan.width), mode="bilinear", antialias=False
    )
    return to_i420(large.transpose(0, 1))[0]
