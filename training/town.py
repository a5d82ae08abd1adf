"""Further places that people built, under the open sky: three strips each."""

import math
from collections.abc import Callable

from training.outside import box, umbrella, water
from training.paper import Colour, mix, outline, oval, tint
from training.strip import PERIOD, Strip

LAMP = (255, 222, 128)
WALLS: tuple[Colour, ...] = ((226, 150, 110), (236, 202, 140), (150, 178, 170), (198, 130, 130))


def glow(s: Strip) -> Colour:
    """Light in a window."""
    return LAMP if s.time in ("night", "sunset") else mix(s.light, (255, 246, 214), 0.5)


def house(s: Strip, x: float, wide: float, top: float, colour: Colour) -> None:
    """A narrow house with a gable, windows in rows."""
    s.lay(box(x - wide, top, x + wide, 12), colour)
    roof = mix(tint((150, 70, 60), s.time, 1.0), s.dark, 0.2)
    s.lay(outline((x - wide - 0.1, top), (x, top - wide * 0.9), (x + wide + 0.1, top)), roof)
    for row in range(3):
        for dx in (-0.45, 0.45):
            y = top + 0.5 + row * 1.1
            if s.rng.random() < 0.75:
                s.lay(box(x + dx * wide - 0.2, y, x + dx * wide + 0.2, y + 0.6), glow(s), 0.05)


def street(s: Strip) -> None:
    """A row of houses, shops with awnings, the road with its line."""
    if s.depth == 0:
        gap = PERIOD / 6
        start = float(s.rng.uniform(0, gap))
        for k in range(6):
            wall = mix(tint(WALLS[int(s.rng.integers(4))], s.time, 1.0), s.colour, 0.35)
            house(s, start + k * gap, gap * 0.5, float(s.rng.uniform(2.6, 4.2)), wall)
        return
    if s.depth == 1:
        for x in s.around(3, 0.1):
            s.limb(outline((x, 7.8), (x, 4.6), (x + 0.5, 4.4), closed=False), s.dark, 0.14)
            s.lay(oval(x + 0.6, 4.5, 0.26, 0.2), glow(s))
            s.lay(
                oval(x + 2.0, 6.0, 0.75, 0.85), mix(tint((70, 150, 90), s.time, 1.1), s.dark, 0.15)
            )
            s.limb(outline((x + 2.0, 7.8), (x + 2.0, 6.6), closed=False), s.dark, 0.16)
        s.ridge(lambda _: 7.5, mix(s.light, s.colour, 0.6))
        return
    s.ridge(lambda _: 7.9, mix(tint((96, 98, 112), s.time, 1.1), s.colour, 0.4), 0.5)
    for k in range(4):
        x = k * 3.0 + 0.4
        s.lay(box(x, 8.75, x + 1.4, 8.95), mix(s.light, (255, 255, 255), 0.6), 0.03)


def railway(s: Strip) -> None:
    """Poles with wires, a train that waits, sleepers and rails."""
    if s.depth == 0:
        for x in s.around(3, 0.05):
            s.limb(outline((x, 7.5), (x, 2.8), closed=False), s.dark, 0.18)
            s.limb(outline((x - 0.7, 3.3), (x + 0.7, 3.3), closed=False), s.dark, 0.12)
        for y in (3.3, 3.8):
            s.lay(box(-0.1, y, PERIOD + 0.1, y + 0.05), s.dark, 0.02)
        s.ridge(s.wave(6.4, (1, 0.3), (2, 0.15)), s.colour)
        return
    if s.depth == 1:
        x = float(s.rng.uniform(2.5, 6.5))
        body = tint(
            ((60, 120, 150), (186, 70, 60), (80, 140, 90))[int(s.rng.integers(3))], s.time, 0.9
        )
        for car in range(2):
            at = x + car * 3.9
            s.lay(
                outline(
                    (at - 1.8, 7.3),
                    (at - 1.8, 4.9),
                    (at - 1.8, 4.5, at - 1.4, 4.5),
                    (at + 1.4, 4.5),
                    (at + 1.8, 4.5, at + 1.8, 4.9),
                    (at + 1.8, 7.3),
                ),
                body,
            )
            for dx in (-1.2, -0.4, 0.4, 1.2):
                s.lay(box(at + dx - 0.28, 5.1, at + dx + 0.28, 5.9), glow(s), 0.05)
            s.lay(box(at - 1.8, 6.2, at + 1.8, 6.4), mix(s.light, (255, 255, 255), 0.4), 0.03)
            for dx in (-1.1, 1.1):
                s.lay(oval(at + dx, 7.3, 0.35, 0.35), s.dark)
        s.ridge(lambda _: 7.6, mix(s.colour, (120, 110, 110), 0.4))
        return
    s.ridge(lambda _: 8.3, mix(s.colour, (110, 100, 100), 0.4), 0.5)
    for k in range(14):
        x = k * PERIOD / 14
        s.lay(
            outline((x, 8.6), (x + 0.4, 8.6), (x + 0.3, 9.8), (x - 0.1, 9.8)),
            mix(tint((120, 84, 60), s.time, 1.1), s.dark, 0.2),
            0.1,
        )
    for y in (8.75, 9.45):
        s.lay(box(-0.1, y, PERIOD + 0.1, y + 0.16), mix(s.light, (220, 226, 236), 0.4), 0.2)


def bridge(s: Strip) -> None:
    """Towers and cables over water, a railing in front."""
    if s.depth == 0:
        red = mix(tint((196, 84, 66), s.time, 1.0), s.colour, 0.2)
        start = float(s.rng.uniform(0, PERIOD))
        for k in range(2):
            x = start + k * PERIOD / 2
            for dx in (-0.4, 0.4):
                s.lay(box(x + dx - 0.15, 1.2, x + dx + 0.15, 8), red)
            for y in (2.0, 3.6):
                s.lay(box(x - 0.5, y, x + 0.5, y + 0.25), red, 0.1)
            s.limb(outline((x, 1.3), (x + 3, 8.6, x + 6, 1.3), closed=False), red, 0.14)
            for t in range(1, 10):
                u = t / 10
                y = 1.3 + 7.3 * 2 * u * (1 - u)
                s.lay(box(x + 6 * u - 0.03, y, x + 6 * u + 0.03, 5.4), red, 0.02)
        s.lay(box(-0.1, 5.3, PERIOD + 0.1, 5.75), red)
        return
    if s.depth == 1:
        water(s, 7.0, 0.18, 7)
        return
    for k in range(10):
        x = k * PERIOD / 10
        s.lay(box(x - 0.08, 7.9, x + 0.08, 9.6), s.dark, 0.2)
    for y in (7.8, 8.6):
        s.lay(box(-0.1, y, PERIOD + 0.1, y + 0.18), s.dark, 0.2)
    s.ridge(lambda _: 9.2, s.colour)


def castle(s: Strip) -> None:
    """Towers with flags on a hill, walls, a meadow."""
    if s.depth == 0:
        stone = mix(tint((186, 172, 176), s.time, 1.1), s.colour, 0.35)
        x = float(s.rng.uniform(2.5, 6.5))
        for dx, wide, high in (
            (0, 1.1, 2.6),
            (-1.9, 0.6, 3.3),
            (1.9, 0.6, 3.0),
            (-0.9, 0.4, 1.9),
            (0.9, 0.4, 1.5),
        ):
            tower(s, x + dx, wide, high, stone)
        s.lay(
            outline(
                (x - 0.45, 6.6),
                (x - 0.45, 5.7),
                (x - 0.45, 5.1, x, 5.1),
                (x + 0.45, 5.1, x + 0.45, 5.7),
                (x + 0.45, 6.6),
            ),
            s.dark,
            0.2,
        )
        s.ridge(s.wave(6.3, (1, 0.4), (2, 0.2)), s.colour)
        return
    top = s.wave((7.4, 8.9)[s.depth - 1], (1, 0.25), (2, 0.15))
    if s.depth == 1:
        for x in s.around(5):
            s.lay(oval(x, top(x) - 0.4, 0.65, 0.75), mix(s.colour, s.dark, 0.35))
    s.ridge(top, s.colour)
    if s.depth == 2:
        s.ridge(s.wave(9.4, (1, 0.15)), s.dark)


def tower(s: Strip, x: float, wide: float, top: float, stone: Colour) -> None:
    """A tower with battlements, or with a roof and a flag if it is slim."""
    s.lay(box(x - wide, top, x + wide, 12), stone)
    if wide > 0.5:
        for k in (-0.75, 0.0, 0.75):
            s.lay(box(x + k * wide - 0.16, top - 0.35, x + k * wide + 0.16, top + 0.1), stone, 0.1)
    else:
        s.lay(
            outline((x - wide - 0.15, top), (x, top - 1.3), (x + wide + 0.15, top)),
            tint((90, 84, 150), s.time, 1.0),
        )
        s.lay(
            outline((x, top - 1.9), (x + 0.7, top - 1.65), (x, top - 1.4)),
            tint((220, 70, 70), s.time, 0.9),
        )
    s.lay(
        outline(
            (x - 0.13, top + 1.3),
            (x - 0.13, top + 0.8, x, top + 0.6),
            (x + 0.13, top + 0.8, x + 0.13, top + 1.3),
        ),
        glow(s),
        0.05,
    )


def stadium(s: Strip) -> None:
    """Stands full of people under floodlights, boards, the turf in stripes."""
    if s.depth == 0:
        for x in s.around(3, 0.05):
            s.limb(outline((x, 6), (x, 1.4), closed=False), s.dark, 0.2)
            s.lay(box(x - 0.75, 0.8, x + 0.75, 1.7), mix(s.light, (255, 255, 240), 0.7))
        s.ridge(s.wave(2.9, (1, 0.2)), s.colour)
        for row in range(7):
            for k in range(24):
                if s.rng.random() < 0.8:
                    hue = WALLS[int(s.rng.integers(4))] if k % 3 else (240, 240, 240)
                    at = (k + 0.5 * (row % 2)) * PERIOD / 24
                    s.lay(
                        oval(at, 3.5 + row * 0.5, 0.15, 0.17),
                        mix(tint(hue, s.time, 1.0), s.colour, 0.25),
                        0.05,
                    )
        return
    if s.depth == 1:
        s.ridge(lambda _: 6.8, mix(s.light, (255, 255, 255), 0.4))
        for k in range(4):
            s.lay(box(k * 3.0 + 0.1, 6.85, k * 3.0 + 2.9, 7.45), tint(WALLS[k], s.time, 0.9), 0.05)
        s.ridge(lambda _: 7.5, tint((84, 164, 84), s.time, 1.1))
        return
    green = tint((70, 150, 76), s.time, 1.1)
    s.ridge(lambda _: 8.2, green, 0.5)
    for k in range(3):
        s.lay(
            outline((k * 4.0, 12), (k * 4.0 + 0.6, 8.3), (k * 4.0 + 2.6, 8.3), (k * 4.0 + 2.0, 12)),
            mix(green, s.dark, 0.15),
            0.03,
        )
    s.lay(box(-0.1, 8.9, PERIOD + 0.1, 9.05), (244, 250, 244), 0.02)


def fair(s: Strip) -> None:
    """A big wheel and tents with pennants."""
    if s.depth == 0:
        x, steel = float(s.rng.uniform(2.5, 6.5)), mix(s.light, s.colour, 0.3)
        for dx in (-1.2, 1.2):
            s.limb(outline((x, 3.6), (x + dx, 7.5), closed=False), s.dark, 0.2)
        for k in range(10):
            turn = k * math.tau / 10
            rim = (x + 2.7 * math.cos(turn), 3.6 + 2.7 * math.sin(turn))
            after = (x + 2.7 * math.cos(turn + 0.628), 3.6 + 2.7 * math.sin(turn + 0.628))
            s.limb(outline((x, 3.6), rim, closed=False), steel, 0.1)
            s.limb(outline(rim, after, closed=False), steel, 0.16)
            s.lay(oval(rim[0], rim[1] + 0.2, 0.3, 0.3), tint(WALLS[k % 4], s.time, 0.7), 0.2)
        s.ridge(lambda _: 6.8, s.colour)
        return
    if s.depth == 1:
        for k, x in enumerate(s.around(3, 0.1)):
            red = tint(((214, 70, 70), (70, 120, 180), (230, 170, 60))[k], s.time, 0.9)
            pale = mix(s.light, (255, 252, 244), 0.6)
            for stripe in range(6):
                left = x - 1.5 + stripe * 0.5
                s.lay(box(left, 5.9, left + 0.5, 7.8), red if stripe % 2 else pale, 0.05)
            s.lay(outline((x - 1.8, 5.95), (x, 4.3), (x + 1.8, 5.95)), red)
            s.lay(outline((x, 3.7), (x + 0.6, 3.95), (x, 4.2)), pale, 0.1)
        s.ridge(lambda _: 7.6, s.colour)
        return
    umbrella(s, float(s.rng.uniform(2.5, 6.5)), 9.2)
    s.ridge(s.wave(8.9, (1, 0.15)), s.colour)


def cemetery(s: Strip) -> None:
    """Bare trees, stones, an iron fence."""
    if s.depth == 0:
        for x in s.around(3):
            s.limb(outline((x, 7.5), (x + 0.2, 5.5, x, 3.6), closed=False), s.dark, 0.3)
            for dx, y, up in ((-1.1, 5.2, 1.3), (1.2, 4.8, 1.2), (-0.7, 4.2, 0.9), (0.6, 3.9, 0.9)):
                s.limb(
                    outline((x + 0.05, y), (x + dx * 0.7, y - 0.2, x + dx, y - up), closed=False),
                    s.dark,
                    0.14,
                )
        s.ridge(s.wave(6.6, (1, 0.3), (2, 0.2)), s.colour)
        return
    top = s.wave((7.4, 8.9)[s.depth - 1], (1, 0.25))
    stone = mix(tint((172, 176, 184), s.time, 1.1), s.colour, 0.2)
    if s.depth == 1:
        for x in s.around(5):
            y, high = top(x) + 0.3, float(s.rng.uniform(1.0, 1.5))
            s.lay(
                outline(
                    (x - 0.45, y),
                    (x - 0.45, y - high),
                    (x - 0.45, y - high - 0.5, x, y - high - 0.5),
                    (x + 0.45, y - high - 0.5, x + 0.45, y - high),
                    (x + 0.45, y),
                ),
                stone,
            )
    else:
        for k in range(16):
            x = k * PERIOD / 16
            s.lay(
                outline(
                    (x - 0.06, 9.4), (x - 0.06, 7.7), (x, 7.4), (x + 0.06, 7.7), (x + 0.06, 9.4)
                ),
                s.dark,
                0.1,
            )
        s.lay(box(-0.1, 8.0, PERIOD + 0.1, 8.12), s.dark, 0.05)
    s.ridge(top, s.colour)


DRAW: dict[str, Callable[[Strip], None]] = {
    "street": street,
    "railway": railway,
    "bridge": bridge,
    "castle": castle,
    "stadium": stadium,
    "park": fair,
    "cemetery": cemetery,
}
