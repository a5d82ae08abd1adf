"""What a renderer gives its patches to be heard. The only door to this room."""

from functools import partial

import numpy as np

from phosphene.model import Tune
from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.scene import Scene
from phosphene.render.worker.embedded.score import FPS
from phosphene.render.worker.embedded.synth.audible_motion import stand_of
from phosphene.render.worker.embedded.synth.clock import RATE
from phosphene.render.worker.embedded.synth.cue import Cue, cue_of
from phosphene.render.worker.embedded.synth.forming_sound import forming_sound
from phosphene.render.worker.embedded.synth.synthesizer import Synthesizer
from phosphene.render.worker.renderer import Hum, MakeSound, Sound


class ClipSound:
    """The sound of a clip of so many seconds."""

    def __init__(self, tune: Tune, seconds: int) -> None:
        self._tune = tune
        # With a state, and so replayed from the beginning when a worker is lost: nine seconds that
        # are thrown away cost 146 ms.
        self._synthesizer = Synthesizer(tune, seconds)

    def of_frames(self, scene: Scene, score: Array, start: int, stop: int) -> MakeSound:
        """Of the frames [start, stop), which are whole quarters of a second that follow those
        before; ``score`` reaches at least as far."""
        return partial(self._make, cue_of(scene), score, start * 4 // FPS, stop * 4 // FPS)

    def of_forming(self, scene: Scene, sigma: float) -> Hum:
        """While frames with this noise level are shown."""
        return partial(self._hum, cue_of(scene), sigma)

    def _make(self, cue: Cue, score: Array, first: int, stop: int) -> Sound:
        made = [
            self._synthesizer.next_quarter(cue, stand_of(score, quarter))
            for quarter in range(first, stop)
        ]
        return Sound(np.concatenate(made, 1), RATE)

    def _hum(self, cue: Cue, sigma: float, start: int, count: int, since: float | None) -> Sound:
        soundscape = self._synthesizer.soundscape_of(cue)
        made = forming_sound(soundscape, self._tune, start, count, since, sigma)
        return Sound(made * np.float32(self._synthesizer.makeup_of(cue)), RATE)
