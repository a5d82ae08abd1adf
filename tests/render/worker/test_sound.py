"""Samples to Opus, and which packets belong to which frame."""

from io import BytesIO

import av
import numpy as np
import pytest

from phosphene.mux import heard_with
from phosphene.render.worker.renderer import Sound
from phosphene.render.worker.sound import RATE, opus_packets, to_ogg


def tone(seconds: float, rate: int, channels: int = 2) -> Sound:
    """440 Hz, half as loud as can be."""
    wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)
    return Sound(np.tile(wave.astype(np.float32), (channels, 1)), rate)


@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (24_000, 2), (48_000, 2)])
def test_a_tone_comes_back_as_that_tone(rate: int, channels: int) -> None:
    ogg = to_ogg(tone(1.0, rate, channels), 1.0)
    with av.open(BytesIO(ogg), "r") as file:
        assert file.streams.audio[0].codec_context.name == "opus"
        assert file.streams.audio[0].codec_context.channels == channels
        heard = np.concatenate([frame.to_ndarray() for frame in file.decode(audio=0)], 1)[0]
    assert abs(len(heard) - RATE) <= 1000
    loudest = np.abs(np.fft.rfft(heard[:RATE])).argmax() * RATE / len(heard[:RATE])
    assert abs(loudest - 440) < 2


def test_a_sound_is_cut_or_filled_to_the_length_of_the_clip() -> None:
    for seconds in (0.5, 2.0):
        count = len(opus_packets(to_ogg(tone(1.0, 48_000), seconds)))
        assert abs(count - seconds * 50) <= 1


def test_each_packet_is_heard_with_one_frame_and_in_order() -> None:
    made = opus_packets(to_ogg(tone(1.0, 48_000), 1.0))
    for fps in (16, 24, 25):
        heard = [one for frame in range(fps) for one in heard_with(made, frame, fps)]
        assert heard == made[: len(heard)]
        assert len(heard) == 50


@pytest.mark.parametrize(
    "samples",
    [np.zeros((0, 9)), np.zeros((3, 9)), np.full((1, 9), np.nan)],
    ids=["none", "three", "nan"],
)
def test_what_is_no_sound_is_refused(samples: np.ndarray) -> None:
    with pytest.raises(ValueError, match="a sound of"):
        to_ogg(Sound(samples.astype(np.float32), 48_000), 1.0)
