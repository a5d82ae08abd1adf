"""The herd: bigger animals that walk the land, and a frog, drawn like the other animals."""

from training.paper import Colour, Palette, Sheets, outline, oval

Point = tuple[float, float]


def _leg(s: Sheets, hip: Point, foot: Point, widths: Point, tone: Colour) -> None:
    """A leg that tapers from the hip to the foot."""
    (x, y), (fx, fy), (w, v) = hip, foot, widths
    knee = y + (fy - y) * 0.6
    leg = outline(
        (x - w, y), (x + w, y), (fx + v, knee, fx + v, fy), (fx - v, fy), (fx - v, knee, x - w, y),
    )  # fmt: skip
    s.lay(leg, tone)


def _hoof(s: Sheets, foot: Point, v: float, tone: Colour) -> None:
    """The end of a slim leg."""
    x, y = foot
    hoof = outline((x - v, y - 0.15), (x + v, y - 0.15), (x + v + 0.05, y), (x - v - 0.02, y))
    s.lay(hoof, tone, 0.2)


def _paw(s: Sheets, foot: Point, v: float, tone: Colour) -> None:
    """The end of a soft leg."""
    x, y = foot
    paw = outline(
        (x - v, y), (x - v, y - 0.22, x + 0.04, y - 0.2), (x + v + 0.16, y - 0.18, x + v + 0.14, y),
    )  # fmt: skip
    s.lay(paw, tone, 0.2)


def _eye(s: Sheets, p: Palette, x: float, y: float, r: float) -> None:
    """A round eye that looks ahead."""
    s.dot(x, y, r, p.cream)
    s.dot(x + 0.02, y + 0.01, r * 0.72, p.ink)


def dog(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """Standing, with a hanging ear, a collar and a wagging tail."""
    w = 0.13 * k
    tail = outline(
        (-0.7, 0.06), (-1.02, -0.1, -1.06 + 0.6 * w, -0.5),
        (-1.1 + w, -0.88, -0.94 + 1.4 * w, -0.98), (-0.76 + 1.3 * w, -0.98, -0.82 + w, -0.6),
        (-0.8 + 0.6 * w, -0.28, -0.42, -0.14),
    )  # fmt: skip
    s.lay(tail, p.main)
    step = 0.14 * k
    for x, d in ((-0.36, -1), (0.4, 1)):
        _leg(s, (x, 0.2), (x + d * step, 0.94), (0.17, 0.1), p.dark)
    for x, d in ((-0.54, 1), (0.22, -1)):
        _leg(s, (x, 0.2), (x + d * step, 0.94), (0.2, 0.11), p.main)
        _paw(s, (x + d * step, 0.96), 0.11, p.light)
    body = outline(
        (-0.78, 0.12), (-0.76, -0.24, -0.36, -0.22), (0.0, -0.2, 0.16, -0.4), (0.7, -0.4),
        (0.72, 0.2, 0.46, 0.42), (0.2, 0.52, -0.1, 0.34), (-0.36, 0.3, -0.5, 0.44),
        (-0.76, 0.44, -0.78, 0.12),
    )  # fmt: skip
    s.lay(body, p.main)
    if pattern == 1:
        patch = outline(
            (-0.6, -0.12), (-0.3, -0.24, -0.04, -0.2), (0.0, 0.12, -0.3, 0.14),
            (-0.6, 0.12, -0.6, -0.12),
        )  # fmt: skip
        s.lay(patch, p.light, 0.15)
    collar = outline(
        (0.14, -0.34), (0.4, -0.1, 0.74, -0.22), (0.74, -0.06), (0.38, 0.08, 0.06, -0.2),
    )  # fmt: skip
    s.lay(collar, p.gold)
    y = 0.04 * k
    head = outline(
        (0.12, -0.6 + y), (0.18, -1.08 + y, 0.62, -1.06 + y), (0.88, -1.06 + y, 0.96, -0.8 + y),
        (1.3, -0.8 + y, 1.32, -0.56 + y), (1.32, -0.26 + y, 0.98, -0.26 + y),
        (0.7, -0.16 + y, 0.44, -0.2 + y), (0.12, -0.24 + y, 0.12, -0.6 + y),
    )  # fmt: skip
    s.lay(head, p.main)
    s.lay(oval(1.06, -0.46 + y, 0.24, 0.17), p.light, 0.1)
    s.dot(1.26, -0.68 + y, 0.1, p.ink)
    _eye(s, p, 0.8, -0.72 + y, 0.1)
    e = 0.1 * k
    ear = outline(
        (0.22, -0.94 + y), (0.48, -1.08 + y, 0.56, -0.76 + y),
        (0.66 + e, -0.2 + y, 0.4 + e, -0.08 + y), (0.12 + e, -0.06 + y, 0.06, -0.44 + y),
        (0.02, -0.8 + y, 0.22, -0.94 + y),
    )  # fmt: skip
    s.lay(ear, p.dark)


def horse(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """Trotting, with an arched neck and a long mane and tail."""
    w = 0.1 * k
    tail = outline(
        (-0.62, -0.22), (-0.94, -0.38, -1.04 - 0.4 * w, 0.0), (-1.08 - w, 0.34, -1.22 - w, 0.5),
        (-0.96 - w, 0.68, -0.84 - w, 0.36), (-0.76, 0.1, -0.58, 0.04),
    )  # fmt: skip
    s.lay(tail, p.dark)
    step = 0.2 * k
    for x, d in ((-0.42, -1), (0.4, 1)):
        _leg(s, (x, 0.1), (x + d * step, 0.98), (0.16, 0.07), p.dark)
        _hoof(s, (x + d * step, 1.0), 0.07, p.ink)
    for x, d in ((-0.58, 1), (0.26, -1)):
        _leg(s, (x, 0.1), (x + d * step, 0.98), (0.18, 0.08), p.main)
        _hoof(s, (x + d * step, 1.0), 0.08, p.ink if pattern == 0 else p.cream)
    y = 0.06 * k
    mane = outline(
        (0.06, -0.1), (-0.12, -0.3, 0.06, -0.42), (-0.04, -0.6, 0.16, -0.7),
        (0.08, -0.9 + y, 0.3, -0.96 + y), (0.3, -1.16 + y, 0.56, -1.16 + y),
        (0.78, -1.1 + y, 0.8, -0.86 + y), (0.4, 0.0),
    )  # fmt: skip
    s.lay(mane, p.dark)
    s.lay(outline((0.56, -1.0 + y), (0.57, -1.27 + y), (0.8, -0.98 + y)), p.dark)
    body = outline(
        (-0.8, 0.0), (-0.76, -0.34, -0.36, -0.28), (-0.08, -0.2, 0.1, -0.3),
        (0.22, -0.56, 0.38, -0.9 + y), (0.52, -1.1 + y, 0.74, -1.04 + y),
        (0.96, -0.94 + y, 1.02, -0.8 + y, 1.28, -0.54 + y), (1.34, -0.3 + y, 1.08, -0.32 + y),
        (0.92, -0.44 + y, 0.72, -0.52 + y), (0.7, -0.2, 0.62, 0.06), (0.56, 0.36, 0.2, 0.34),
        (-0.2, 0.24, -0.46, 0.36), (-0.82, 0.36, -0.8, 0.0),
    )  # fmt: skip
    s.lay(body, p.main)
    muzzle = outline(
        (1.1, -0.68 + y), (1.28, -0.56 + y), (1.34, -0.3 + y, 1.08, -0.32 + y),
        (0.98, -0.46 + y, 1.1, -0.68 + y),
    )  # fmt: skip
    s.lay(muzzle, p.light, 0.15)
    s.dot(0.8, -0.82 + y, 0.075, p.ink)
    if pattern == 1:
        for a, b, r in ((-0.5, -0.06, 0.1), (-0.28, 0.06, 0.07), (-0.6, 0.14, 0.06)):
            s.dot(a, b, r, p.light)


def elephant(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """Strolling on pillars, with a flapping ear and a swinging trunk."""
    w = 0.1 * k
    s.line(outline((-0.86, -0.2), (-1.12, -0.1, -1.12 - w, 0.26), closed=False), p.dark, 0.07)
    s.lay(oval(-1.12 - w, 0.32, 0.08, 0.12), p.ink)
    step = 0.1 * k
    for x, d in ((-0.5, -1), (0.24, 1)):
        _leg(s, (x, 0.2), (x + d * step, 0.94), (0.22, 0.17), p.dark)
    for x, d in ((-0.72, 1), (-0.02, -1)):
        f = x + d * step
        _leg(s, (x, 0.2), (f, 0.96), (0.26, 0.19), p.main)
        s.lay(outline((f - 0.17, 0.96), (f, 0.74, f + 0.17, 0.96)), p.cream, 0.15)
    body = outline(
        (-0.96, 0.1), (-1.0, -0.6, -0.3, -0.62), (0.2, -0.62, 0.52, -0.3), (0.6, 0.3, 0.2, 0.46),
        (-0.2, 0.56, -0.7, 0.48), (-0.96, 0.4, -0.96, 0.1),
    )  # fmt: skip
    s.lay(body, p.main)
    t = 0.08 * k
    trunk = outline(
        (0.3, -0.3), (0.3, -0.86, 0.74, -0.86), (1.08, -0.82, 1.12, -0.3),
        (1.14, 0.1, 1.08 + t, 0.42), (1.1 + t, 0.62, 1.16 + t, 0.38),
        (1.32 + t, 0.42, 1.25 + t, 0.62), (1.12 + t, 0.9, 0.94 + t, 0.74),
        (0.82 + t, 0.62, 0.86 + 0.5 * t, 0.34), (0.88, 0.18, 0.8, 0.08), (0.3, 0.14, 0.3, -0.3),
    )  # fmt: skip
    s.lay(trunk, p.main)
    tusk = outline((0.66, -0.04), (0.72, 0.32, 1.16, 0.28), (0.94, 0.14, 0.88, -0.08))
    s.lay(tusk, p.cream, 0.25)
    e = 0.08 * k
    ear = outline(
        (0.58, -0.74), (0.34, -1.14, -0.08 - e, -0.88), (-0.46 - e, -0.56, -0.2 - e, 0.0),
        (0.02 - e, 0.42, 0.32, 0.16), (0.62, -0.14, 0.58, -0.74),
    )  # fmt: skip
    s.lay(ear, p.dark)
    inner = outline(
        (0.45, -0.68), (0.26, -0.94, 0.0 - e, -0.74), (-0.28 - e, -0.48, -0.1 - e, -0.06),
        (0.08 - e, 0.24, 0.26, 0.04), (0.48, -0.18, 0.45, -0.68),
    )  # fmt: skip
    s.lay(inner, p.light if pattern == 0 else p.main, 0.15)
    _eye(s, p, 0.8, -0.42, 0.09)


def bear(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """Trundling along, heavy and round, with a nodding head."""
    s.lay(oval(-0.94, -0.1, 0.16, 0.15), p.dark)
    step = 0.13 * k
    for x, d in ((-0.4, -1), (0.46, 1)):
        _leg(s, (x, 0.3), (x + d * step, 0.92), (0.22, 0.16), p.dark)
    for x, d in ((-0.62, 1), (0.2, -1)):
        _leg(s, (x, 0.3), (x + d * step, 0.94), (0.28, 0.18), p.main)
        _paw(s, (x + d * step, 0.96), 0.19, p.dark)
    body = outline(
        (-1.0, 0.16), (-1.02, -0.5, -0.42, -0.56), (-0.1, -0.58, 0.14, -0.66),
        (0.48, -0.74, 0.74, -0.4), (0.84, 0.26, 0.5, 0.46), (0.0, 0.6, -0.6, 0.54),
        (-1.0, 0.5, -1.0, 0.16),
    )  # fmt: skip
    s.lay(body, p.main)
    s.lay(outline((-0.6, 0.52), (-0.1, 0.2, 0.42, 0.46), (0.0, 0.6, -0.6, 0.52)), p.light, 0.2)
    if pattern == 1:
        bib = outline((0.3, -0.2), (0.4, 0.24, 0.74, 0.2), (0.72, 0.4), (0.3, 0.42, 0.16, -0.1))
        s.lay(bib, p.light, 0.15)
    y = 0.07 * k - 0.08
    for x in (0.47, 0.99):
        s.lay(oval(x, -0.77 + y, 0.2, 0.2), p.dark)
    head = outline(
        (0.36, -0.36 + y), (0.36, -0.78 + y, 0.76, -0.78 + y), (1.06, -0.76 + y, 1.12, -0.46 + y),
        (1.34, -0.42 + y, 1.34, -0.22 + y), (1.32, 0.02 + y, 1.04, 0.02 + y),
        (0.84, 0.1 + y, 0.66, 0.06 + y), (0.36, 0.0 + y, 0.36, -0.36 + y),
    )  # fmt: skip
    s.lay(head, p.main)
    s.lay(oval(1.1, -0.2 + y, 0.22, 0.18), p.light, 0.12)
    s.dot(1.24, -0.3 + y, 0.085, p.ink)
    _eye(s, p, 0.86, -0.46 + y, 0.085)


def _antler(s: Sheets, x: float, y: float, d: int, tone: Colour) -> None:
    """An antler of three points that leans forward (d = 1) or back (d = -1)."""
    antler = outline(
        (x - 0.08 * d, y + 0.02), (x - 0.06 * d, y - 0.18, x + 0.08 * d, y - 0.22),
        (x + 0.08 * d, y - 0.36, x + 0.02 * d, y - 0.5),
        (x + 0.2 * d, y - 0.42, x + 0.21 * d, y - 0.28),
        (x + 0.32 * d, y - 0.4, x + 0.28 * d, y - 0.58),
        (x + 0.46 * d, y - 0.46, x + 0.38 * d, y - 0.24),
        (x + 0.48 * d, y - 0.28, x + 0.54 * d, y - 0.42),
        (x + 0.64 * d, y - 0.04, x + 0.06 * d, y + 0.06),
    )  # fmt: skip
    s.lay(antler, tone)


def deer(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """Stepping on slim legs, the antlers held high."""
    y = 0.05 * k
    s.lay(oval(-0.78, -0.1, 0.13, 0.19), p.cream)
    step = 0.17 * k
    for x, d in ((-0.46, -1), (0.3, 1)):
        _leg(s, (x, 0.1), (x + d * step, 0.98), (0.12, 0.055), p.dark)
        _hoof(s, (x + d * step, 1.0), 0.055, p.ink)
    for x, d in ((-0.58, 1), (0.18, -1)):
        _leg(s, (x, 0.1), (x + d * step, 0.98), (0.16, 0.06), p.main)
        _hoof(s, (x + d * step, 1.0), 0.06, p.ink)
    _antler(s, 0.7, -0.7 + y, 1, p.wood)
    _antler(s, 0.56, -0.7 + y, -1, p.wood)
    ear = outline(
        (0.46, -0.58 + y), (0.26, -0.74 + y, 0.06, -0.62 + y), (0.12, -0.38 + y, 0.46, -0.42 + y),
    )  # fmt: skip
    s.lay(ear, p.dark)
    body = outline(
        (-0.78, 0.02), (-0.74, -0.22, -0.34, -0.16), (-0.04, -0.1, 0.12, -0.2),
        (0.3, -0.32, 0.34, -0.52 + y), (0.4, -0.8 + y, 0.68, -0.74 + y),
        (0.86, -0.7 + y, 1.14, -0.5 + y), (1.2, -0.3 + y, 1.0, -0.3 + y),
        (0.8, -0.3 + y, 0.7, -0.26 + y), (0.64, -0.04, 0.48, 0.12), (0.36, 0.32, 0.06, 0.26),
        (-0.24, 0.18, -0.48, 0.3), (-0.78, 0.28, -0.78, 0.02),
    )  # fmt: skip
    s.lay(body, p.main)
    chest = outline(
        (0.64, -0.24), (0.62, -0.02, 0.46, 0.13), (0.32, 0.26, 0.28, 0.06),
        (0.5, -0.02, 0.64, -0.24),
    )  # fmt: skip
    s.lay(chest, p.light, 0.15)
    s.dot(1.1, -0.43 + y, 0.07, p.ink)
    s.dot(0.74, -0.54 + y, 0.08, p.ink)
    if pattern == 1:
        for a, b in ((-0.58, 0.02), (-0.36, -0.04), (-0.44, 0.13), (-0.14, 0.03)):
            s.dot(a, b, 0.06, p.light)


def frog(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """Squatting, with bulging eyes, a wide mouth and a throat that swells."""
    y = -0.06 * k - 0.06
    for side in (-1, 1):
        thigh = outline(
            (side * 0.2, 0.8), (side * 0.56, 0.2 + y, side * 0.94, 0.18 + y),
            (side * 1.34, 0.22 + y, side * 1.06, 0.66), (side * 1.34, 0.72, side * 1.34, 0.96),
            (side * 0.8, 0.96, side * 0.2, 0.96),
        )  # fmt: skip
        s.lay(thigh, p.dark)
    body = outline(
        (-0.56, 0.1 + y), (0.0, -0.4 + y, 0.56, 0.1 + y), (0.86, 0.6, 0.5, 0.86),
        (0.0, 1.0, -0.5, 0.86), (-0.86, 0.6, -0.56, 0.1 + y),
    )  # fmt: skip
    s.lay(body, p.main)
    s.lay(oval(0.03, 0.42 + y, 0.41 + 0.06 * k, 0.42), p.light, 0.2)
    for side in (-1, 1):
        arm = outline(
            (side * 0.5, 0.24 + y), (side * 0.3, 0.6, side * 0.34, 0.8),
            (side * 0.14, 0.82, side * 0.12, 0.98), (side * 0.68, 0.98),
            (side * 0.68, 0.84, side * 0.55, 0.78), (side * 0.64, 0.5, side * 0.68, 0.28 + y),
        )  # fmt: skip
        s.lay(arm, p.main)
    for x in (-0.43, 0.53):
        s.lay(oval(x, -0.64 + y, 0.3, 0.3), p.main)
    head = outline(
        (-0.8, -0.18 + y), (-0.8, -0.58 + y, 0.05, -0.58 + y), (0.9, -0.58 + y, 0.9, -0.18 + y),
        (0.82, 0.2 + y, 0.05, 0.22 + y), (-0.72, 0.2 + y, -0.8, -0.18 + y),
    )  # fmt: skip
    s.lay(head, p.main)
    if pattern == 1:
        for a, b in ((-1.0, 0.48 + y), (-0.84, 0.68), (1.0, 0.48 + y), (0.84, 0.68)):
            s.dot(a, b, 0.08, p.light)
    for x in (-0.05, 0.17):
        s.dot(x, -0.34 + y, 0.04, p.dark)
    s.line(outline((-0.6, -0.16 + y), (0.07, 0.18 + y, 0.73, -0.16 + y), closed=False), p.ink, 0.06)
    for x in (-0.43, 0.53):
        s.dot(x + 0.02, -0.65 + y, 0.2, p.cream)
        s.dot(x + 0.07, -0.64 + y, 0.13, p.ink)
