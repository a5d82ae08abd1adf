"""What rings on from one quarter of a second to the next, and the answer of the room to it."""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.render.worker.embedded.synth.audible_motion import sides
from phosphene.render.worker.embedded.synth.chance import BANDS, LOOP, noise, pick
from phosphene.render.worker.embedded.synth.clock import QUARTER, RATE, TAIL, Floats
from phosphene.render.worker.embedded.synth.sound_table import Place

# Samples that a room answers: longer makes the transform of each quarter dearer, and the last of a
# long decay is below the air by then.
ANSWER: Final = 36_000
BLOCK: Final = QUARTER + ANSWER
# Where tunes are: there an answer is as loud as its place says. Levelled over the whole spectrum a
# tone came out 15 dB too loud, measured.
HEARD_HZ: Final = (150, 1200)
# So long before the end whatever rings begins to fade, since nothing rings into the beginning.
LEAVES_S: Final = 0.4


class Ringing:
    """Collects single sounds of a clip of so many ``samples``."""

    def __init__(self, samples: int) -> None:
        self._samples = samples
        self._dry = np.zeros((2, QUARTER + TAIL), np.float32)
        self._sent = np.zeros(QUARTER + TAIL, np.float32)
        self._answer = np.zeros((2, BLOCK), np.float32)

    def lay(self, at: int, sound: Floats, loud: float, pan: float = 0.0, wet: float = 0.3) -> None:
        """A sound from the sample ``at`` of this quarter on; ``loud`` in dB, ``wet``: how much of
        it the room hears. What is longer than TAIL is cut."""
        end = min(at + len(sound), self._dry.shape[1])
        gain, sound = 10 ** (loud / 20), sound[: end - at]
        for side, share in enumerate(sides(pan)):
            self._dry[side, at:end] += np.float32(gain * share) * sound
        self._sent[at:end] += np.float32(gain * wet) * sound

    def next_quarter(self, place: Place, number: int) -> Floats:
        """The quarter with this number, (2, QUARTER), in the room of a place."""
        # One transform a quarter for all that sounds in it: with the rest a quarter takes 3.4 ms of
        # CPU, less than a picture.
        heard = np.fft.rfft(self._sent[:QUARTER], BLOCK)
        self._answer += np.fft.irfft(heard * _room(place), BLOCK)
        out = self._dry[:, :QUARTER] + self._answer[:, :QUARTER]
        for line in (self._dry, self._sent, self._answer):
            line[..., :-QUARTER] = line[..., QUARTER:]
            line[..., -QUARTER:] = 0
        left = self._samples - number * QUARTER - np.arange(QUARTER, dtype=np.float32)
        return np.asarray(out * np.clip(left / np.float32(LEAVES_S * RATE), 0, 1) ** 1.5)


@lru_cache(maxsize=40)
def _room(place: Place) -> NDArray[np.complex64]:
    """The spectrum of the answer of a room, left and right: noise that decays, the sooner the
    higher, as in Moorer, About this reverberation business, 1979."""
    t = np.arange(ANSWER, dtype=np.float32) / np.float32(RATE)
    answer = np.zeros((2, ANSWER), np.float32)
    for band in range(1, BANDS):
        fall = 6.9 / place.decay * (1 + max(0.0, band - BANDS + place.dull + 2) * 0.7)
        decayed = np.exp(np.float32(-fall) * t)
        for side in range(2):
            start = pick("room", side, band) % LOOP
            answer[side] += noise(band, start, ANSWER) * decayed
    answer *= np.minimum(t / 0.012, 1) * np.minimum((ANSWER / RATE - t) / 0.1, 1)
    made = np.fft.rfft(answer, BLOCK)
    low, high = (BLOCK * hertz // RATE for hertz in HEARD_HZ)
    made *= place.answer / np.sqrt((np.abs(made[:, low:high]) ** 2).mean(1, keepdims=True))
    return made.astype(np.complex64)
