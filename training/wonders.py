"""The rarer subjects, drawn like the animals: each around (0, 0) with radius about 1,
at animation cycle k in -1..1, in one of two patterns (0 or 1)."""

from training.paper import Colour, Palette, Sheets, outline, oval


def owl(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """Looking at you over half spread wings, with tufts and huge eyes."""
    y = -0.28 * k
    for side in (-1, 1):
        wing = outline(
            (side * 0.3, -0.24), (side * 0.84, -0.5 + y * 0.5, side * 1.24, -0.2 + y),
            (side * 1.46, 0.16 + y, side * 1.22, 0.42 + y),
            (side * 1.04, 0.44 + y, side * 1.0, 0.18 + y * 0.9),
            (side * 1.02, 0.58 + y * 0.9, side * 0.86, 0.6 + y * 0.8),
            (side * 0.7, 0.6 + y * 0.7, side * 0.68, 0.3 + y * 0.7),
            (side * 0.62, 0.6 + y * 0.5, side * 0.3, 0.62), (side * 0.3, -0.24),
        )  # fmt: skip
        s.lay(wing, p.dark)
    s.lay(outline((-0.26, 0.7), (-0.5, 1.3, 0.02, 1.3), (0.54, 1.3, 0.3, 0.7)), p.dark)
    s.lay(outline((-0.6, -0.3), (-0.76, 1.06, 0.02, 1.06), (0.78, 1.06, 0.62, -0.3)), p.main)
    s.lay(outline((-0.36, 0.0), (-0.46, 0.92, 0.06, 0.92), (0.56, 0.92, 0.44, 0.0)), p.light, 0.25)
    for x in (-0.22, 0.26):
        s.lay(oval(x, 1.02, 0.17, 0.11), p.gold)
    if pattern == 1:
        for x, top in ((-0.16, 0.3), (0.04, 0.3), (0.24, 0.3), (-0.06, 0.5), (0.14, 0.5)):
            s.line(outline((x, top), (x, top + 0.08), closed=False), p.dark, 0.08)
    s.lay(
        outline(
            (-0.86, -1.28), (-0.46, -0.96, 0.02, -0.9), (0.5, -0.96, 0.9, -1.28),
            (0.8, -0.94, 0.84, -0.6), (0.86, 0.16, 0.04, 0.2), (-0.8, 0.16, -0.78, -0.6),
            (-0.74, -0.94, -0.86, -1.28),
        ),
        p.main,
    )  # fmt: skip
    for x in (-0.33, 0.43):
        s.lay(oval(x, -0.38, 0.37, 0.37), p.light, 0.2)
        s.lay(oval(x + 0.01, -0.38, 0.27, 0.27), p.cream, 0.15)
        s.dot(x + 0.04, -0.37, 0.16, p.ink)
        s.dot(x + 0.1, -0.43, 0.05, p.cream)
    s.lay(
        outline(
            (-0.82, -1.22), (-0.42, -0.94, 0.03, -0.88), (0.5, -0.94, 0.86, -1.22),
            (0.74, -0.78, 0.36, -0.72), (0.16, -0.68, 0.05, -0.46), (-0.06, -0.68, -0.28, -0.72),
            (-0.68, -0.78, -0.82, -1.22),
        ),
        p.dark,
        0.2,
    )  # fmt: skip
    beak = (-0.06, -0.36), (0.05, -0.48, 0.16, -0.36), (0.18, -0.14, 0.05, 0.0)
    s.lay(outline(*beak, (-0.08, -0.14, -0.06, -0.36)), p.gold)


def penguin(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """Upright in a tailcoat; the flippers row as it waddles."""
    s.lay(outline((-0.4, 0.6), (-0.66, 0.9, -0.94, 1.12), (-0.5, 1.16, -0.1, 1.0)), p.dark)
    for x, lift in ((-0.26, 0.05 * k), (0.28, -0.05 * k)):
        foot = outline((x - 0.2, 1.18 - lift), (x - 0.06, 0.8 - lift, x + 0.44, 1.18 - lift))
        s.lay(foot, p.gold)
    x, y = 0.08 * k, -0.22 * k
    s.lay(
        outline(
            (0.34, -0.24), (0.8, -0.16, 1.06 + x, 0.26 + y),
            (1.18 + x, 0.54 + y, 0.92 + x, 0.48 + y * 0.8), (0.6, 0.36, 0.4, 0.3),
        ),
        p.dark,
    )  # fmt: skip
    s.lay(
        outline(
            (-0.24, -0.66), (-0.74, -0.16, -0.74, 0.42), (-0.7, 1.1, 0.02, 1.12),
            (0.74, 1.1, 0.74, 0.42), (0.74, -0.16, 0.4, -0.66),
        ),
        p.main,
    )  # fmt: skip
    s.lay(
        outline(
            (0.3, -0.46), (-0.2, -0.2, -0.24, 0.4), (-0.22, 1.0, 0.22, 1.04),
            (0.7, 1.0, 0.7, 0.44), (0.68, -0.1, 0.3, -0.46),
        ),
        p.light,
        0.25,
    )  # fmt: skip
    if pattern == 1:
        s.line(outline((-0.16, 0.04), (0.22, 0.3, 0.6, 0.08), closed=False), p.dark, 0.12)
    s.lay(outline((0.4, -0.96), (0.86, -0.92, 1.1, -0.66), (0.8, -0.62, 0.4, -0.58)), p.gold)
    s.lay(oval(0.14, -0.78, 0.5, 0.47), p.main)
    s.lay(
        outline(
            (0.62, -0.72), (0.4, -1.24, 0.12, -0.94), (-0.06, -0.5, 0.28, -0.38),
            (0.52, -0.42, 0.62, -0.72),
        ),
        p.light,
        0.2,
    )  # fmt: skip
    s.dot(0.34, -0.8, 0.12, p.cream)
    s.dot(0.36, -0.79, 0.085, p.ink)
    x, y = -0.14 * k, -0.26 * k
    s.lay(
        outline(
            (-0.2, -0.24), (-0.5, -0.36, -0.74 + x * 0.6, 0.0 + y * 0.6),
            (-1.0 + x, 0.28 + y, -1.04 + x, 0.56 + y), (-1.02 + x, 0.76 + y, -0.82 + x, 0.64 + y),
            (-0.4 + x * 0.4, 0.5 + y * 0.3, -0.2, 0.2), (-0.02, -0.14, -0.2, -0.24),
        ),
        p.dark,
    )  # fmt: skip


def snail(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """A great coiled shell on a gliding foot; the feelers reach out."""
    b = 0.06 * k
    for x, y in ((0.78 + 0.1 * k, -0.76 - 0.05 * k), (1.14 + 0.1 * k, -0.62 - 0.05 * k)):
        s.line(outline((0.96 + b, 0.1), (x - 0.06, -0.3, x, y), closed=False), p.dark, 0.11)
        s.lay(oval(x, y, 0.12, 0.12), p.main)
    s.lay(
        outline(
            (-1.28 - b, 0.94), (-0.9 - b, 0.5, -0.3, 0.5), (0.4, 0.6, 0.62, 0.3),
            (0.6 + b, -0.22, 0.92 + b, -0.24), (1.28 + b, -0.2, 1.24 + b, 0.24),
            (1.2 + b, 0.9, 0.8 + b, 0.94), (0.4, 0.98 + b * 0.5, 0.0, 0.94),
            (-0.6, 0.9 - b * 0.5, -1.28 - b, 0.94),
        ),
        p.light,
    )  # fmt: skip
    s.lay(oval(-0.34, -0.18, 0.86, 0.86), p.main)
    if pattern == 1:
        for x, y in ((-1.07, -0.2), (-0.86, -0.7), (-0.34, -0.91), (0.18, -0.7), (0.39, -0.2)):
            s.dot(x, y, 0.08, p.light)
    s.lay(
        outline(
            (0.46, 0.1), (0.3, 0.54, -0.34, 0.52), (-0.96, 0.48, -0.96, -0.16),
            (-0.94, -0.74, -0.34, -0.76), (0.22, -0.74, 0.22, -0.18), (0.18, 0.26, -0.28, 0.26),
            (-0.64, 0.22, -0.64, -0.14), (-0.6, -0.44, -0.32, -0.44), (-0.06, -0.4, -0.08, -0.14),
            (-0.14, 0.04, -0.32, -0.02), (-0.22, -0.1, -0.24, -0.18), (-0.32, -0.28, -0.42, -0.12),
            (-0.42, 0.06, -0.26, 0.08), (0.02, 0.08, 0.02, -0.2), (0.0, -0.54, -0.34, -0.56),
            (-0.76, -0.52, -0.76, -0.14), (-0.74, 0.34, -0.3, 0.36), (0.2, 0.38, 0.46, 0.1),
        ),
        p.dark,
        0.2,
    )  # fmt: skip
    s.dot(1.0 + b, 0.04, 0.12, p.cream)
    s.dot(1.02 + b, 0.05, 0.085, p.ink)
    s.line(outline((1.14 + b, 0.34), (1.06 + b, 0.44, 0.94 + b, 0.38), closed=False), p.ink, 0.045)


def _arms(s: Sheets, colour: Colour, angle: float, length: float, k: float) -> None:
    """Two arms, left and right, so far below the horizontal; the tips curl as k grows."""
    c = 0.08 * k
    for side in (-1, 1):
        s.canvas.save()
        s.canvas.translate(0.03 + side * 0.16, 0.04)
        s.canvas.scale(side * length, length)
        s.canvas.rotate(angle + 7 * k)
        s.lay(
            outline(
                (0, -0.2), (0.4, -0.1, 0.5, 0.04, 0.74, 0.02), (0.92, 0.0, 0.94, -0.16 - c),
                (0.94, -0.3 - c, 0.82, -0.28 - c), (0.98, -0.48 - c, 1.1, -0.2 - c),
                (1.16, 0.16, 0.8, 0.24), (0.4, 0.3, 0, 0.2),
            ),
            colour,
        )  # fmt: skip
        s.canvas.restore()


def octopus(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """A round head on eight arms that curl and uncurl."""
    _arms(s, p.dark, 6, 0.99, k)
    _arms(s, p.dark, 60, 1.12, -k)
    _arms(s, p.main, 32, 1.06, -k)
    _arms(s, p.main, 82, 0.98, k)
    s.lay(
        outline(
            (-0.42, 0.1), (-0.46, -0.14, -0.6, -0.38), (-0.82, -0.76, -0.56, -1.27, 0.04, -1.27),
            (0.66, -1.27, 0.91, -0.76, 0.69, -0.38), (0.54, -0.14, 0.5, 0.1),
            (0.04, 0.34, -0.42, 0.1),
        ),
        p.main,
    )  # fmt: skip
    glint = (-0.54, -0.66), (-0.5, -1.06, -0.08, -1.12), (-0.3, -0.94, -0.34, -0.62)
    s.lay(outline(*glint), p.light, 0.15)
    if pattern == 1:
        for x, y in ((0.2, -0.96), (0.46, -0.82), (0.22, -0.7)):
            s.dot(x, y, 0.085, p.light)
    for x in (-0.16, 0.34):
        s.dot(x, -0.3, 0.17, p.cream)
        s.dot(x + 0.03, -0.28, 0.11, p.ink)
    s.line(outline((-0.02, -0.02), (0.1, 0.08, 0.22, -0.02), closed=False), p.ink, 0.05)


def _bat_wing(s: Sheets, colour: Colour, ribs: Colour, x: float, y: float, k: float) -> None:
    """A ribbed and scalloped wing that stands on a shoulder at (x, y)."""
    t = -0.22 * k
    wrist, tip, middle = (x - 0.18, y - 1.2 + t), (x - 1.1, y - 0.9 + t), (x - 0.8, y - 0.46 + t)
    s.lay(
        outline(
            (x + 0.16, y), (x + 0.0, y - 0.6 + t * 0.5, *wrist),
            (x - 0.76, y - 1.4 + t, *tip), (x - 0.8, y - 0.9 + t, *middle),
            (x - 0.5, y - 0.5 + t, x - 0.38, y - 0.06), (x - 0.2, y - 0.14, x - 0.1, y + 0.14),
        ),
        colour,
    )  # fmt: skip
    rib = outline(wrist, (x - 0.66, y - 0.8 + t, *middle), closed=False)
    s.line(rib, ribs, 0.05)
    rib = outline(wrist, (x - 0.36, y - 0.6 + t, x - 0.38, y - 0.08), closed=False)
    s.line(rib, ribs, 0.05)


def _dragon_head(s: Sheets, p: Palette, f: float) -> None:
    """Horned, breathing a little flame that grows with f."""
    flame = (0.78, -0.56), (1.08, -0.7, 1.3 + f, -0.52), (1.16, -0.44, 1.28, -0.24 + f)
    s.lay(outline(*flame, (0.94, -0.24, 0.78, -0.56)), p.gold)
    for x in (0.24, 0.4):
        horn = (x - 0.08, -0.86), (x - 0.12, -1.12, x - 0.28, -1.22), (x, -1.26, x + 0.12, -0.94)
        s.lay(outline(*horn), p.cream)
    s.lay(
        outline(
            (0.1, -0.76), (0.2, -1.14, 0.54, -1.04), (0.7, -0.9, 0.86, -0.9),
            (1.08, -0.92, 1.06, -0.68), (0.88, -0.6, 0.7, -0.6), (0.8, -0.5, 0.9, -0.46),
            (0.78, -0.3, 0.5, -0.36), (0.14, -0.44, 0.1, -0.76),
        ),
        p.main,
    )  # fmt: skip
    s.dot(0.48, -0.8, 0.12, p.cream)
    s.dot(0.51, -0.79, 0.085, p.ink)
    s.dot(0.94, -0.78, 0.04, p.ink)


def dragon(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """Long-necked on bat wings, with a spade on its tail and a small flame."""
    w = 0.06 - 0.07 * k
    _bat_wing(s, p.dark, p.main, -0.08, 0.1, 0.7 * k)
    s.lay(
        outline(
            (-1.2, -0.06 + w), (-0.86, 0.12 + w, -0.9, 0.46 + w), (-1.06, 0.34 + w),
            (-1.33, 0.42 + w), (-1.38, 0.14 + w, -1.2, -0.06 + w),
        ),
        p.dark,
    )  # fmt: skip
    s.lay(
        outline(
            (-0.1, 0.3), (-0.46, 0.5, -0.62, 0.68), (-0.94, 0.86, -1.02, 0.36 + w),
            (-1.2, 0.34 + w), (-1.2, 1.06, -0.74, 1.06), (-0.4, 1.06, 0.1, 0.86),
        ),
        p.main,
    )  # fmt: skip
    for x in (-0.2, 0.34):
        leg = (x - 0.16, 0.7), (x - 0.16, 1.14), (x + 0.3, 1.14), (x + 0.26, 0.96, x + 0.12, 0.96)
        s.lay(outline(*leg, (x + 0.16, 0.7)), p.dark)
    s.lay(
        outline(
            (-0.5, 0.6), (-0.46, 0.16, 0.0, 0.14), (0.46, 0.06, 0.16, -0.5, 0.2, -0.8),
            (0.56, -0.6), (0.46, -0.3, 0.66, 0.0, 0.64, 0.44), (0.6, 1.0, 0.06, 1.0),
            (-0.46, 1.0, -0.5, 0.6),
        ),
        p.main,
    )  # fmt: skip
    s.lay(
        outline(
            (0.5, -0.44), (0.46, -0.2, 0.66, 0.0, 0.64, 0.44), (0.58, 0.94, 0.14, 0.96),
            (0.36, 0.7, 0.42, 0.34), (0.42, 0.0, 0.32, -0.4),
        ),
        p.light,
        0.2,
    )  # fmt: skip
    if pattern == 1:
        for x, y in ((0.42, -0.08), (0.45, 0.16), (0.45, 0.4), (0.4, 0.64)):
            s.line(outline((x, y), (x + 0.14, y + 0.02), closed=False), p.dark, 0.06)
    _dragon_head(s, p, 0.06 * k)
    _bat_wing(s, p.light, p.dark, -0.16, 0.38, k)


def airplane(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """A plump propeller plane; the wings dip and the blades turn."""
    w = 0.06 * k
    far = (0.4, -0.3), (0.02, -0.9 - w, -0.16, -0.94 - w), (-0.36, -0.96 - w, -0.34, -0.8 - w)
    s.lay(outline(*far, (-0.16, -0.2)), p.dark)
    s.lay(oval(1.16, 0.04, 0.09, 0.56 + 0.16 * k), p.wood)
    s.line(outline((0.5, 0.3), (0.62, 0.74), closed=False), p.wood, 0.1)
    s.lay(oval(0.62, 0.76, 0.17, 0.17), p.ink)
    fin = (-0.6, -0.1), (-0.96, -0.4, -1.0, -0.78), (-1.02, -0.96, -1.24, -0.9)
    s.lay(outline(*fin, (-1.34, -0.4, -1.14, -0.06)), p.dark)
    s.lay(
        outline(
            (-1.26, -0.16), (-0.6, -0.36, -0.2, -0.42), (0.1, -0.5, 0.3, -0.5),
            (1.08, -0.46, 1.1, 0.04), (1.08, 0.46, 0.3, 0.48), (-0.7, 0.42, -1.26, -0.16),
        ),
        p.main,
    )  # fmt: skip
    if pattern == 1:
        s.line(outline((-0.6, 0.06), (0.2, 0.16, 0.98, 0.12), closed=False), p.light, 0.12)
    nose = (0.94, -0.22), (1.34, -0.1, 1.34, 0.04), (1.34, 0.18, 0.94, 0.3)
    s.lay(outline(*nose, (1.0, 0.04, 0.94, -0.22)), p.gold)
    s.lay(outline((0.46, -0.4), (0.72, -0.38, 0.84, -0.14), (0.66, -0.04, 0.46, -0.1)), p.cream)
    for x in (-0.36, -0.08, 0.2):
        s.lay(oval(x, -0.18, 0.11, 0.11), p.cream)
    tail = (-0.7, -0.12), (-1.06, -0.06, -1.3, 0.2), (-1.3, 0.36, -1.1, 0.3)
    s.lay(outline(*tail, (-0.8, 0.2, -0.6, 0.02)), p.light)
    near = (0.36, 0.12), (0.2, 0.4, -0.24, 0.96 + w), (-0.44, 1.1 + w, -0.58, 0.96 + w)
    s.lay(outline(*near, (-0.5, 0.5, -0.24, 0.12)), p.light)
