"""The craft of the embedded model, drawn like the animals."""

import math

from training.paper import Palette, Sheets, outline, oval


def balloon(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """A hot-air balloon; basket and envelope swing against each other."""
    b = 0.12 * k
    for x in (-0.2, 0.2):
        s.line(outline((x * 1.3, 0.5), (x * 0.8 + b, 0.92), closed=False), p.wood, 0.045)
    s.lay(outline((-0.24 + b, 0.86), (0.24 + b, 0.86), (0.18 + b, 1.2), (-0.18 + b, 1.2)), p.wood)
    s.line(outline((-0.2 + b, 0.99), (0.2 + b, 0.99), closed=False), p.gold, 0.05)

    def gore(w: float) -> tuple[tuple[float, ...], ...]:
        c = -b * 0.35
        return (
            (c, -1.2), (c + w, -1.2, c + w * 1.02, -0.36), (c + w * 0.94, 0.16, 0.3 * w, 0.64),
            (-0.3 * w, 0.64), (c - w * 0.94, 0.16, c - w * 1.02, -0.36), (c - w, -1.2, c, -1.2),
        )  # fmt: skip

    s.lay(outline(*gore(0.95)), p.main)
    s.lay(outline(*gore(0.62)), p.light, 0.3)
    s.lay(outline(*gore(0.26)), p.main, 0.3)
    if pattern == 1:
        band = outline((-0.9, -0.5), (0, -0.22, 0.9, -0.5), (0.92, -0.26), (0, 0.04, -0.92, -0.26))
        s.canvas.save()
        s.canvas.clipPath(outline(*gore(0.93)), True)
        s.lay(band, p.dark, 0.3)
        s.canvas.restore()
    s.lay(outline((-0.26, 0.56), (0.26, 0.56), (0.2, 0.7), (-0.2, 0.7)), p.dark)


def sailboat(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """Two sails that fill and slacken, a wooden hull, a pennant."""
    s.line(outline((0.0, -1.14), (0.0, 0.5), closed=False), p.wood, 0.09)
    flag = outline((0.0, -1.24), (-0.24, -1.2 + 0.06 * k), (-0.44, -1.06 - 0.08 * k), (0.0, -1.02))
    s.lay(flag, p.gold)
    full = 0.16 * k
    s.lay(
        outline(
            (0.08, -1.02), (0.8 + full, -0.4, 0.98 + full * 0.4, 0.34), (0.5, 0.42, 0.08, 0.36)
        ),
        p.main,
    )
    s.lay(
        outline(
            (-0.1, -0.86), (-0.34 + full, -0.2, -0.86 + full * 0.5, 0.34), (-0.4, 0.44, -0.1, 0.34)
        ),
        p.light if pattern != 1 else p.dark,
    )
    if pattern == 1:
        s.line(outline((0.12, -0.3), (0.5, -0.26, 0.72 + full, -0.3), closed=False), p.light, 0.1)
        s.line(outline((0.12, 0.02), (0.5, 0.06, 0.86 + full, 0.02), closed=False), p.light, 0.1)
    s.lay(
        outline(
            (-1.06, 0.48),
            (0.0, 0.58, 1.2, 0.42),
            (1.0, 0.9, 0.7, 1.0),
            (-0.7, 1.0),
            (-0.96, 0.9, -1.06, 0.48),
        ),
        p.wood,
    )
    s.line(outline((-0.94, 0.7), (0.0, 0.78, 1.02, 0.66), closed=False), p.cream, 0.06)


def rocket(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """Leaning to the right, with a porthole and a flickering flame."""
    s.canvas.save()
    s.canvas.rotate(20)
    n = 1.24 + 0.16 * k
    s.lay(outline((-0.28, 0.66), (-0.34, 1.0, 0, n), (0.34, 1.0, 0.28, 0.66)), p.gold)
    s.lay(
        outline((-0.14, 0.66), (-0.16, 0.86, 0, n - 0.28), (0.16, 0.86, 0.14, 0.66)), p.cream, 0.1
    )
    for side in (-1, 1):
        s.lay(
            outline(
                (side * 0.28, 0.06),
                (side * 0.82, 0.36, side * 0.78, 0.94),
                (side * 0.5, 0.72, side * 0.24, 0.7),
            ),
            p.dark,
        )
    s.lay(
        outline(
            (0, -1.26), (0.48, -0.78, 0.46, -0.1), (0.44, 0.42, 0.28, 0.74), (-0.28, 0.74),
            (-0.44, 0.42, -0.46, -0.1), (-0.48, -0.78, 0, -1.26),
        ),
        p.main,
    )  # fmt: skip
    s.lay(
        outline(
            (0, -1.26), (0.3, -0.98, 0.4, -0.62), (0, -0.52, -0.4, -0.62), (-0.3, -0.98, 0, -1.26)
        ),
        p.dark,
        0.2,
    )
    s.lay(oval(0, -0.2, 0.25, 0.25), p.cream)
    s.lay(oval(0, -0.2, 0.16, 0.16), p.ink, 0.1)
    if pattern == 1:
        s.lay(
            outline((-0.44, 0.2), (0, 0.3, 0.44, 0.2), (0.4, 0.44), (0, 0.54, -0.4, 0.44)),
            p.light,
            0.2,
        )
    angle = math.radians(8 * k)
    s.lay(
        outline(
            (0.0, 0.3), (0.1, 0.62, 0.04 + 0.1 * angle, 0.94), (-0.08, 0.94), (-0.1, 0.62, 0.0, 0.3)
        ),
        p.dark,
        0.2,
    )
    s.canvas.restore()
