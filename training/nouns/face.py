"""Faces, hair and headwear of people of paper; `y` is the middle of the head, `r` its radius."""

from typing import Final

import skia

from training.nouns.card import Card
from training.nouns.ink import Inks
from training.paper import Colour, Sheets, outline, oval

INK: Colour = (44, 30, 52)
LIP: Colour = (196, 48, 70)
PALE: Colour = (246, 240, 230)
LENS: Colour = (226, 238, 246)


def face(on: Sheets, inks: Inks, card: Card, y: float, r: float) -> None:
    """Lenses, eyes, nose, mouth; wrinkles of the old; beard and glasses."""
    shade, eyes = inks.paper(("skin", -0.3)), y + r * 0.06
    if card.glasses == "glasses":
        for side in (-1, 1):
            on.dot(side * r * 0.4, eyes, r * 0.3, LENS)
    for side in (-1, 1):
        _eye(on, inks, card, side, eyes, r)
    if card.age == "old":
        _wrinkles(on, inks, eyes, r)
    nose = outline((0, eyes + r * 0.1), (r * 0.1, eyes + r * 0.26), (-0.01, eyes + r * 0.27),
                   closed=False)  # fmt: skip
    on.line(nose, shade, 0.035)
    if card.beard == "beard":
        _beard(on, inks, y, r)
    _mouth(on, card, y, r)
    if card.beard != "none":
        tache = outline((-r * 0.72, y + r * 0.66), (-r * 0.5, y + r * 0.22, 0, y + r * 0.34),
                        (r * 0.5, y + r * 0.22, r * 0.72, y + r * 0.66),
                        (r * 0.26, y + r * 0.74, 0, y + r * 0.58),
                        (-r * 0.26, y + r * 0.74, -r * 0.72, y + r * 0.66))  # fmt: skip
        on.lay(tache, inks.paper(("hair", 0.0)), 0.25)
    if card.glasses == "glasses":
        _glasses(on, inks, eyes, r)


def _eye(on: Sheets, inks: Inks, card: Card, side: int, y: float, r: float) -> None:
    """White, pupil, a light in it, the brow; lashes of a woman."""
    x, woman = side * r * 0.38, card.figure == "woman"
    on.lay(oval(x, y, r * 0.17, r * 0.19), (252, 248, 240), 0.05)
    on.dot(x, y + 0.01, r * 0.13, INK)
    on.dot(x + 0.018, y - 0.012, r * 0.045, (255, 255, 255))
    high = y - r * 0.34
    brow = outline((x - r * 0.2, high + 0.03), (x, high - r * 0.08, x + r * 0.2, high + 0.03),
                   closed=False)  # fmt: skip
    on.line(brow, inks.paper(("hair", -0.1)), 0.032 if woman else 0.06)
    if woman:
        lid = outline((x - side * r * 0.16, y - r * 0.16), (x, y - r * 0.26,
                      x + side * r * 0.3, y - r * 0.2), closed=False)  # fmt: skip
        on.line(lid, INK, 0.042)


def _wrinkles(on: Sheets, inks: Inks, y: float, r: float) -> None:
    """Across the brow, under the eyes, beside the mouth: a dark fold with a light edge is seen on
    skin of any tone. Of folds of 0.034 the autoencoder lost every fourth face's."""
    for ink, down, width in ((0.36, 0.03, 0.044), (-0.5, 0.0, 0.046)):
        shade = inks.paper(("skin", ink))
        for row in (0.46, 0.7):
            on.line(outline((-r * 0.44, y + down - r * row), (r * 0.44, y + down - r * row),
                            closed=False), shade, width)  # fmt: skip
        for side in (-1, 1):
            on.line(outline((side * r * 0.24, y + down + r * 0.28), (side * r * 0.44,
                             y + down + r * 0.4, side * r * 0.66, y + down + r * 0.24),
                            closed=False), shade, width)  # fmt: skip
            on.line(outline((side * r * 0.3 + down, y + r * 0.4), (side * r * 0.54 + down,
                             y + r * 0.7), closed=False), shade, width)  # fmt: skip


def _mouth(on: Sheets, card: Card, y: float, r: float) -> None:
    """A smile; lips of a woman."""
    ends = (-r * 0.24, y + r * 0.6), (r * 0.24, y + r * 0.6)
    if card.figure == "woman":
        lips = outline(ends[0], (-r * 0.08, y + r * 0.52), (0, y + r * 0.56),
                       (r * 0.08, y + r * 0.52), ends[1], (0, y + r * 0.86, *ends[0]))  # fmt: skip
        on.lay(lips, LIP, 0.1)
        return
    smile = outline(ends[0], (0, y + r * 0.76, *ends[1]), closed=False)
    on.line(smile, (120, 52, 56), 0.045)


def _beard(on: Sheets, inks: Inks, y: float, r: float) -> None:
    shape = outline(
        (-r * 0.94, y + r * 0.1), (-r * 0.86, y + r * 1.36, 0, y + r * 1.36),
        (r * 0.86, y + r * 1.36, r * 0.94, y + r * 0.1), (r * 0.66, y + r * 0.44),
        (0, y + r * 0.38, -r * 0.66, y + r * 0.44),
    )  # fmt: skip
    on.lay(shape, inks.paper(("hair", 0.0)), 0.25)


def _glasses(on: Sheets, inks: Inks, y: float, r: float) -> None:
    accent = inks.paper(("accent", 0.0))
    for side in (-1, 1):
        x = side * r * 0.4
        on.line(oval(x, y, r * 0.34, r * 0.33), accent, 0.06)
        on.line(outline((x + side * r * 0.34, y - 0.02), (side * r * 0.94, y - 0.05),
                        closed=False), accent, 0.06)  # fmt: skip
    on.line(outline((-r * 0.1, y), (r * 0.1, y), closed=False), accent, 0.06)


def hair_behind(on: Sheets, inks: Inks, card: Card, y: float, r: float) -> None:
    """What falls behind the head."""
    dark = inks.paper(("hair", -0.12))
    if card.headwear == "headscarf":
        cloth = inks.paper(("accent", -0.12))
        on.lay(outline((-r * 1.1, y - r * 0.4), (0, y - r * 1.5, r * 1.1, y - r * 0.4),
                       (r * 1.2, y + r * 1.7), (-r * 1.2, y + r * 1.7)), cloth, 0.3)  # fmt: skip
        return
    if card.length in ("medium", "long"):
        end = y + r * (1.0 if card.length == "medium" else 2.1)
        on.lay(outline((-r * 1.08, y - r * 0.3), (0, y - r * 1.6, r * 1.08, y - r * 0.3),
                       (r * 1.15, end), (0, end + 0.06, -r * 1.15, end)), dark, 0.3)  # fmt: skip
    if card.length == "curly":
        on.lay(oval(0, y - r * 0.25, r * 1.4, r * 1.2), dark, 0.3)
    if card.length == "bun":
        on.lay(oval(0, y - r * 1.2, r * 0.42, r * 0.38), dark, 0.3)


def hair_before(on: Sheets, inks: Inks, card: Card, y: float, r: float) -> None:
    """What lies over the brow; earrings of a woman; the light on a bald head."""
    if card.headwear == "headscarf":
        return
    if card.figure == "woman":
        for side in (-1, 1):
            on.lay(oval(side * r * 1.02, y + r * 0.4, 0.05, 0.06), inks.paper(("accent", 0.0)), 0.2)
    if card.length == "bald":
        on.lay(oval(-r * 0.3, y - r * 0.68, r * 0.2, r * 0.11), inks.paper(("skin", 0.4)), 0.0)
        return
    paper = inks.paper(("hair", 0.0))
    low = y - r * (0.05 if card.length != "short" else 0.2)
    part = -r * 0.3 if card.figure == "man" else r * 0.2
    on.lay(outline(
        (-r * 0.98, low + r * 0.1), (-r * 1.12, y - r * 1.18, 0, y - r * 1.16),
        (r * 1.12, y - r * 1.18, r * 0.98, low + r * 0.1), (r * 0.8, y - r * 0.5),
        (part, y - r * 0.46, part - r * 0.1, y - r * 0.6), (-r * 0.66, y - r * 0.36),
    ), paper, 0.25)  # fmt: skip


def headwear(on: Sheets, inks: Inks, card: Card, y: float, r: float) -> None:
    """What is worn on the head, in the accent's ink."""
    if card.headwear in WORN:
        WORN[card.headwear](on, inks, y, r)


def _dome(y: float, r: float, wide: float) -> skia.Path:
    """What lies close on the head, down to the brow."""
    top, high = y - r * 0.42, y - r * 1.42
    return outline((-r * wide, top), (-r * wide, high, 0, high), (r * wide, high, r * wide, top),
                   (0, top - 0.08, -r * wide, top))  # fmt: skip


def _cap(on: Sheets, inks: Inks, y: float, r: float) -> None:
    top = y - r * 0.42
    on.lay(_dome(y, r, 1.04), inks.paper(("accent", 0.0)))
    on.lay(outline((-r * 0.1, top - r * 0.1), (r * 0.8, top - r * 0.24, r * 1.9, top + r * 0.2),
                   (r * 0.7, top + r * 0.26, -r * 0.1, top + r * 0.14)),
           inks.paper(("accent", -0.3)), 0.3)  # fmt: skip


def _hat(on: Sheets, inks: Inks, y: float, r: float) -> None:
    top, main = y - r * 0.46, inks.paper(("accent", 0.0))
    on.lay(outline((-r * 0.72, top), (-r * 0.66, y - r * 1.5), (0, y - r * 1.38, r * 0.66,
                   y - r * 1.5), (r * 0.72, top)), main, 0.3)  # fmt: skip
    on.lay(outline((-r * 0.74, top - r * 0.26), (r * 0.74, top - r * 0.26), (r * 0.76, top),
                   (-r * 0.76, top)), inks.paper(("accent", -0.5)), 0.1)  # fmt: skip
    on.lay(oval(0, top, r * 1.75, r * 0.2), main, 0.3)


def _beanie(on: Sheets, inks: Inks, y: float, r: float) -> None:
    top, dark = y - r * 0.42, inks.paper(("accent", -0.3))
    on.lay(_dome(y, r, 1.06), inks.paper(("accent", 0.0)))
    fold = outline((-r * 1.14, top - r * 0.3), (r * 1.14, top - r * 0.3),
                   (r * 1.14, top + r * 0.12), (-r * 1.14, top + r * 0.12))  # fmt: skip
    on.lay(fold, dark, 0.25)
    on.lay(oval(0, y - r * 1.36, r * 0.3, r * 0.26), PALE, 0.25)


def _helmet(on: Sheets, inks: Inks, y: float, r: float) -> None:
    main, dark = inks.paper(("accent", 0.0)), inks.paper(("accent", -0.4))
    for side in (-1, 1):
        on.line(outline((side * r * 0.98, y - r * 0.3), (side * r * 0.9, y + r * 0.7,
                         0, y + r * 1.06), closed=False), INK, 0.05)  # fmt: skip
    on.lay(_dome(y, r, 1.24), main, 0.3)
    for x in (-0.62, 0.0, 0.62):
        on.lay(oval(x * r, y - r * 0.92, r * 0.11, r * 0.36), dark, 0.1)
    on.lay(oval(0, y - r * 0.42, r * 1.34, r * 0.13), dark, 0.2)


def _crown(on: Sheets, inks: Inks, y: float, r: float) -> None:
    top = y - r * 0.56
    on.lay(outline((-r * 0.86, top), (-r * 1.08, y - r * 1.42), (-r * 0.5, y - r * 1.0),
                   (0, y - r * 1.48), (r * 0.5, y - r * 1.0), (r * 1.08, y - r * 1.42),
                   (r * 0.86, top)), inks.paper(("accent", 0.0)), 0.3)  # fmt: skip
    for x, up in ((-1.02, 1.4), (0.0, 1.44), (1.02, 1.4), (-0.4, 0.74), (0.4, 0.74)):
        on.dot(x * r, y - r * up, r * 0.11, PALE)


def _headscarf(on: Sheets, inks: Inks, y: float, r: float) -> None:
    main = inks.paper(("accent", 0.0))
    on.lay(outline((-r * 1.06, y + r * 0.5), (-r * 1.24, y - r * 1.3, 0, y - r * 1.3),
                   (r * 1.24, y - r * 1.3, r * 1.06, y + r * 0.5),
                   (r * 0.88, y - r * 0.5, 0, y - r * 0.6),
                   (-r * 0.88, y - r * 0.5, -r * 1.06, y + r * 0.5)), main, 0.3)  # fmt: skip
    on.lay(outline((-r * 0.95, y + r * 0.66), (0, y + r * 1.25, r * 0.95, y + r * 0.66),
                   (r * 1.06, y + r * 1.7), (-r * 1.06, y + r * 1.7)), main, 0.25)  # fmt: skip


WORN: Final = {
    "cap": _cap, "hat": _hat, "beanie": _beanie, "helmet": _helmet, "crown": _crown,
    "headscarf": _headscarf,
}  # fmt: skip
