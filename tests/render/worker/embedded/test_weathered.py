import numpy as np

from phosphene.render.worker.embedded.stems import with_stems
from phosphene.render.worker.embedded.weathered import veil_of, weathered

GREEN = np.zeros((4, 96, 96), np.float32)
GREEN[1, 40:], GREEN[3, 40:] = 0.5, 1.0
SKY = np.full((4, 96, 96), 0.6, np.float32)


def luma(plate: np.ndarray, rows: slice) -> float:
    return float(plate[:3, rows].mean())


def test_snow_lies_on_top_and_fog_fades_what_is_far_and_rain_darkens() -> None:
    snow = weathered(GREEN, SKY, veil_of("hills", "snow"), 2, 0.0)
    assert luma(snow, slice(40, 44)) > luma(snow, slice(80, 96)) > luma(GREEN, slice(80, 96))
    far, near = (weathered(GREEN, SKY, veil_of("hills", "fog"), k, 0.0) for k in (0, 2))
    assert luma(far, slice(40, 96)) > luma(near, slice(40, 96)) > luma(GREEN, slice(40, 96))
    storm = weathered(GREEN, SKY, veil_of("hills", "storm"), 1, 0.0)
    assert luma(storm, slice(40, 96)) < luma(GREEN, slice(40, 96))


def test_nothing_lies_on_clear_land_nor_on_what_is_noise() -> None:
    assert veil_of("hills", "clear") is None
    assert np.array_equal(weathered(GREEN, SKY, None, 0, 0.0), GREEN)
    assert np.array_equal(weathered(GREEN, SKY, veil_of("hills", "snow"), 0, 1.0), GREEN)


def test_a_lamp_in_the_air_gets_a_post_and_a_bowl_on_its_foot_none() -> None:
    land = GREEN.copy()
    land[:, 20:26, 30:36] = 0.8
    stood = with_stems(land)
    assert stood[3, 20:, 33].min() >= np.float32(0.8)
    assert np.array_equal(stood[:, :, 40:], land[:, :, 40:])
    bowl = GREEN.copy()
    bowl[:, 20:26, 30:42] = 0.8
    bowl[:, 26:40, 36:38] = 0.8
    assert with_stems(bowl) is bowl
    assert with_stems(GREEN) is GREEN
