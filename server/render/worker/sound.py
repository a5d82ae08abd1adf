"""The sound of a clip: samples to Opus, encoded once, for every listener and for the files."""

from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext

from phosphene.mux import PER_SECOND
from phosphene.render.worker.renderer import Patch, Sound

RATE: Final = 48_000
"""Ticks of Opus in a second, whatever the sound was made with (RFC 7587)."""
PACKET: Final = RATE // PER_SECOND

# In stereo 121 to 124 kbit/s come of it, for 9 ms of CPU a second (bench.sound).
BITS_PER_CHANNEL: Final = 64_000
LAYOUTS: Final = ("mono", "stereo")

LAG: Final = PACKET // 2
"""Samples by which a sound that comes piece by piece is late. A quarter of a second is 12.5
packets: the 13th, which begins with the quarter's last picture, would need 10 ms of the next
quarter, which may still be steered. Ears take no offence below 45 ms (ITU-R BT.1359)."""

# Packets of the forming that one picture can bring: more came too late to be heard in time.
CATCH_UP: Final = -(-PER_SECOND // 4)


class SoundEncoder:
    """The Opus packets of one clip, of so many seconds, fed piece by piece.

    With the sound of each final patch there are the packets of all its frames; at the end they are
    ``seconds`` times 50, whatever was given: the rest is cut.
    """

    def __init__(self, seconds: float) -> None:
        # The packets that went on air are those of the file: made again from the samples as a whole
        # only 67 of 301 came out equal.
        self.packets: list[bytes] = []
        self._count = round(seconds * PER_SECOND)
        self._seconds = seconds
        self._codec: AudioCodecContext | None = None
        self._given = 0.0

    def add_sound(self, sound: Sound) -> None:
        """Encode the next piece.

        Raises:
            ValueError: it has more than two channels, none at all, or samples that are no numbers.
        """
        channels = len(sound.samples)
        if not 1 <= channels <= len(LAYOUTS) or not np.isfinite(sound.samples).all():
            raise ValueError(f"a sound of {channels} channels, or with samples that are no numbers")
        whole = sound.samples.shape[1] >= self._seconds * sound.rate
        if self._codec is None:
            self._codec = open_opus(channels)
            if not whole:
                self._encode(Sound(np.zeros((channels, LAG), np.float32), RATE))
        self._encode(sound)
        self._given += sound.samples.shape[1] / sound.rate
        if self._given >= self._seconds:
            self._take(self._codec.encode(None))

    def _encode(self, sound: Sound) -> None:
        assert self._codec is not None
        if len(self.packets) < self._count:
            self._take(self._codec.encode(frame_of(sound)))

    def _take(self, packets: Iterable[Any]) -> None:
        room = self._count - len(self.packets)
        self.packets += [bytes(packet) for packet in islice(packets, room)]


class FormingEncoder:
    """The Opus packets of what is heard while a clip forms, in ticks of 1/``fps`` since it is on
    air: a stream of its own, since nobody knows beforehand when the run begins."""

    def __init__(self, fps: int) -> None:
        self._fps = fps
        self._codec: AudioCodecContext | None = None
        self._next = 0
        self._sigma: float | None = None

    def encode_until(self, patch: Patch, tick: int) -> tuple[bytes, ...]:
        """The packets that end by the end of this tick and were not encoded yet. A packet that
        reached into the next tick would be in the way of a run that begins there."""
        if patch.hum is None:
            return ()
        stop = (tick + 1) * PER_SECOND // self._fps
        first = max(self._next, stop - CATCH_UP)
        if first >= stop:
            return ()
        sound = patch.hum(first * PACKET, (stop - first) * PACKET, self._sigma)
        self._codec = self._codec or open_opus(len(sound.samples))
        self._next, self._sigma = stop, patch.sigma
        return tuple(bytes(packet) for packet in self._codec.encode(frame_of(sound)))


def opus_packets(sound: Sound, seconds: float) -> list[bytes]:
    """The Opus packets of a whole sound, of 20 ms each, cut to a length in seconds."""
    encoder = SoundEncoder(seconds)
    encoder.add_sound(sound)
    return encoder.packets


def open_opus(channels: int) -> AudioCodecContext:
    """An encoder that takes pieces of any length and rate and gives packets of 20 ms."""
    codec = av.CodecContext.create("libopus", "w")
    if not isinstance(codec, AudioCodecContext):
        raise TypeError("libopus is no audio codec here")
    codec.sample_rate, codec.layout = RATE, LAYOUTS[channels - 1]
    codec.format, codec.bit_rate = "flt", BITS_PER_CHANNEL * channels
    return codec


def frame_of(sound: Sound) -> av.AudioFrame:
    """Samples as a codec takes them."""
    samples = np.ascontiguousarray(sound.samples.clip(-1, 1), np.float32)
    frame = av.AudioFrame.from_ndarray(samples, "fltp", LAYOUTS[len(samples) - 1])
    frame.rate = sound.rate
    return frame
