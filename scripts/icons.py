"""Draws the icons of the installed page: the orb of client_demo/favicon.svg, as PNGs.

    python scripts/icons.py

`any` has round corners; `maskable` fills its square, because the system cuts it, and keeps the orb
within the middle four fifths (W3C Manifest, "maskable"); Apple's is cut likewise.
"""

from pathlib import Path

import skia

FOLDER = Path(__file__).parents[1] / "client_demo" / "icons"
INK = skia.ColorSetRGB(8, 7, 12)
# Where each colour stands on the way from the middle of the orb to its edge.
GLOW = (
    (0.0, 0xFFFFF6DD),
    (0.32, 0xFFFFD98A),
    (0.36, 0x80FFB45C),
    (0.7, 0x38B06CFF),
    (1.0, 0x006D5BFF),
)
ICONS = (
    ("any-192", 192, True),
    ("any-512", 512, True),
    ("maskable-512", 512, False),
    ("apple-180", 180, False),
)


def draw(size: int, corners: bool) -> skia.Image:
    """The orb on its ground; ``size`` in pixels."""
    surface = skia.Surface(size, size)
    canvas, middle = surface.getCanvas(), size / 2
    ground = skia.Paint(Color=INK, AntiAlias=True)
    radius = size * 15 / 64 if corners else 0
    canvas.drawRoundRect(skia.Rect(0, 0, size, size), radius, radius, ground)
    reach = size * (30 / 64 if corners else 0.4)
    stops, colors = zip(*GLOW, strict=True)
    shader = skia.GradientShader.MakeRadial((middle, middle), reach, list(colors), list(stops))
    canvas.drawCircle(middle, middle, reach, skia.Paint(Shader=shader, AntiAlias=True))
    return surface.makeImageSnapshot()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, size, corners in ICONS:
        draw(size, corners).save(str(FOLDER / f"{name}.png"), skia.kPNG)
