"""Further places that are no open country: rooms, a stage, a cave, space. Three strips each."""

import math
from collections.abc import Callable

from training.outside import box
from training.paper import mix, outline, oval, tint
from training.sky import stops
from training.strip import PERIOD, Strip
from training.town import glow

WOOD = (168, 116, 76)


def floor(s: Strip, top: float) -> None:
    """Boards that run to the wall."""
    wood = mix(tint(WOOD, s.time, 1.0), s.colour, 0.3)
    s.ridge(lambda _: top, wood, 0.5)
    for k in range(8):
        x = k * PERIOD / 8
        s.lay(
            outline((x, top + 0.05), (x + 0.06, top + 0.05), (x - 0.3, 12), (x - 0.4, 12)),
            mix(wood, s.dark, 0.5),
            0.02,
        )


def window(s: Strip, x: float, y: float) -> None:
    """A window in which the time of day is seen."""
    frame = mix(s.light, (255, 255, 255), 0.5)
    top, _, low = stops("hills", s.time)
    s.lay(box(x - 1.2, y - 1.5, x + 1.2, y + 1.5), frame)
    for dx in (-0.55, 0.55):
        s.lay(box(x + dx - 0.45, y - 1.3, x + dx + 0.45, y - 0.05), top, 0.05)
        s.lay(box(x + dx - 0.45, y + 0.05, x + dx + 0.45, y + 1.3), low, 0.05)
    for side in (-1, 1):
        s.lay(
            outline(
                (x + side * 1.7, y - 1.8),
                (x + side * 0.7, y - 1.8),
                (x + side * 0.9, y, x + side * 1.3, y + 1.8),
                (x + side * 1.7, y + 1.8),
            ),
            tint((198, 96, 90), s.time, 0.9),
        )


def room(s: Strip) -> None:
    """A papered wall with a window and pictures, a sofa and a lamp, boards and a rug."""
    if s.depth == 0:
        s.ridge(lambda _: 0.8, s.colour, 0.5)
        s.ridge(lambda _: 5.9, mix(s.light, (255, 255, 255), 0.25), 0.5)
        x = float(s.rng.uniform(2.5, 6.5))
        window(s, x, 3.3)
        for dx, high in ((3.6, 0.8), (5.4, 1.1), (7.4, 0.7)):
            s.lay(box(x + dx - 0.7, 3.3 - high, x + dx + 0.7, 3.3 + high), tint(WOOD, s.time, 1.0))
            s.lay(
                box(x + dx - 0.5, 3.5 - high, x + dx + 0.5, 3.1 + high),
                mix(s.light, (120, 170, 180), 0.5),
                0.05,
            )
            s.lay(oval(x + dx, 3.4, 0.3, 0.3), tint((236, 150, 80), s.time, 0.8), 0.03)
        return
    if s.depth == 1:
        x, cloth = float(s.rng.uniform(2.5, 6.5)), tint((86, 132, 150), s.time, 1.0)
        s.lay(
            outline(
                (x - 2, 7.6),
                (x - 2, 5.4),
                (x - 2, 4.9, x - 1.5, 4.9),
                (x + 1.5, 4.9),
                (x + 2, 4.9, x + 2, 5.4),
                (x + 2, 7.6),
            ),
            cloth,
        )
        for dx in (-2.1, 2.1):
            s.lay(box(x + dx - 0.3, 5.7, x + dx + 0.3, 7.6), mix(cloth, s.dark, 0.2))
        s.lay(box(x - 1.8, 6.3, x + 1.8, 7.0), mix(cloth, s.light, 0.25), 0.2)
        s.limb(outline((x + 4, 7.6), (x + 4, 4.2), closed=False), s.dark, 0.14)
        s.lay(outline((x + 3.2, 4.4), (x + 3.6, 3.2), (x + 4.4, 3.2), (x + 4.8, 4.4)), glow(s))
        s.lay(box(x + 6, 3.4, x + 8.4, 7.6), tint(WOOD, s.time, 1.0))
        for shelf in range(3):
            y = 4.6 + shelf * 1.15
            for k in range(7):
                hue = ((200, 80, 70), (90, 130, 170), (230, 180, 90), (110, 150, 100))[
                    int(s.rng.integers(4))
                ]
                s.lay(
                    box(
                        x + 6.15 + k * 0.3, y - float(s.rng.uniform(0.6, 0.9)), x + 6.4 + k * 0.3, y
                    ),
                    tint(hue, s.time, 0.9),
                    0.03,
                )
        floor(s, 7.4)
        return
    floor(s, 8.4)
    x = float(s.rng.uniform(2.5, 6.5))
    s.lay(oval(x, 9.2, 2.6, 0.5), tint((190, 90, 90), s.time, 0.9), 0.1)
    s.lay(oval(x, 9.2, 2.0, 0.34), tint((240, 214, 170), s.time, 0.9), 0.03)


def kitchen(s: Strip) -> None:
    """Tiles and shelves, a stove and a worktop, a chequered floor."""
    if s.depth == 0:
        s.ridge(lambda _: 0.8, s.colour, 0.5)
        for k in range(16):
            for row in range(4):
                if (k + row) % 2:
                    s.lay(
                        box(k * 0.75, 4 + row * 0.75, k * 0.75 + 0.72, 4.72 + row * 0.75),
                        mix(s.light, (255, 255, 255), 0.35),
                        0.03,
                    )
        x = float(s.rng.uniform(2.5, 6.5))
        window(s, x, 2.7)
        for y in (2.0, 3.4):
            s.lay(box(x + 3, y, x + 9, y + 0.2), tint(WOOD, s.time, 1.0))
            for k in range(6):
                hue = ((230, 120, 90), (240, 230, 210), (100, 150, 160), (230, 190, 90))[
                    int(s.rng.integers(4))
                ]
                s.lay(oval(x + 3.6 + k, y - 0.35, 0.32, 0.35), tint(hue, s.time, 0.9), 0.15)
        return
    if s.depth == 1:
        x, front = (
            float(s.rng.uniform(2.5, 6.5)),
            mix(tint((222, 206, 180), s.time, 1.0), s.colour, 0.2),
        )
        s.ridge(lambda _: 5.6, front, 0.5)
        s.ridge(lambda _: 7.6, mix(front, s.dark, 0.5), 0.5)
        s.lay(box(-0.1, 5.4, PERIOD + 0.1, 5.8), tint(WOOD, s.time, 1.0), 0.2)
        for k in range(6):
            s.lay(box(k * 2 + 0.1, 6, k * 2 + 1.9, 7.4), mix(front, s.light, 0.3), 0.15)
            s.lay(oval(k * 2 + 1.6, 6.3, 0.09, 0.09), s.dark, 0.05)
        s.lay(box(x - 0.9, 5.6, x + 0.9, 7.5), tint((110, 114, 126), s.time, 1.0))
        s.lay(box(x - 0.6, 6.2, x + 0.6, 7.1), (255, 170, 90), 0.05)
        s.lay(
            outline((x - 0.6, 4.6), (x + 0.6, 4.6), (x + 0.55, 5.4), (x - 0.55, 5.4)),
            tint((204, 80, 66), s.time, 0.9),
        )
        s.lay(box(x - 0.75, 4.5, x + 0.75, 4.66), s.dark, 0.05)
        return
    s.ridge(lambda _: 8.2, mix(s.light, (255, 255, 255), 0.3), 0.5)
    for k in range(12):
        for row in range(2):
            if (k + row) % 2:
                s.lay(box(k, 8.3 + row * 0.9, k + 1, 9.2 + row * 0.9), s.dark, 0.02)


def shop(s: Strip) -> None:
    """Shelves to the ceiling, a counter with cakes under lamps, tiles."""
    if s.depth == 0:
        s.ridge(lambda _: 0.8, s.colour, 0.5)
        for row in range(4):
            y = 2.4 + row * 1.2
            s.lay(box(-0.1, y, PERIOD + 0.1, y + 0.16), tint(WOOD, s.time, 1.0))
            for k in range(18):
                hue = (
                    (220, 90, 80),
                    (240, 210, 130),
                    (90, 150, 160),
                    (150, 110, 170),
                    (120, 160, 100),
                )[int(s.rng.integers(5))]
                high, x = float(s.rng.uniform(0.4, 0.85)), k * PERIOD / 18
                shape = (
                    oval(x + 0.3, y - high / 2, 0.24, high / 2)
                    if k % 3
                    else box(x + 0.06, y - high, x + 0.56, y)
                )
                s.lay(shape, mix(tint(hue, s.time, 0.9), s.colour, 0.2), 0.1)
        for x in s.around(3, 0.05):
            s.limb(outline((x, 0), (x, 1.0), closed=False), s.dark, 0.06)
            s.lay(
                outline((x - 0.6, 1.5), (x - 0.5, 0.8, x, 0.8), (x + 0.5, 0.8, x + 0.6, 1.5)),
                glow(s),
            )
        return
    if s.depth == 1:
        wood = tint((140, 88, 62), s.time, 1.0)
        s.ridge(lambda _: 5.7, wood, 0.5)
        s.lay(box(-0.1, 5.5, PERIOD + 0.1, 5.85), mix(s.light, (255, 250, 240), 0.5), 0.2)
        for k in range(6):
            s.lay(box(k * 2 + 0.15, 6.1, k * 2 + 1.85, 7.3), mix(wood, s.light, 0.2), 0.1)
        for x in s.around(4):
            hue = ((244, 170, 190), (250, 220, 160), (160, 100, 70))[int(s.rng.integers(3))]
            s.lay(
                outline((x - 0.55, 5.5), (x - 0.5, 4.8, x, 4.7), (x + 0.5, 4.8, x + 0.55, 5.5)),
                tint(hue, s.time, 0.9),
            )
            s.lay(oval(x, 4.65, 0.13, 0.13), tint((214, 50, 60), s.time, 0.8), 0.1)
        s.ridge(lambda _: 7.5, mix(s.colour, s.dark, 0.4), 0.5)
        return
    floor(s, 8.4)


def stage(s: Strip) -> None:
    """Red curtains, boards, footlights and heads of those who watch."""
    red = tint((170, 36, 52), s.time, 0.5)
    if s.depth == 0:
        s.ridge(lambda _: 1.0, mix(red, (30, 10, 30), 0.55), 0.5)
        for k in range(16):
            x = k * PERIOD / 16
            s.lay(
                outline(
                    (x, 0.8),
                    (x + 0.75, 0.8),
                    (x + 0.5, 4, x + 0.7, 7),
                    (x + 0.05, 7),
                    (x + 0.2, 4, x, 0.8),
                ),
                mix(red, (255, 120, 100), 0.12 * (k % 3)),
                0.3,
            )
        s.lay(box(-0.1, 6.2, PERIOD + 0.1, 6.5), tint((226, 180, 80), s.time, 0.5), 0.2)
        return
    if s.depth == 1:
        s.ridge(lambda _: 6.9, tint((196, 142, 90), s.time, 0.5), 0.5)
        for k in range(6):
            s.lay(box(k * 2, 7.0, k * 2 + 0.06, 8.2), s.dark, 0.02)
        s.ridge(lambda _: 8.1, tint((110, 64, 50), s.time, 0.6), 0.5)
        for x in s.around(6, 0.05):
            s.lay(oval(x, 8.15, 0.32, 0.22), (255, 232, 160), 0.1)
        return
    for x in s.around(8):
        y = float(s.rng.uniform(8.6, 9.2))
        s.lay(oval(x, y, 0.5, 0.58), mix(s.colour, (20, 12, 40), 0.6))
        s.lay(oval(x, y + 1.2, 0.95, 0.75), mix(s.colour, (20, 12, 40), 0.6))
    s.ridge(lambda _: 9.7, mix(s.colour, (20, 12, 40), 0.7))


def cave(s: Strip) -> None:
    """Walls round an opening, stones that hang and stand, crystals."""
    if s.depth == 0:
        x = float(s.rng.uniform(2.5, 6.5))
        s.ridge(s.wave(2.6, (2, 0.8), (3, 0.5)), mix(s.colour, s.light, 0.2), 0.5)
        s.lay(oval(x, 4.6, 1.5, 1.3), mix(s.light, (200, 226, 250), 0.5), 0.3)
        s.ridge(s.wave(5.9, (2, 0.5), (5, 0.2)), s.colour)
        return
    top = s.wave((7.6, 8.9)[s.depth - 1], (2, 0.3), (3, 0.2))
    for x in s.around(5 if s.depth == 1 else 4):
        high, wide = float(s.rng.uniform(1.4, 3.2)), float(s.rng.uniform(0.35, 0.6))
        s.lay(
            outline(
                (x - wide, top(x) + 0.5),
                (x - wide * 0.4, top(x) - high * 0.4, x, top(x) - high),
                (x + wide * 0.4, top(x) - high * 0.4, x + wide, top(x) + 0.5),
            ),
            s.colour,
        )
    if s.depth == 1:
        for x in s.around(3):
            for dx, high, turn in ((-0.3, 0.9, -0.35), (0.0, 1.4, 0.0), (0.32, 1.0, 0.35)):
                colour = ((110, 200, 230), (190, 130, 230), (120, 230, 180))[int(s.rng.integers(3))]
                at = x + dx
                s.lay(
                    outline(
                        (at - 0.16, top(x) + 0.3),
                        (at + turn - 0.18, top(x) - high + 0.3),
                        (at + turn, top(x) - high),
                        (at + turn + 0.18, top(x) - high + 0.3),
                        (at + 0.16, top(x) + 0.3),
                    ),
                    colour,
                    0.15,
                )
    s.ridge(top, s.colour)


def space(s: Strip) -> None:
    """Stars and planets, then the craters of a moon."""
    if s.depth == 0:
        for _ in range(40):
            size, x = float(s.rng.uniform(0.09, 0.15)), float(s.rng.uniform(0, PERIOD))
            s.lay(oval(x, float(s.rng.uniform(1.2, 7.2)), size, size), (255, 250, 232), 0.0)
        for x, y, size in zip(s.around(2), (2.2, 4.4), (1.1, 0.6), strict=True):
            hue = ((226, 130, 90), (110, 170, 210), (220, 190, 120), (170, 110, 190))[
                int(s.rng.integers(4))
            ]
            s.lay(oval(x, y, size, size), hue)
            for k in (-0.4, 0.15, 0.55):
                s.lay(
                    oval(x, y + k * size, size * math.sqrt(1 - k * k) * 0.96, size * 0.09),
                    mix(hue, (255, 255, 255), 0.3),
                    0.05,
                )
            s.limb(
                outline(
                    (x - size * 1.7, y + 0.35),
                    (x, y + 0.75, x + size * 1.7, y - 0.35),
                    closed=False,
                ),
                mix(hue, (255, 240, 210), 0.6),
                0.12,
            )
        return
    moon = ((150, 146, 172), (104, 100, 132))[s.depth - 1]
    top = s.wave((7.5, 8.8)[s.depth - 1], (1, 0.3), (2, 0.2))
    s.ridge(top, moon)
    for x in s.around(5):
        y, wide = top(x) + float(s.rng.uniform(0.5, 1.1)), float(s.rng.uniform(0.4, 0.9))
        s.lay(oval(x, y, wide, wide * 0.3), mix(moon, (20, 16, 50), 0.35), 0.0)
        s.lay(
            oval(x + 0.06, y + 0.05, wide * 0.85, wide * 0.22), mix(moon, (20, 16, 50), 0.15), 0.0
        )


DRAW: dict[str, Callable[[Strip], None]] = {
    "room": room,
    "kitchen": kitchen,
    "shop": shop,
    "stage": stage,
    "cave": cave,
    "space": space,
}
