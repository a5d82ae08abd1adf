"""Further places under the open sky: three strips each, as those of `land`."""

import math
from collections.abc import Callable

import skia

from training.paper import mix, outline, oval, tint
from training.strip import PERIOD, Ridge, Strip

WATER = (58, 140, 196)


def box(left: float, top: float, right: float, bottom: float) -> skia.Path:
    """A rectangle."""
    return outline((left, bottom), (left, top), (right, top), (right, bottom))


def waves(s: Strip, base: float, high: float, count: int) -> Ridge:
    """The crests of water, count to a period."""
    phase = float(s.rng.uniform(0, 1))

    def crest(x: float) -> float:
        return base - high * math.pow(abs(math.sin(math.pi * (x * count / PERIOD + phase))), 0.7)

    return crest


def water(s: Strip, base: float, high: float, count: int) -> None:
    """Two rows of waves."""
    blue = mix(tint(WATER, s.time, 1.1), s.colour, 0.35)
    s.ridge(waves(s, base, high, count), blue, 0.1)
    s.ridge(waves(s, base + 2 * high, high, count), mix(blue, s.dark, 0.25), 0.1)


def beach(s: Strip) -> None:
    """The sea, then sand with palms, umbrellas, towels and shells."""
    if s.depth == 0:
        s.ridge(lambda _: 6.4, mix(tint(WATER, s.time, 1.0), s.colour, 0.25))
        s.ridge(waves(s, 7.0, 0.16, 8), mix(s.light, (255, 255, 255), 0.4), 0.1)
        return
    top = s.wave((7.4, 8.8)[s.depth - 1], (1, 0.2), (2, 0.12))
    if s.depth == 1:
        for x in s.around(2):
            palm(s, x, top(x) + 0.2, float(s.rng.uniform(4.0, 5.2)))
        x = float(s.rng.uniform(2.5, 6.5))
        umbrella(s, x, top(x) + 0.1)
    s.ridge(top, s.colour)
    s.ridge(s.wave((8.2, 9.4)[s.depth - 1], (1, 0.15)), mix(s.colour, s.dark, 0.25))
    if s.depth == 2:
        for x in s.around(4):
            shell = mix(tint((250, 150, 130), s.time, 1.0), s.light, 0.2)
            s.lay(oval(x, top(x) + 0.35, 0.22, 0.15), shell, 0.15)


def palm(s: Strip, x: float, y: float, high: float) -> None:
    """A palm that leans."""
    lean = float(s.rng.choice([-1, 1])) * 0.8
    crown = (x + lean, y - high)
    trunk = outline((x, y), (x + lean * 0.2, y - high * 0.6, *crown), closed=False)
    s.limb(trunk, mix(tint((150, 104, 66), s.time, 1.1), s.dark, 0.2), 0.3)
    green = mix(tint((60, 150, 84), s.time, 1.1), s.dark, 0.15)
    for dx, dy in ((-1.7, 0.5), (-1.2, -0.5), (0.1, -0.9), (1.2, -0.5), (1.7, 0.5)):
        leaf = outline(
            crown,
            (crown[0] + dx * 0.6, crown[1] + dy - 0.6, crown[0] + dx, crown[1] + dy + 0.5),
            (crown[0] + dx * 0.5, crown[1] + dy * 0.3, *crown),
        )
        s.lay(leaf, green, 0.25)


def umbrella(s: Strip, x: float, y: float) -> None:
    """A sunshade of two colours."""
    s.limb(outline((x, y), (x + 0.2, y - 2.2), closed=False), s.light, 0.12)
    red = tint((226, 74, 70), s.time, 0.9)
    s.lay(
        outline(
            (x - 1.1, y - 1.9),
            (x - 0.7, y - 3.0, x + 0.2, y - 3.0),
            (x + 1.2, y - 3.0, x + 1.5, y - 1.9),
        ),
        red,
    )
    s.lay(
        outline(
            (x - 0.2, y - 1.9),
            (x - 0.1, y - 3.0, x + 0.2, y - 3.0),
            (x + 0.6, y - 3.0, x + 0.6, y - 1.9),
        ),
        mix(s.light, (255, 255, 255), 0.5),
        0.1,
    )


def lake(s: Strip) -> None:
    """Hills round still water; reeds and water lilies."""
    if s.depth == 0:
        s.ridge(s.wave(5.6, (1, 0.7), (3, 0.3)), s.colour)
        for x in s.around(7):
            s.fir(x, 6.6, float(s.rng.uniform(0.9, 1.4)), mix(s.colour, s.dark, 0.4))
        s.ridge(s.wave(6.6, (2, 0.1)), mix(s.colour, s.dark, 0.3))
        return
    if s.depth == 1:
        blue = mix(tint((96, 168, 204), s.time, 1.1), s.light, 0.2)
        s.ridge(lambda _: 6.9, blue)
        for x in s.around(5):
            y = float(s.rng.uniform(7.3, 8.6))
            s.lay(oval(x, y, 1.1, 0.06), mix(blue, (255, 255, 255), 0.4), 0.02)
        for x in s.around(3):
            s.lay(oval(x, 8.3, 0.5, 0.14), tint((80, 156, 92), s.time, 1.1), 0.2)
            s.lay(oval(x + 0.1, 8.15, 0.16, 0.12), tint((250, 190, 214), s.time, 1.0), 0.1)
        return
    top = s.wave(9.0, (1, 0.2), (2, 0.15))
    for x in s.around(9):
        y, high = top(x) + 0.1, float(s.rng.uniform(1.3, 2.2))
        s.limb(outline((x, y), (x + 0.1, y - high), closed=False), s.colour, 0.1)
        s.lay(oval(x + 0.1, y - high, 0.11, 0.32), tint((122, 80, 52), s.time, 1.1), 0.1)
    s.ridge(top, s.colour)


def farm(s: Strip) -> None:
    """A barn and a silo, rows of a field, a fence."""
    if s.depth == 0:
        top = s.wave(6.2, (1, 0.4), (2, 0.2))
        x = float(s.rng.uniform(2.5, 6.5))
        barn(s, x, top(x) + 0.4)
        for tree in s.around(3):
            s.lay(oval(tree, top(tree) - 0.3, 0.6, 0.7), mix(s.colour, s.dark, 0.4))
        s.ridge(top, s.colour)
        return
    top = s.wave((7.2, 8.8)[s.depth - 1], (1, 0.15))
    gold = mix(tint((226, 186, 84), s.time, 1.1), s.colour, 0.25)
    if s.depth == 1:
        s.ridge(top, gold)
        for k in range(1, 5):
            shade = mix(gold, s.dark, 0.2 if k % 2 else 0.0)
            s.ridge(lambda x, k=k: top(x) + 0.45 * k, shade, 0.3)  # type: ignore[misc]
        return
    wood = mix(tint((170, 122, 80), s.time, 1.1), s.dark, 0.1)
    for k in range(8):
        x = k * PERIOD / 8
        s.lay(box(x - 0.12, 7.4, x + 0.12, 9.2), wood)
    for y in (7.7, 8.3):
        s.lay(box(-0.1, y, PERIOD + 0.1, y + 0.16), wood, 0.1)
    s.ridge(top, s.colour)


def barn(s: Strip, x: float, y: float) -> None:
    """A red barn with a white door, and its silo."""
    red, pale = tint((184, 62, 52), s.time, 1.0), mix(s.light, (255, 250, 240), 0.5)
    s.lay(box(x + 1.2, y - 3.4, x + 2.0, y), mix(s.light, s.colour, 0.4))
    s.lay(oval(x + 1.6, y - 3.4, 0.4, 0.4), s.dark)
    s.lay(
        outline(
            (x - 1.2, y),
            (x - 1.2, y - 1.7),
            (x - 0.7, y - 2.6),
            (x, y - 3.0),
            (x + 0.7, y - 2.6),
            (x + 1.2, y - 1.7),
            (x + 1.2, y),
        ),
        red,
    )
    s.lay(box(x - 0.45, y - 1.3, x + 0.45, y), pale, 0.2)
    s.lay(
        outline((x - 0.45, y), (x + 0.37, y - 1.3), (x + 0.45, y - 1.3), (x - 0.37, y)), red, 0.05
    )


def garden(s: Strip) -> None:
    """A hedge and round trees, a path's lawn, flower beds."""
    if s.depth == 0:
        for x in s.around(4):
            s.limb(outline((x, 7), (x, 5.2), closed=False), s.dark, 0.25)
            s.lay(oval(x, 4.6, 1.15, 1.2), mix(s.colour, s.dark, 0.2))
            s.lay(oval(x - 0.2, 4.3, 0.7, 0.7), s.colour, 0.1)
        s.ridge(lambda _: 6.4, mix(s.colour, s.dark, 0.35))
        return
    top = s.wave((7.3, 8.8)[s.depth - 1], (1, 0.15), (2, 0.1))
    if s.depth == 1:
        x = float(s.rng.uniform(2.5, 6.5))
        pale = mix(s.light, (255, 255, 255), 0.4)
        s.lay(box(x - 0.15, 5.8, x + 0.15, 7.5), pale)
        for y, wide in ((6.6, 0.95), (5.7, 0.6)):
            s.lay(outline((x - wide, y - 0.3), (x, y + 0.5, x + wide, y - 0.3)), pale, 0.3)
        s.ridge(top, s.colour)
        return
    for x in s.around(11):
        flower(s, x, top(x) + 0.1)
    s.ridge(top, s.colour)


def flower(s: Strip, x: float, y: float) -> None:
    """A tulip or a daisy."""
    high = float(s.rng.uniform(0.9, 1.6))
    colours = ((238, 80, 92), (250, 196, 70), (236, 130, 190), (150, 110, 214), (250, 244, 240))
    colour = tint(colours[int(s.rng.integers(len(colours)))], s.time, 1.0)
    s.limb(outline((x, y), (x, y - high), closed=False), tint((70, 150, 80), s.time, 1.1), 0.1)
    if s.rng.random() < 0.5:
        s.lay(
            outline(
                (x - 0.26, y - high - 0.4),
                (x - 0.12, y - high - 0.15),
                (x, y - high - 0.5),
                (x + 0.12, y - high - 0.15),
                (x + 0.26, y - high - 0.4),
                (x + 0.3, y - high + 0.2, x, y - high + 0.2),
                (x - 0.3, y - high + 0.2, x - 0.26, y - high - 0.4),
            ),
            colour,
            0.2,
        )
        return
    for k in range(6):
        turn = k * math.tau / 6
        s.lay(
            oval(x + 0.2 * math.cos(turn), y - high + 0.2 * math.sin(turn), 0.14, 0.14), colour, 0.1
        )
    s.lay(oval(x, y - high, 0.13, 0.13), tint((250, 200, 80), s.time, 0.9), 0.05)


def snow(s: Strip) -> None:
    """White hills, firs under snow, a snowman."""
    white = mix(tint((250, 252, 255), s.time, 0.8), s.colour, (0.35, 0.2, 0.1)[s.depth])
    shade = mix(white, (150, 176, 220), 0.25)
    if s.depth == 0:
        s.ridge(s.wave(5.4, (1, 0.9), (3, 0.4)), shade)
        s.ridge(s.wave(6.5, (2, 0.3)), white)
        return
    top = s.wave((7.3, 8.8)[s.depth - 1], (1, 0.3), (2, 0.15))
    if s.depth == 1:
        for x in s.around(4):
            size = float(s.rng.uniform(2.2, 3.2))
            s.fir(x, top(x) + 0.3, size, mix(tint((56, 112, 96), s.time, 1.1), white, 0.15))
            s.lay(
                outline(
                    (x - size * 0.14, top(x) - size * 0.72),
                    (x, top(x) - size * 1.2),
                    (x + size * 0.14, top(x) - size * 0.72),
                ),
                white,
                0.1,
            )
        x = float(s.rng.uniform(2.5, 6.5))
        for up, size in ((0.3, 0.62), (1.15, 0.46), (1.8, 0.32)):
            s.lay(oval(x, top(x) - up, size, size), mix(white, (255, 255, 255), 0.5))
        s.lay(
            outline((x, top(x) - 1.85), (x + 0.5, top(x) - 1.75), (x, top(x) - 1.68)),
            tint((240, 140, 50), s.time, 0.9),
            0.1,
        )
    s.ridge(top, white)
    s.ridge(s.wave((8.3, 9.4)[s.depth - 1], (1, 0.2)), shade)


def volcano(s: Strip) -> None:
    """A cone with a glowing crater, black rocks, a stream of lava."""
    lava = (255, 120, 40)
    if s.depth == 0:
        x = float(s.rng.uniform(3, 6))
        s.lay(
            outline(
                (x - 4.2, 8),
                (x - 0.9, 2.2),
                (x - 0.4, 2.5),
                (x + 0.4, 2.5),
                (x + 0.9, 2.2),
                (x + 4.2, 8),
            ),
            s.colour,
        )
        s.lay(oval(x, 2.35, 0.75, 0.25), lava, 0.1)
        for dx, low in ((-0.5, 4.4), (0.1, 5.6), (0.55, 3.9)):
            s.limb(
                outline((x + dx * 0.6, 2.4), (x + dx * 1.2, 3.2, x + dx * 2.0, low), closed=False),
                lava,
                0.22,
            )
        for up, size in ((1.6, 0.5), (1.0, 0.75), (0.3, 0.95)):
            s.lay(oval(x + 0.3 * (1.6 - up), up, size, size * 0.7), mix(s.light, s.dark, 0.4), 0.2)
        s.ridge(s.wave(6.9, (2, 0.3), (3, 0.2)), mix(s.colour, s.dark, 0.3))
        return
    top = s.wave((7.6, 8.8)[s.depth - 1], (2, 0.35), (3, 0.25))
    s.ridge(top, s.colour, 0.5)
    if s.depth == 1:
        s.ridge(s.wave(8.3, (1, 0.15)), mix(lava, s.colour, 0.15))
        s.ridge(s.wave(8.8, (2, 0.2)), s.dark)


def waterfall(s: Strip) -> None:
    """A wall of rock from which water falls into a pool with ferns."""
    if s.depth == 2:
        top = s.wave(8.9, (1, 0.25), (3, 0.15))
        for x in s.around(5):
            s.lay(oval(x, top(x), 0.7, 0.5), mix(s.colour, (120, 120, 130), 0.3))
        s.ridge(top, s.colour)
        return
    pale = mix(s.light, (255, 255, 255), 0.6)
    if s.depth == 1:
        water(s, 7.6, 0.16, 7)
        return
    s.ridge(s.wave(1.9, (2, 0.3), (3, 0.2)), mix(s.colour, s.dark, 0.1), 0.5)
    for x in s.around(2, 0.2):
        wide = float(s.rng.uniform(0.8, 1.3))
        s.lay(
            outline(
                (x - wide, 8), (x - wide * 0.8, 2.2), (x, 1.7, x + wide * 0.8, 2.2), (x + wide, 8)
            ),
            mix(pale, WATER, 0.25),
            0.2,
        )
        for k in (-0.5, 0.0, 0.5):
            s.lay(box(x + k * wide - 0.07, 2.6, x + k * wide + 0.07, 7.6), pale, 0.03)
        s.lay(oval(x, 7.4, wide * 1.5, 0.5), pale, 0.1)
    for x in s.around(5):
        s.lay(
            oval(x, float(s.rng.uniform(2.0, 2.6)), 0.6, 0.4), tint((76, 140, 84), s.time, 1.1), 0.2
        )


def campsite(s: Strip) -> None:
    """Tents between firs, a fire."""
    if s.depth == 0:
        for x in s.around(8):
            s.fir(x, 7.0, float(s.rng.uniform(2.0, 3.4)), s.colour)
        s.ridge(s.wave(6.8, (2, 0.15)), mix(s.colour, s.dark, 0.3))
        return
    top = s.wave((7.4, 8.9)[s.depth - 1], (1, 0.2))
    if s.depth == 1:
        colours = ((232, 120, 60), (90, 150, 190), (240, 200, 90))
        for k, x in enumerate(s.around(2)):
            y, colour = top(x) + 0.3, tint(colours[(k + int(s.rng.integers(3))) % 3], s.time, 0.9)
            s.lay(outline((x - 1.5, y), (x, y - 2.1), (x + 1.5, y)), colour)
            s.lay(outline((x - 0.45, y), (x, y - 1.5), (x + 0.45, y)), s.dark, 0.1)
        x = float(s.rng.uniform(2.5, 6.5))
        for size, colour in ((0.5, (250, 120, 40)), (0.32, (255, 200, 80))):
            s.lay(
                outline(
                    (x - size, top(x) + 0.1),
                    (x - size, top(x) - size, x, top(x) - 3 * size),
                    (x + size, top(x) - size, x + size, top(x) + 0.1),
                ),
                colour,
                0.1,
            )
    s.ridge(top, s.colour)


DRAW: dict[str, Callable[[Strip], None]] = {
    "beach": beach,
    "lake": lake,
    "farm": farm,
    "garden": garden,
    "snow": snow,
    "volcano": volcano,
    "waterfall": waterfall,
    "campsite": campsite,
}
