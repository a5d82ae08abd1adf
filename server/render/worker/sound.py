"""The sound of a clip: samples to Opus, encoded once, for every listener and for the file."""

from io import BytesIO
from typing import Final

import av
import numpy as np
from av.audio.resampler import AudioResampler

from phosphene.render.worker.renderer import Sound

RATE: Final = 48_000
"""Ticks of Opus in a second, whatever the sound was made with (RFC 7587)."""

BITS_PER_CHANNEL: Final = 64_000
LAYOUTS: Final = ("mono", "stereo")


def to_ogg(sound: Sound, seconds: float) -> bytes:
    """The sound as Opus in Ogg, cut or filled with silence to a length in seconds.

    Raises:
        ValueError: it has more than two channels, none at all, or samples that are no numbers.
    """
    channels = len(sound.samples)
    if not 1 <= channels <= len(LAYOUTS) or not np.isfinite(sound.samples).all():
        raise ValueError(f"a sound of {channels} channels, or with samples that are no numbers")
    file = BytesIO()
    layout = LAYOUTS[channels - 1]
    with av.open(file, "w", format="ogg") as target:
        stream = target.add_stream("libopus", rate=RATE, layout=layout)
        stream.bit_rate = BITS_PER_CHANNEL * channels
        resampler = AudioResampler(format="fltp", layout=layout, rate=RATE)
        for frame in [*resampler.resample(_frame(sound, seconds)), *resampler.resample(None)]:
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return file.getvalue()


def opus_packets(ogg: bytes) -> list[bytes]:
    """The Opus packets of ``to_ogg``, of 20 ms each, in order."""
    with av.open(BytesIO(ogg), "r") as source:
        return [bytes(packet) for packet in source.demux(audio=0) if packet.size]


def _frame(sound: Sound, seconds: float) -> av.AudioFrame:
    wanted = round(seconds * sound.rate)
    samples = np.zeros((len(sound.samples), wanted), np.float32)
    kept = min(wanted, sound.samples.shape[1])
    samples[:, :kept] = sound.samples[:, :kept].clip(-1, 1)
    frame = av.AudioFrame.from_ndarray(samples, "fltp", LAYOUTS[len(samples) - 1])
    frame.rate = sound.rate
    return frame
