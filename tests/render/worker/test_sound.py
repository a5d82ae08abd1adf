"""Samples to Opus, and which packets belong to which frame."""

import av
import numpy as np
import pytest

from phosphene.mux import first_packet, heard_with
from phosphene.render.worker.renderer import Sound
from phosphene.render.worker.sound import LAG, RATE, SoundEncoder, opus_packets


def tone(seconds: float, rate: int, channels: int = 2) -> Sound:
    """440 Hz, half as loud as can be."""
    wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)
    return Sound(np.tile(wave.astype(np.float32), (channels, 1)), rate)


def decoded(packets: list[bytes], channels: int) -> np.ndarray:
    """Samples of some packets, (channels, n)."""
    codec = av.CodecContext.create("libopus", "r")
    codec.sample_rate, codec.layout = RATE, ("mono", "stereo")[channels - 1]
    frames = [frame for packet in packets for frame in codec.decode(av.Packet(packet))]
    made = np.concatenate([frame.to_ndarray() for frame in frames], 1)
    made = made.reshape(-1, channels).T if len(made) == 1 else made
    return made / 32768 if made.dtype == np.int16 else made


@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (24_000, 2), (48_000, 2)])
def test_a_tone_comes_back_as_that_tone(rate: int, channels: int) -> None:
    heard = decoded(opus_packets(tone(1.0, rate, channels), 1.0), channels)[0]
    assert len(heard) == RATE
    loudest = np.abs(np.fft.rfft(heard[:RATE])).argmax() * RATE / len(heard[:RATE])
    assert abs(loudest - 440) < 2


def test_a_sound_is_cut_to_the_length_of_the_clip() -> None:
    assert len(opus_packets(tone(1.0, 48_000), 0.5)) == 25
    assert len(opus_packets(tone(1.0, 24_000), 0.5)) == 25


def test_with_each_quarter_of_a_second_there_are_the_packets_of_its_frames() -> None:
    """Steering may change the next quarter: what is heard with this one cannot wait for it."""
    samples, encoder = tone(2.0, 48_000).samples, SoundEncoder(2.0)
    for quarter in range(8):
        encoder.add_sound(Sound(samples[:, quarter * 12_000 : (quarter + 1) * 12_000], 48_000))
        assert len(encoder.packets) >= first_packet((quarter + 1) * 6, 24)
    assert len(encoder.packets) == 100
    heard = decoded(encoder.packets, 2)[0]
    whole = decoded(opus_packets(tone(2.0, 48_000), 2.0), 2)[0]
    assert np.abs(heard[LAG + 4000 : -4000] - whole[4000 : -4000 - LAG]).max() < 0.02


def test_each_packet_is_heard_with_one_frame_and_in_order() -> None:
    made = opus_packets(tone(1.0, 48_000), 1.0)
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
        opus_packets(Sound(samples.astype(np.float32), 48_000), 1.0)
