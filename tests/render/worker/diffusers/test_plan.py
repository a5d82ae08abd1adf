"""Sizes and frames by a model's own rules."""

import pytest

from phosphene.render.diffusers_families import PIPELINES
from phosphene.render.worker.diffusers.plan import MOST_PIXELS, Timeline, chunks, finished, size


@pytest.mark.parametrize("grid", [2, 8, 16, 32])
@pytest.mark.parametrize("area", sorted({spec.area for spec in PIPELINES} | {8192}))
def test_a_size_is_upright_fits_the_grid_and_the_encoder(area: int, grid: int) -> None:
    width, height = size(area, grid)
    assert width % grid == height % grid == width % 4 == height % 4 == 0
    assert width * height <= MOST_PIXELS
    assert width < height
    if area > 100_000:
        assert abs(width * 16 / (height * 9) - 1) < 0.08
        assert width * height > 0.75 * min(area, MOST_PIXELS)


def test_wan_has_one_frame_and_then_four_to_a_latent_frame() -> None:
    timeline = Timeline(4)
    assert [timeline.first_frame(latent) for latent in (0, 1, 2, 21)] == [0, 1, 5, 81]
    assert timeline.latents_for(80) == 21
    assert timeline.latents_for(81, block=5) == 25


def test_helios_begins_anew_with_every_window() -> None:
    timeline = Timeline(4, window=9)
    assert [timeline.first_frame(latent) for latent in (8, 9, 10, 18)] == [29, 33, 34, 66]
    assert timeline.latents_for(34, block=9) == 18


@pytest.mark.parametrize("timeline", [Timeline(4), Timeline(8), Timeline(4, 9)])
def test_every_frame_lies_in_its_latent_frame(timeline: Timeline) -> None:
    for frame in range(260):
        latent = timeline.latent_of(frame)
        assert timeline.first_frame(latent) <= frame < timeline.first_frame(latent + 1)
        assert timeline.first_frame(timeline.latents_for(frame + 1)) > frame


def test_chunks_go_on_as_the_pattern_goes() -> None:
    assert chunks(21, (1, 3)) == (1, 3, 3, 3, 3, 3, 3, 2)
    assert chunks(18, (9,)) == (9, 9)
    assert chunks(1, (1, 3)) == (1,)
    assert chunks(4, (9,)) == (4,)


@pytest.mark.parametrize(
    ("pattern", "timeline", "fps", "seconds", "kept", "latents", "stay"),
    [
        ((9,), Timeline(4, 9), 24, 5, 1, 99, 1),  # of 33 frames the first has all 24
        ((9,), Timeline(4, 9), 24, 5, 2, 99, 2),
        ((9,), Timeline(4, 9), 24, 4, 3, 99, 2),  # 72 frames end in the last chunk: it is drawn
        ((9,), Timeline(4, 9), 24, 4, 4, 99, 3),  # nothing is to be drawn
        ((1, 3), Timeline(4), 16, 2, 1, 99, 3),  # frames 0, 1..12, 13..24
        ((1, 3), Timeline(4), 16, 2, 1, 5, 2),  # of the third chunk there is only a part
        ((1, 3), Timeline(4), 16, 2, 1, 0, 0),
    ],
)
def test_of_a_clip_that_goes_on_whole_chunks_stay(
    pattern: tuple[int, ...],
    timeline: Timeline,
    fps: int,
    seconds: int,
    kept: int,
    latents: int,
    stay: int,
) -> None:
    sizes = chunks(timeline.latents_for(seconds * fps, pattern[0]), pattern)
    assert finished(sizes, timeline, kept * fps, seconds * fps, latents) == stay
