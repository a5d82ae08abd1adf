"""The animals of the water, drawn like those of land and air."""

from training.paper import Palette, Sheets, outline


def whale(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """Big-headed, with a grooved belly, lifted flukes and a fountain."""
    for side in (-1, 1):
        jet = outline((0.28, -0.5), (0.3, -0.95 - 0.08 * k, 0.28 + side * 0.3, -1.08 - 0.1 * k))
        curl = outline(
            (0.24, -0.5),
            (0.22, -1.0 - 0.1 * k, 0.28 + side * 0.34, -1.16 - 0.12 * k),
            (0.28 + side * 0.62, -1.12 - 0.1 * k, 0.28 + side * 0.5, -0.82),
            (0.28 + side * 0.34, -1.0, 0.34, -0.5),
        )
        s.lay(jet, p.cream, 0.1)
        s.lay(curl, p.cream, 0.1)
    y = -0.36 - 0.2 * k
    s.lay(
        outline(
            (-1.02, y + 0.2),
            (-1.12, y - 0.12, -1.38, y - 0.16),
            (-1.3, y - 0.36, -0.98, y - 0.18),
            (-0.78, y - 0.46, -0.58, y - 0.4),
            (-0.62, y - 0.02, -0.86, y + 0.24),
        ),
        p.dark,
    )
    s.lay(
        outline(
            (-0.98, y + 0.12),
            (-0.75, y + 0.1, -0.5, -0.1),
            (-0.1, -0.62, 0.5, -0.58),
            (1.2, -0.5, 1.2, 0.12),
            (1.12, 0.72, 0.2, 0.72),
            (-0.7, 0.72, -0.98, y + 0.12),
        ),
        p.main,
    )
    s.lay(
        outline(
            (1.18, 0.2), (0.6, 0.3, 0.1, 0.22), (-0.3, 0.2, -0.5, 0.48),
            (-0.1, 0.74, 0.3, 0.71), (1.0, 0.68, 1.18, 0.2),
        ),
        p.light,
        0.25,
    )  # fmt: skip
    for i in range(3):
        x = 0.12 + i * 0.28
        s.line(outline((x, 0.36), (x + 0.06, 0.5, x - 0.02, 0.64), closed=False), p.dark, 0.045)
    s.lay(
        outline(
            (0.02, 0.3), (-0.1, 0.62, -0.34, 0.9 - 0.16 * k), (0.06, 0.86 - 0.1 * k, 0.3, 0.36)
        ),
        p.dark,
    )
    if pattern == 1:
        for x, y2 in ((-0.1, -0.2), (0.18, -0.32), (-0.34, 0.04)):
            s.dot(x, y2, 0.07, p.light)
    s.dot(0.78, -0.04, 0.11, p.cream)
    s.dot(0.8, -0.03, 0.075, p.ink)


def jellyfish(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """A pulsing bell over waving arms."""
    for i, x in enumerate((-0.6, -0.3, 0.0, 0.3, 0.6)):
        w = (0.16 if i % 2 else -0.16) * k
        n = 1.12 if i % 2 == 0 else 0.94
        s.lay(
            outline(
                (x - 0.12, -0.05), (x - 0.28 + w, 0.38, x - 0.06 - w, 0.66),
                (x + 0.06 - w, 0.9, x - 0.06 + w, n), (x + 0.1 + w, n),
                (x + 0.26 - w, 0.84, x + 0.1 - w, 0.6), (x - 0.02 + w, 0.3, x + 0.12, -0.05),
            ),
            p.dark if i % 2 else p.light,
        )  # fmt: skip
    b = 0.1 * k
    s.lay(
        outline(
            (-0.92 - b, 0.1), (-1.0 - b, -1.02 + b, 0, -1.04 + b),
            (1.0 + b, -1.02 + b, 0.92 + b, 0.1), (0.76 + b, 0.28, 0.56, 0.08),
            (0.36, 0.28, 0.18, 0.1), (0.0, 0.28, -0.18, 0.1), (-0.36, 0.28, -0.56, 0.08),
            (-0.76 - b, 0.28, -0.92 - b, 0.1),
        ),
        p.main,
    )  # fmt: skip
    s.lay(
        outline((-0.66, -0.22), (-0.6, -0.78 + b, -0.04, -0.84 + b), (-0.34, -0.6, -0.4, -0.18)),
        p.light,
        0.15,
    )
    if pattern == 1:
        for x, y in ((0.14, -0.5), (0.44, -0.34), (0.1, -0.2)):
            s.dot(x, y, 0.085, p.light)
    for x in (0.12, 0.56):
        s.dot(x, -0.12, 0.075, p.ink)


def fish(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """A round reef fish with a fan tail, bands or scales."""
    w = 0.26 * k
    s.lay(
        outline(
            (-0.5, 0.02), (-0.84, -0.3 + w, -1.18, -0.58 + w), (-1.02, -0.1, -0.98, w),
            (-1.02, 0.2, -1.16, 0.6 + w), (-0.84, 0.34 + w, -0.5, 0.06),
        ),
        p.dark,
    )  # fmt: skip
    s.lay(
        outline((0.5, -0.46), (0.16, -1.06 - 0.06 * k, -0.46, -0.9), (-0.36, -0.6, -0.5, -0.28)),
        p.dark,
    )
    s.lay(outline((0.2, 0.46), (-0.04, 0.92, -0.4, 0.84 - 0.05 * k), (-0.3, 0.5)), p.dark)
    s.lay(
        outline(
            (-0.72, 0.02), (-0.3, -0.62, 0.34, -0.6), (0.9, -0.5, 1.12, 0.02),
            (0.9, 0.56, 0.34, 0.62), (-0.3, 0.62, -0.72, 0.02),
        ),
        p.main,
    )  # fmt: skip
    if pattern == 1:
        for x in (-0.36, -0.1, 0.16):
            for y in (-0.22, 0.06, 0.32):
                arc = outline((x, y - 0.12), (x + 0.16, y, x, y + 0.12), closed=False)
                s.line(arc, p.light, 0.06)
    else:
        s.lay(
            outline((0.3, -0.58), (0.5, 0.0, 0.3, 0.6), (0.1, 0.6), (0.3, 0, 0.1, -0.58)), p.light
        )
        s.lay(
            outline((-0.3, -0.4), (-0.12, 0.0, -0.3, 0.44), (-0.46, 0.3), (-0.34, 0, -0.46, -0.26)),
            p.light,
        )
    s.lay(
        outline(
            (0.24, 0.08), (-0.1, 0.06 + 0.12 * k, -0.22, 0.26 + 0.2 * k), (0.1, 0.4, 0.28, 0.24)
        ),
        p.dark,
    )
    s.dot(0.74, -0.14, 0.15, p.cream)
    s.dot(0.77, -0.13, 0.09, p.ink)
    s.line(outline((1.06, 0.14), (0.96, 0.24, 0.86, 0.22), closed=False), p.ink, 0.045)


def turtle(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """A sea turtle: a plated dome, long flippers, a friendly head."""
    skin = p.light
    s.lay(
        outline((-0.66, 0.26), (-1.0, 0.3, -1.2, 0.52 + 0.14 * k), (-0.9, 0.62, -0.5, 0.44)), skin
    )
    s.lay(
        outline((0.3, 0.2), (0.52, 0.64 + 0.3 * k, 0.2, 0.98 + 0.34 * k), (0.06, 0.7, -0.1, 0.34)),
        p.dark,
    )
    s.lay(
        outline(
            (0.56, 0.12), (0.8, -0.02, 0.86, -0.2), (1.08, -0.42, 1.3, -0.14),
            (1.36, 0.14, 1.1, 0.2), (0.9, 0.36, 0.5, 0.4),
        ),
        skin,
    )  # fmt: skip
    s.dot(1.12, -0.1, 0.075, p.ink)
    s.line(outline((1.3, 0.06), (1.2, 0.12, 1.1, 0.08), closed=False), p.ink, 0.04)
    s.lay(
        outline(
            (-0.86, 0.3), (-0.1, 0.56, 0.74, 0.3), (0.4, 0.52, -0.1, 0.54), (-0.6, 0.52, -0.86, 0.3)
        ),
        p.cream,
    )
    s.lay(
        outline(
            (-0.92, 0.32),
            (-0.84, -0.66, -0.06, -0.68),
            (0.7, -0.62, 0.82, 0.3),
            (0, 0.48, -0.92, 0.32),
        ),
        p.main,
    )
    plates = ((-0.5, -0.04, 0.2), (-0.05, -0.3, 0.21), (0.4, -0.02, 0.2), (-0.05, 0.16, 0.17))
    for x, y, r in plates:
        hexagon = outline(
            (x - r, y), (x - r * 0.5, y - r * 0.8), (x + r * 0.5, y - r * 0.8),
            (x + r, y), (x + r * 0.5, y + r * 0.8), (x - r * 0.5, y + r * 0.8),
        )  # fmt: skip
        s.lay(hexagon, p.dark if pattern != 1 else p.light, 0.1)
    s.lay(
        outline(
            (0.3, 0.3), (0.1, 0.6 - 0.34 * k, -0.34, 0.86 - 0.62 * k),
            (-0.52, 0.98 - 0.66 * k, -0.56, 0.84 - 0.6 * k),
            (-0.3, 0.5 - 0.24 * k, -0.12, 0.28),
        ),
        skin,
    )  # fmt: skip
