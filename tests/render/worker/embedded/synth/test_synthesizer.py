"""The sound of a clip: equal for equal recipes, causal, without a click, of the right loudness."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest

from phosphene.render.worker.embedded.firework_bursts import openings
from phosphene.render.worker.embedded.synth.clock import QUARTER, RATE, Floats
from phosphene.render.worker.embedded.synth.place_sounds import LATE
from tests.breadth import few_of
from tests.render.worker.embedded.synth.sounding import (
    above,
    cue,
    loudness,
    score_of,
    sound_of,
    tune,
)

pytestmark = pytest.mark.slow

HASHED = """
import hashlib
from tests.render.worker.embedded.synth.sounding import cue, score_of, sound_of, tune
print(hashlib.sha256(sound_of(score_of(2), cue(), tune()).tobytes()).hexdigest())
"""


def bends(samples: Floats) -> Floats:
    """How sharply the wave bends at each sample: a click stands out of it."""
    made: Floats = np.abs(np.diff(samples, 2)).max(0)
    return made


@pytest.mark.breadth
@pytest.mark.process
def test_another_process_makes_the_same_bytes() -> None:
    here = hashlib.sha256(sound_of(score_of(2), cue(), tune()).tobytes()).hexdigest()
    there = subprocess.check_output([sys.executable, "-c", HASHED], text=True)
    assert there.strip() == here


def test_a_quarter_of_a_second_depends_on_nothing_that_comes_after_it() -> None:
    longer, other = score_of(3), score_of(3)
    other[2:] = 0.4
    one, two = (sound_of(score, cue(), tune()) for score in (longer, other))
    assert np.array_equal(one[:, : 8 * QUARTER], two[:, : 8 * QUARTER])
    assert not np.array_equal(one, two)


def test_a_clip_is_steered_from_a_quarter_on() -> None:
    rainy = cue(weather="rain", mood="dreamy", motion="hop", place="sea")
    plain = sound_of(score_of(3), cue(), tune())
    steered = sound_of(score_of(3), cue(), tune(), {5: rainy})
    assert np.array_equal(plain[:, : 5 * QUARTER], steered[:, : 5 * QUARTER])
    assert not np.array_equal(plain[:, 5 * QUARTER :], steered[:, 5 * QUARTER :])
    sharp = bends(steered)
    assert sharp[5 * QUARTER - 4 : 5 * QUARTER + 4].max() < 2 * np.quantile(sharp, 0.999)


def test_clips_of_the_same_words_and_other_seeds_differ() -> None:
    one, two = (sound_of(score_of(), cue(), tune(seed)) for seed in (3, 4))
    alike = float((one * two).sum() / np.sqrt((one**2).sum() * (two**2).sum()))
    assert abs(alike) < 0.3


@pytest.mark.parametrize("weather", ["clear", "rain"])
@pytest.mark.parametrize("mood", few_of(("calm", "cheerful", "gloomy", "dreamy"), ("cheerful",)))
def test_nothing_clicks_at_the_borders_of_quarters(mood: str, weather: str) -> None:
    heard = cue(mood=mood, weather=weather, motion="hop")
    samples = sound_of(score_of(hops=0.8), heard, tune())
    sharp = bends(samples)
    borders = range(QUARTER, samples.shape[1] - 4, QUARTER)
    assert max(sharp[at - 4 : at + 3].max() for at in borders) < 2 * np.quantile(sharp, 0.999)
    assert np.abs(samples).max() < 0.9


def test_a_clip_ends_and_begins_in_silence() -> None:
    """Players that loop it join its end to its beginning; the last 10 ms are cut on air."""
    samples = sound_of(score_of(), cue(), tune())
    assert not samples[:, 0].any()
    assert not samples[:, -480:].any()
    assert np.abs(samples[:, :48]).max() < 0.05
    assert np.abs(samples[:, -960:]).max() < 0.2


def test_every_place_is_about_as_loud_and_a_phone_plays_it() -> None:
    score = score_of(4)
    heard = {}
    for place in ("hills", "sea", "city", "underwater", "forest"):
        samples = sound_of(score, cue(place=place), tune())
        heard[place] = loudness(samples), loudness(above(samples, 300))
    assert all(-24 < loud < -16 for loud, _ in heard.values()), heard
    assert all(loud - phone < 6 for loud, phone in heard.values()), heard


def test_a_place_without_a_subject_is_heard() -> None:
    samples = sound_of(score_of(2), cue(subject="nothing"), tune())
    assert -27 < loudness(samples) < -15


def test_what_the_world_learns_later_has_a_sound_too() -> None:
    new = cue(subject="gramophone", place="moonbase", weather="hail", mood="proud", time="noon")
    samples = sound_of(score_of(2), new, tune())
    assert -27 < loudness(samples) < -15


def test_a_bang_is_heard_where_a_firework_opens() -> None:
    quiet, loud = (
        sound_of(score_of(), cue(weather=weather, place="sea"), tune())
        for weather in ("clear", "fireworks")
    )
    added = np.abs(loud - quiet).max(0)
    opened = [when + LATE for when, _ in openings(0, 3)]
    assert len(opened) >= 4
    first = min(opened)
    assert added[: int(first * RATE) - 64].max() < 1e-6
    for when in opened:
        assert added[int(when * RATE) : int((when + 0.2) * RATE)].max() > 0.01


@pytest.mark.parametrize("place", ["mountains", "city", "sea"])
def test_a_storm_is_hardly_louder_than_other_weather(place: str) -> None:
    assert -22 < loudness(sound_of(score_of(), cue(weather="storm", place=place), tune())) < -17


def test_rain_on_a_roof_is_duller_than_rain_in_the_street() -> None:
    def added(place: str) -> float:
        """How much more of it is above 2 kHz with rain than without, beside what is below, dB."""
        wet, dry = (
            sound_of(score_of(), cue(weather=weather, place=place), tune())
            for weather in ("rain", "clear")
        )
        rain = wet - dry
        high = np.abs(above(rain, 2000)).mean()
        return float(20 * np.log10(high / np.abs(rain - above(rain, 2000)).mean()))

    assert added("room") < added("street") - 6
