"""The animals of land and air. Each draws itself facing right around (0, 0) with radius about 1,
at animation cycle k in -1..1, in one of two patterns (0 or 1)."""

from training.paper import Palette, Sheets, outline, oval


def bird(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """A songbird in flight; the wing beats."""
    s.lay(outline((-0.42, 0.0), (-1.22, -0.36), (-1.02, -0.02), (-1.2, 0.3), (-0.4, 0.22)), p.dark)
    far = outline((0.26, -0.16), (0.3, -0.4 - 0.6 * k, 0.02, -0.6 - 0.6 * k), (-0.2, -0.4, -0.3, 0))
    s.lay(far, p.dark)
    s.lay(
        outline(
            (-0.66, 0.06), (-0.3, -0.42, 0.3, -0.38), (0.4, -0.72, 0.72, -0.66),
            (1.02, -0.58, 0.98, -0.26), (0.9, 0.1, 0.6, 0.34), (0.1, 0.6, -0.66, 0.06),
        ),
        p.main,
    )  # fmt: skip
    s.lay(
        outline((0.86, -0.12), (0.7, 0.2, 0.42, 0.36), (0.1, 0.46, -0.2, 0.3), (0.5, 0.24)),
        p.light,
        0.2,
    )
    s.lay(outline((0.94, -0.5), (1.36, -0.32), (0.95, -0.2)), p.gold)
    s.dot(0.74, -0.42, 0.1, p.cream)
    s.dot(0.76, -0.41, 0.07, p.ink)
    tip = -0.86 * k - 0.06
    s.lay(
        outline(
            (0.34, -0.12),
            (0.16, -0.2 + tip * 0.7, -0.26, -0.02 + tip * 1.12),
            (-0.72, 0.02 + tip * 0.95),
            (-0.5, 0.02 + tip * 0.6),
            (-0.8, 0.08 + tip * 0.45),
            (-0.42, 0.16 + tip * 0.1),
        ),
        p.light if pattern != 1 else p.dark,
    )


def cat(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """Sitting, looking at you; the tail sways."""
    tail = outline(
        (-0.36, 0.92),
        (-1.0 - 0.06 * k, 1.02, -1.02 - 0.2 * k, 0.42),
        (-1.04 - 0.3 * k, 0.06, -0.84 - 0.3 * k, 0.02),
        (-0.68 - 0.28 * k, 0.1, -0.76 - 0.2 * k, 0.4),
        (-0.74, 0.7, -0.34, 0.66),
    )
    s.lay(tail, p.dark)
    s.lay(
        outline((-0.54, 1.0), (-0.7, 0.1, -0.1, -0.16), (0.64, 0.0, 0.58, 1.0)),
        p.main,
    )
    s.lay(outline((-0.2, 1.0), (-0.22, 0.42, 0.06, 0.3), (0.34, 0.42, 0.3, 1.0)), p.light, 0.25)
    for x, inner in ((-0.54, 0.34), (0.62, -0.34)):
        s.lay(outline((x - inner * 0.1, -0.4), (x, -1.16), (x + inner * 1.4, -0.76)), p.dark)
        s.lay(
            outline((x + inner * 0.2, -0.58), (x + inner * 0.14, -0.98), (x + inner * 0.95, -0.74)),
            p.light,
            0.1,
        )
    s.lay(oval(0.04, -0.4, 0.62, 0.48), p.main)
    if pattern == 1:
        for x in (-0.14, 0.04, 0.22):
            s.line(outline((x, -0.84), (x, -0.68), closed=False), p.dark, 0.07)
        for y in (0.3, 0.52):
            s.line(outline((-0.5, y), (-0.34, y + 0.04), closed=False), p.dark, 0.07)
            s.line(outline((0.58, y), (0.42, y + 0.04), closed=False), p.dark, 0.07)
    s.lay(oval(0.08, -0.22, 0.26, 0.17), p.light, 0.12)
    for x in (-0.17, 0.29):
        s.dot(x, -0.46, 0.11, p.cream)
        s.dot(x + 0.015, -0.45, 0.08, p.ink)
    s.lay(outline((0.0, -0.3), (0.14, -0.3), (0.07, -0.2)), p.ink, 0.0)
    for side in (-1, 1):
        for dy in (-0.04, 0.05):
            a = 0.07 + side * 0.2
            s.line(
                outline((a, -0.2 + dy), (0.07 + side * 0.66, -0.22 + dy * 2.4), closed=False),
                p.cream,
                0.03,
            )


def butterfly(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """Seen from above; the wings open and close."""
    width = 0.78 + 0.26 * k
    for end in (-1, 1):
        s.line(
            outline((end * 0.04, -0.5), (end * 0.1, -0.9, end * 0.34, -1.0), closed=False),
            p.ink,
            0.05,
        )
        s.dot(end * 0.34, -1.0, 0.055, p.ink)
    s.canvas.save()
    s.canvas.scale(width, 1.0)
    for side in (-1.0, 1.0):
        s.lay(
            outline(
                (0.02 * side, 0.02), (0.72 * side, 0.02, 0.86 * side, 0.4),
                (0.84 * side, 0.98, 0.42 * side, 0.92), (0.1 * side, 0.74, 0.02 * side, 0.16),
            ),
            p.dark,
        )  # fmt: skip
        s.lay(
            outline(
                (0.02 * side, 0.06), (0.24 * side, -1.06, 0.98 * side, -0.96),
                (1.44 * side, -0.78, 1.06 * side, -0.08), (0.7 * side, 0.22, 0.02 * side, 0.06),
            ),
            p.main,
        )  # fmt: skip
        s.lay(oval(0.82 * side, -0.54, 0.24, 0.22), p.light, 0.2)
        s.lay(oval(0.5 * side, 0.52, 0.15, 0.17), p.light, 0.2)
        if pattern == 1:
            s.dot(0.82 * side, -0.54, 0.1, p.dark)
            s.dot(0.42 * side, -0.26, 0.08, p.light)
    s.canvas.restore()
    s.lay(oval(0, 0.08, 0.12, 0.6), p.ink)
    s.lay(oval(0, -0.5, 0.14, 0.15), p.ink)


def fox(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """Running, with a brush of a tail, black stockings and a pointed muzzle."""
    s.lay(
        outline(
            (-0.5, 0.12), (-0.8, -0.36 - 0.1 * k, -1.26, -0.4 - 0.26 * k),
            (-1.5, -0.1 - 0.26 * k, -1.24, 0.16 - 0.1 * k), (-0.94, 0.4, -0.5, 0.26),
        ),
        p.main,
    )  # fmt: skip
    s.lay(
        outline(
            (-1.04, -0.34 - 0.22 * k), (-1.18, -0.42 - 0.26 * k, -1.3, -0.38 - 0.26 * k),
            (-1.48, -0.1 - 0.26 * k, -1.26, 0.12 - 0.14 * k),
            (-1.06, -0.06 - 0.2 * k, -1.04, -0.34 - 0.22 * k),
        ),
        p.cream,
        0.1,
    )  # fmt: skip
    swing = 0.34 * k
    for x, d, far in ((-0.4, -1, True), (0.4, 1, True), (-0.3, 1, False), (0.5, -1, False)):
        foot = x + d * swing
        hip = (x - 0.13, 0.22), (x + 0.15, 0.22)
        tone = p.dark if far else p.main
        s.lay(outline(hip[0], hip[1], (foot + 0.1, 0.76), (foot - 0.06, 0.76)), tone)
        s.lay(
            outline(
                (foot - 0.07, 0.68), (foot + 0.11, 0.68), (foot + 0.16, 0.94), (foot - 0.04, 0.94)
            ),
            p.ink,
        )
    s.lay(
        outline(
            (-0.66, 0.14), (-0.62, -0.24, -0.1, -0.2), (0.3, -0.2, 0.52, -0.3),
            (0.86, -0.1, 0.66, 0.3), (0.2, 0.48, -0.2, 0.4), (-0.62, 0.46, -0.66, 0.14),
        ),
        p.main,
    )  # fmt: skip
    s.lay(outline((0.5, 0.0), (0.86, 0.04, 0.68, 0.34), (0.5, 0.42, 0.36, 0.34)), p.cream, 0.15)
    s.lay(outline((0.42, -0.5), (0.34, -1.08), (0.68, -0.74)), p.dark)
    s.lay(outline((0.62, -0.6), (0.72, -1.1), (0.92, -0.62)), p.dark)
    s.lay(
        outline(
            (0.36, -0.52), (0.5, -0.8, 0.86, -0.68), (1.06, -0.5, 1.4, -0.22),
            (1.1, -0.08, 0.8, 0.02), (0.42, -0.02, 0.36, -0.52),
        ),
        p.main,
    )  # fmt: skip
    s.lay(
        outline(
            (1.38, -0.22),
            (1.04, -0.3, 0.84, -0.24),
            (0.6, -0.1, 0.5, -0.18),
            (0.6, 0.06, 0.84, 0.0),
        ),
        p.cream,
        0.1,
    )
    s.dot(1.36, -0.22, 0.07, p.ink)
    s.dot(0.86, -0.44, 0.075, p.ink)
    if pattern == 1:
        s.lay(
            outline((-0.5, -0.06), (-0.1, -0.2, 0.3, -0.14), (-0.1, 0.02, -0.5, -0.06)), p.dark, 0.1
        )


def rabbit(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """Crouched for a hop: long ears, a strong thigh and a cotton tail."""
    s.lay(oval(-0.84, 0.36, 0.2, 0.2), p.cream)
    for dx, tone in ((-0.16, p.dark), (0.06, p.main)):
        tip = 0.2 * k
        ear = outline(
            (0.42 + dx, -0.42), (0.16 + dx - tip, -0.8, 0.2 + dx - tip, -1.22),
            (0.34 + dx - tip, -1.36, 0.46 + dx - tip, -1.14),
            (0.6 + dx - tip * 0.6, -0.8, 0.64 + dx, -0.46),
        )  # fmt: skip
        s.lay(ear, tone)
        if tone is p.main:
            inner = outline(
                (0.48 + dx, -0.5), (0.28 + dx - tip, -0.84, 0.3 + dx - tip, -1.12),
                (0.5 + dx - tip, -0.9, 0.56 + dx, -0.5),
            )  # fmt: skip
            s.lay(inner, p.light, 0.1)
    s.lay(outline((0.3, 0.5), (0.6, 0.5), (0.62 + 0.1 * k, 0.96), (0.3 + 0.1 * k, 0.96)), p.dark)
    s.lay(
        outline(
            (-0.82, 0.46), (-0.8, -0.24, -0.1, -0.28), (0.42, -0.26, 0.58, 0.1),
            (0.66, 0.56, 0.4, 0.86), (-0.2, 0.98, -0.6, 0.9), (-0.8, 0.8, -0.82, 0.46),
        ),
        p.main,
    )  # fmt: skip
    s.lay(outline((0.6, 0.14), (0.66, 0.56, 0.4, 0.84), (0.16, 0.7, 0.3, 0.36)), p.light, 0.15)
    s.lay(oval(0.6, -0.24, 0.42, 0.36), p.main)
    s.lay(oval(0.84, -0.12, 0.19, 0.15), p.light, 0.12)
    s.dot(1.0, -0.2, 0.06, p.ink)
    s.dot(0.66, -0.32, 0.1, p.cream)
    s.dot(0.68, -0.31, 0.075, p.ink)
    s.lay(oval(-0.34, 0.44, 0.4, 0.38), p.main)
    s.lay(
        outline(
            (-0.6, 0.7), (-0.3, 0.76), (0.16 - 0.12 * k, 0.84 + 0.06 * k),
            (0.2 - 0.12 * k, 1.0 + 0.06 * k), (-0.56, 1.0),
        ),
        p.dark,
    )  # fmt: skip
    if pattern == 1:
        for x, y in ((-0.3, -0.06), (-0.04, 0.06), (-0.56, 0.14)):
            s.dot(x, y, 0.075, p.light)
