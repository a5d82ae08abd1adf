"""What a place and its weather have now and then: birds, cars, drops, thunder."""

from typing import Final

from phosphene.model import Tune
from phosphene.render.worker.embedded.firework_bursts import openings
from phosphene.render.worker.embedded.synth.chance import chance, pick
from phosphene.render.worker.embedded.synth.clock import QUARTER, RATE
from phosphene.render.worker.embedded.synth.harmony import Harmony
from phosphene.render.worker.embedded.synth.notes import cry_of, drop
from phosphene.render.worker.embedded.synth.ringing import Ringing
from phosphene.render.worker.embedded.synth.sound_table import Now, Place, Table, Weather

DROP_DB: Final = -34.0
FAR_DB: Final = -9.0
"""The farthest drop against the nearest."""
DROPS: Final = 12
LATE: Final = 0.12
"""Seconds from a burst to its bang."""


def sound_surroundings(
    to: Ringing,
    table: Table,
    tune: Tune,
    harmony: Harmony,
    quarter: int,
    *,
    place: Place,
    weather: Weather,
    time: str,
) -> None:
    """Lay what is heard of a place in a quarter of a second."""
    if not place.wet and not place.roof:
        _rain(to, tune, quarter, weather.drops)
    if weather.bursts:
        _bang(to, table, tune, harmony, quarter, weather)
    falling = weather.drops > 0
    # A draw for each quarter by hash, and no timer: a clip that is taken up has the same birds.
    for number, now in enumerate((*place.now, *weather.now)):
        key = (tune.seed, now.cry, number, quarter)
        if _sounds(now, key, time, falling):
            cry = table.cry[now.cry]
            at, pan = int(chance(*key, "when") * QUARTER), 1.6 * chance(*key, "where") - 0.8
            to.lay(at, cry_of(cry, harmony, *key), now.loud, pan, cry.wet)


def _sounds(now: Now, key: tuple[object, ...], time: str, falling: bool) -> bool:
    if (now.times and time not in now.times) or (now.dry and falling):
        return False
    return chance(*key) < now.chance


def _bang(
    to: Ringing, table: Table, tune: Tune, harmony: Harmony, quarter: int, weather: Weather
) -> None:
    """Where they are seen, and a little later: they are far away."""
    for when, where in openings(quarter / 4 - LATE, (quarter + 1) / 4 - LATE):
        cry = table.cry[weather.bursts]
        at = min(QUARTER - 1, int((when + LATE - quarter / 4) * RATE))
        made = cry_of(cry, harmony, tune.seed, weather.bursts, quarter, at)
        to.lay(at, made, weather.loud, 0.8 * where, cry.wet)


def _rain(to: Ringing, tune: Tune, quarter: int, drops: int) -> None:
    for number in range(drops):
        key = (tune.seed, "drop", quarter, number)
        loud = DROP_DB + FAR_DB * chance(*key, "far")
        at, pan = int(chance(*key, "when") * QUARTER), 2 * chance(*key, "where") - 1
        to.lay(at, drop(pick(*key) % DROPS), loud, pan, 0.1)
