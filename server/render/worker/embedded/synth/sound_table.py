"""Which sound belongs to which word: ``sounds.toml``, read once. What no row names sounds as its
gait does, and a place or weather that no row names as the plainest one."""

import tomllib
from collections.abc import Mapping
from functools import cache, cached_property
from importlib.resources import files
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

# Beside the code and not in the model's folder: one file more there is another fingerprint, with
# which no clip of before could be forked or verified.
FILE: Final = "sounds.toml"

Bands = Annotated[tuple[float, ...], Meta(min_length=8, max_length=8)]
"""Loudness of the octaves from 62.5 Hz to 8 kHz, in dB."""
Beat = Literal[
    "",
    "burner",
    "bloop",
    "clack",
    "flutter",
    "hoof",
    "lap",
    "note",
    "rustle",
    "song",
    "step",
    "swell",
    "swim",
    "tick",
    "tok",
    "wing",
]
"""What is heard when a pose passes its middle."""
Drone = Literal["", "buzz", "engine", "fire", "hum", "propeller", "purr", "thrust", "water"]
"""What of a subject is heard all the time."""


class Cry(Struct, frozen=True, forbid_unknown_fields=True):
    """A tone that slides: through ``hertz``, or through ``degrees`` of the clip's mode. ``breath``:
    share of noise around the octave ``band``; ``trill``: Hz at which it pulses; ``vary``: semitones
    that one is apart from another; ``loud`` in dB, ``wet``: how much of the room answers."""

    hertz: tuple[float, ...] = ()
    degrees: tuple[int, ...] = ()
    seconds: float = 0.5
    rise: float = 0.05
    overtones: tuple[float, ...] = ()
    breath: float = 0.0
    band: float = 4.0
    trill: float = 0.0
    repeat: int = 1
    apart: float = 0.2
    vary: int = 0
    loud: float = 0.0
    wet: float = 0.5


class Now(Struct, frozen=True, forbid_unknown_fields=True):
    """A cry that a place has now and then: ``chance`` in a quarter of a second, only at ``times``
    of the day if any are named, and not while anything falls if ``dry``."""

    cry: str
    chance: float
    loud: float
    times: tuple[str, ...] = ()
    dry: bool = False


class Place(Struct, frozen=True, forbid_unknown_fields=True):
    """``air``: its noise, ``gusts``: dB by which that moves, ``swell``: waves a second. Its room
    answers for ``decay`` seconds, the less high the more octaves are ``dull``, ``answer`` loud.
    ``level``: dB that bring it to the loudness of others. ``wet``: sounds are under water. Its
    ``roof`` takes so many dB of the weather outside, an octave from 250 Hz on."""

    air: Bands
    gusts: float = 5.0
    swell: float = 0.0
    decay: float = 1.0
    dull: float = 2.0
    answer: float = 0.5
    # So that 72 random scenes are -22, -20 and -17 LUFS (5, 50 and 95 %, bench.sound).
    level: float = 0.0
    afloat: bool = False
    wet: bool = False
    roof: float = 0.0
    now: tuple[Now, ...] = ()


class Weather(Struct, frozen=True, forbid_unknown_fields=True):
    """``air`` is added to that of the place; ``drops``: heard in a quarter of a second;
    ``bursts``: what is heard where a firework opens, at ``loud`` dB."""

    air: Bands
    drops: int = 0
    gusts: float = 0.0
    dull: float = 0.0
    now: tuple[Now, ...] = ()
    bursts: str = ""
    loud: float = -27.0


class Mood(Struct, frozen=True, forbid_unknown_fields=True):
    """``scale``: five semitones, ``chords``: of four; ``rhythms``: eight half beats each; ``pace``
    and ``bright`` are factors of the tempo and of the overtones of chords, ``loud`` in dB."""

    scale: Annotated[tuple[int, ...], Meta(min_length=5, max_length=5)]
    chords: Annotated[tuple[tuple[int, int, int, int], ...], Meta(min_length=4)]
    rhythms: tuple[str, ...]
    pace: float = 1.0
    bright: float = 1.0
    loud: float = 0.0


class Instrument(Struct, frozen=True, forbid_unknown_fields=True):
    """``partials``: frequency ratio, share, and seconds of decay of each; ``rise`` in seconds.
    ``breath``: share of noise in its beginning; ``octave``: where it plays."""

    partials: tuple[tuple[float, float, float], ...]
    rise: float = 0.004
    breath: float = 0.0
    octave: int = 0
    loud: float = 0.0


class Voice(Struct, frozen=True, forbid_unknown_fields=True):
    """``pitch``: Hz of steps, octave of noises; ``loud`` in dB; ``cry`` at a ``chance`` of each
    stroke; ``mass``: Hz of the thud of a landing; ``plays``: an instrument; ``of``: subjects."""

    beat: Beat = ""
    pitch: float = 0.0
    loud: float = -24.0
    cry: str = ""
    chance: float = 0.25
    drone: Drone = ""
    drone_loud: float = 0.0
    mass: float = 95.0
    plays: str = ""
    of: tuple[str, ...] = ()


class Table(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """The whole file. Raises ValueError where a row names another that is not there."""

    place: dict[str, Place]
    weather: dict[str, Weather]
    mood: dict[str, Mood]
    time: dict[str, str]
    tempo: dict[str, float]
    instrument: dict[str, Instrument]
    cry: dict[str, Cry]
    voice: dict[str, Voice]
    gait: dict[str, str]

    def __post_init__(self) -> None:
        voices = self.voice.values()
        now = [place.now for place in self.place.values()]
        now += [weather.now for weather in self.weather.values()]
        cries = {one.cry for some in now for one in some}
        cries |= {voice.cry for voice in voices if voice.cry}
        cries |= {weather.bursts for weather in self.weather.values() if weather.bursts}
        played = {*self.time.values(), *(voice.plays for voice in voices if voice.plays)}
        missing = [
            *sorted(cries - self.cry.keys()),
            *sorted(played - self.instrument.keys()),
            *sorted({*self.gait.values()} - self.voice.keys()),
        ]
        if missing:
            raise ValueError(f"{FILE} has no {', '.join(missing)}")

    def place_of(self, name: str) -> Place:
        # A world of one's own has other words: a missing row is a plain sound, and no clip that
        # fails.
        return self.place.get(name) or self.place["hills"]

    def weather_of(self, name: str) -> Weather:
        return self.weather.get(name) or self.weather["clear"]

    def mood_of(self, name: str) -> Mood:
        return self.mood.get(name) or self.mood["calm"]

    def instrument_at(self, time: str) -> str:
        """What plays the tune at a time of day."""
        return self.time.get(time) or self.time["day"]

    def tempo_of(self, motion: str) -> float:
        """Beats a minute."""
        return self.tempo.get(motion) or self.tempo["float"]

    def voice_of(self, subject: str, gait: str = "") -> Voice:
        """That which names the subject, else that of the gait, else of paper that is moved."""
        return self.voice[self._names.get(subject) or self.gait.get(gait) or self.gait[""]]

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """Subject to voice."""
        return {subject: name for name, voice in self.voice.items() for subject in voice.of}


@cache
def read_table() -> Table:
    """The file that is installed beside this one. Raises ValueError where it is none."""
    text = (files("phosphene.render.worker.embedded.synth") / FILE).read_text()
    return msgspec.convert(tomllib.loads(text), Table)
