"""Faces, hair and headwear of people of paper; `y` is the middle of the head, `r` its radius."""

from training.nouns.card import Card
from training.nouns.ink import Inks
from training.paper import Colour, Sheets, outline, oval

INK: Colour = (44, 30, 52)
LIP: Colour = (176, 66, 74)


def face(on: Sheets, inks: Inks, card: Card, y: float, r: float) -> None:
    """Brows, eyes, nose, mouth, cheeks; wrinkles of the old; beard and glasses."""
    shade, hair = inks.paper(("skin", -0.24)), inks.paper(("hair", -0.1))
    for side in (-1, 1):
        x = side * r * 0.36
        on.lay(oval(x, y + 0.02, r * 0.13, r * 0.15), (252, 248, 240), 0.05)
        on.dot(x, y + 0.03, r * 0.1, INK)
        on.dot(x + 0.012, y + 0.012, r * 0.03, (255, 255, 255))
        brow = outline((x - r * 0.17, y - r * 0.24), (x, y - r * 0.33, x + r * 0.17, y - r * 0.24),
                       closed=False)  # fmt: skip
        on.line(brow, hair, 0.035)
        if card.figure == "woman":
            on.line(outline((x + side * r * 0.1, y - r * 0.08), (x + side * r * 0.22, y - r * 0.16),
                            closed=False), INK, 0.022)  # fmt: skip
        if card.age == "old":
            on.line(outline((x - r * 0.1, y + r * 0.24), (x + r * 0.12, y + r * 0.22),
                            closed=False), shade, 0.02)  # fmt: skip
    on.line(outline((0, y + r * 0.1), (0.03, y + r * 0.3), (-0.01, y + r * 0.31), closed=False),
            shade, 0.03)  # fmt: skip
    if card.beard == "beard":
        _beard(on, inks, y, r)
    smile = outline((-r * 0.2, y + r * 0.5), (0, y + r * 0.64, r * 0.2, y + r * 0.5), closed=False)
    on.line(smile, LIP, 0.04)
    if card.beard != "none":
        tache = outline((-r * 0.3, y + r * 0.46), (0, y + r * 0.3, r * 0.3, y + r * 0.46),
                        (0, y + r * 0.42, -r * 0.3, y + r * 0.46))  # fmt: skip
        on.lay(tache, inks.paper(("hair", 0.0)), 0.15)
    if card.glasses == "glasses":
        _glasses(on, inks, y, r)


def _beard(on: Sheets, inks: Inks, y: float, r: float) -> None:
    shape = outline(
        (-r * 0.88, y + r * 0.1), (-r * 0.8, y + r * 1.2, 0, y + r * 1.24),
        (r * 0.8, y + r * 1.2, r * 0.88, y + r * 0.1), (r * 0.6, y + r * 0.34),
        (0, y + r * 0.3, -r * 0.6, y + r * 0.34),
    )  # fmt: skip
    on.lay(shape, inks.paper(("hair", 0.0)), 0.25)


def _glasses(on: Sheets, inks: Inks, y: float, r: float) -> None:
    accent = inks.paper(("accent", 0.0))
    for side in (-1, 1):
        x = side * r * 0.38
        on.line(oval(x, y + 0.02, r * 0.27, r * 0.25), accent, 0.055)
        on.line(outline((x + side * r * 0.27, y), (side * r * 0.92, y - 0.03), closed=False),
                accent, 0.045)  # fmt: skip
    on.line(outline((-r * 0.12, y), (r * 0.12, y), closed=False), accent, 0.045)


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
    """What lies over the brow."""
    if card.length == "bald" or card.headwear == "headscarf":
        return
    paper = inks.paper(("hair", 0.0))
    low = y - r * (0.05 if card.length != "short" else 0.2)
    part = -r * 0.3 if card.figure == "man" else r * 0.2
    on.lay(outline(
        (-r * 0.98, low + r * 0.1), (-r * 1.12, y - r * 1.18, 0, y - r * 1.16),
        (r * 1.12, y - r * 1.18, r * 0.98, low + r * 0.1), (r * 0.8, y - r * 0.52),
        (part, y - r * 0.5, part - r * 0.1, y - r * 0.62), (-r * 0.62, y - r * 0.4),
    ), paper, 0.25)  # fmt: skip


def headwear(on: Sheets, inks: Inks, card: Card, y: float, r: float) -> None:
    """What is worn on the head, in the accent's ink."""
    main, dark = inks.paper(("accent", 0.0)), inks.paper(("accent", -0.26))
    top = y - r * 0.5
    high = y - r * 1.5
    dome = outline((-r * 1.05, top), (-r * 1.08, high, 0, high), (r * 1.08, high, r * 1.05, top),
                   (0, top - 0.08, -r * 1.05, top))  # fmt: skip
    if card.headwear == "cap":
        on.lay(dome, main)
        on.lay(outline((-r * 0.2, top), (r * 0.7, top - 0.1, r * 1.6, top + 0.06),
                       (r * 0.6, top + 0.1, -r * 0.2, top)), dark, 0.25)  # fmt: skip
    elif card.headwear == "hat":
        on.lay(oval(0, top, r * 1.6, r * 0.24), dark)
        on.lay(outline((-r * 0.86, top - 0.02), (-r * 0.8, y - r * 1.5), (r * 0.8, y - r * 1.5),
                       (r * 0.86, top - 0.02)), main, 0.3)  # fmt: skip
    elif card.headwear == "beanie":
        on.lay(dome, main)
        on.lay(outline((-r * 1.1, top - 0.08), (r * 1.1, top - 0.08), (r * 1.1, top + 0.08),
                       (-r * 1.1, top + 0.08)), dark, 0.25)  # fmt: skip
        on.lay(oval(0, y - r * 1.46, 0.1, 0.1), dark, 0.2)
    elif card.headwear == "helmet":
        on.lay(dome, main)
        on.lay(outline((-0.05, top - 0.05), (-0.06, y - r * 1.52), (0.06, y - r * 1.52),
                       (0.05, top - 0.05)), dark, 0.2)  # fmt: skip
        on.lay(oval(0, top, r * 1.24, 0.07), dark, 0.2)
    elif card.headwear == "crown":
        on.lay(outline((-r * 0.8, top), (-r * 0.95, y - r * 1.45), (-r * 0.42, y - r * 0.98),
                       (0, y - r * 1.6), (r * 0.42, y - r * 0.98), (r * 0.95, y - r * 1.45),
                       (r * 0.8, top)), main)  # fmt: skip
    elif card.headwear == "headscarf":
        on.lay(outline((-r * 1.06, y + r * 0.5), (-r * 1.2, y - r * 1.3, 0, y - r * 1.28),
                       (r * 1.2, y - r * 1.3, r * 1.06, y + r * 0.5),
                       (r * 0.86, y - r * 0.56, 0, y - r * 0.62),
                       (-r * 0.86, y - r * 0.56, -r * 1.06, y + r * 0.5)), main, 0.3)  # fmt: skip
        on.lay(outline((-r * 0.95, y + r * 0.7), (0, y + r * 1.25, r * 0.95, y + r * 0.7),
                       (r * 1.0, y + r * 1.5), (-r * 1.0, y + r * 1.5)), main, 0.25)  # fmt: skip
