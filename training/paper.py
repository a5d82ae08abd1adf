"""Cut paper lit from behind: colours, paths, and sheets drawn with skia on a 96x96 plate."""

from dataclasses import dataclass

import numpy as np
import skia
from numpy.typing import NDArray

from phosphene.render.worker.embedded.vocabulary import PLATE

Colour = tuple[float, float, float]
Image = NDArray[np.uint8]

COLOURS: dict[str, Colour] = {
    "red": (222, 44, 48),
    "orange": (244, 128, 30),
    "yellow": (252, 212, 56),
    "green": (58, 168, 82),
    "blue": (44, 104, 216),
    "purple": (126, 66, 190),
    "pink": (248, 128, 178),
    "white": (247, 243, 233),
}
TINTS: dict[str, tuple[Colour, float]] = {
    "day": ((255, 250, 235), 0.0),
    "sunset": ((168, 58, 56), 0.30),
    "night": ((18, 22, 78), 0.52),
    "dawn": ((206, 140, 186), 0.28),
}
WARM: Colour = (255, 248, 226)
DARK: Colour = (28, 14, 48)
BROWN: Colour = (190, 148, 116)
"""What shines round the edge of pale paper, so that it does not melt into the light."""


def mix(a: Colour, b: Colour, t: float) -> Colour:
    """Colour on the way from a (t = 0) to b (t = 1)."""
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t)


def tint(colour: Colour, time: str, strength: float = 1.0) -> Colour:
    """The colour as it looks at that time of day."""
    towards, amount = TINTS[time]
    return mix(colour, towards, amount * strength)


def argb(colour: Colour, alpha: float = 1.0) -> int:
    """A skia colour; alpha 0..1."""
    r, g, b = (int(max(0.0, min(255.0, v))) for v in colour)
    return int(skia.Color(r, g, b, int(255 * max(0.0, min(1.0, alpha)))))


def paint(colour: Colour, alpha: float = 1.0) -> skia.Paint:
    """Anti-aliased flat fill."""
    return skia.Paint(AntiAlias=True, Color=argb(colour, alpha))


def outline(*points: tuple[float, ...], closed: bool = True) -> skia.Path:
    """A path from points: pairs are lines, fours are quadratic curves, sixes cubic ones."""
    path = skia.Path()
    path.moveTo(*points[0])
    for p in points[1:]:
        {2: path.lineTo, 4: path.quadTo, 6: path.cubicTo}[len(p)](*p)
    if closed:
        path.close()
    return path


def oval(x: float, y: float, rx: float, ry: float) -> skia.Path:
    """An ellipse around (x, y)."""
    path = skia.Path()
    path.addOval(skia.Rect.MakeLTRB(x - rx, y - ry, x + rx, y + ry))
    return path


@dataclass(frozen=True)
class Palette:
    """The papers one subject is cut from.

    `main` and `glow`, the light that comes through and round the paper, are inks: everything else
    is a fixed colour or an affine mixture with these two, so that a drawing can be coloured after
    it was made (`subjects.plate`).
    """

    main: Colour
    dark: Colour
    light: Colour
    glow: Colour
    ink: Colour = (38, 26, 56)
    cream: Colour = (252, 246, 230)
    wood: Colour = (122, 74, 46)
    gold: Colour = (252, 178, 52)

    @classmethod
    def of(cls, main: Colour, glow: Colour = WARM) -> "Palette":
        """The papers of two inks."""
        return cls(main=main, dark=mix(main, DARK, 0.34), light=mix(main, glow, 0.58), glow=glow)


@dataclass(frozen=True)
class Sheets:
    """A canvas on which sheets of paper are laid, each with a shadow on what lies below, a fill
    slightly brighter above, and a rim of `glow` where the light comes round the edge."""

    canvas: skia.Canvas
    glow: Colour = WARM

    def lay(self, path: skia.Path, colour: Colour, shadow: float = 0.42) -> None:
        """Lay one sheet."""
        box = path.computeTightBounds()
        self._shadow(path, shadow)
        ends = [argb(mix(colour, WARM, 0.12)), argb(mix(colour, DARK, 0.12))]
        fade = skia.GradientShader.MakeLinear([(0, box.top()), (0, box.bottom() + 0.01)], ends)
        self.canvas.drawPath(path, skia.Paint(AntiAlias=True, Shader=fade))
        self._rim(path, colour)

    def _shadow(self, path: skia.Path, strength: float) -> None:
        soft = skia.Paint(
            AntiAlias=True,
            Color=argb((16, 8, 36), strength),
            MaskFilter=skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, 0.07),
            BlendMode=skia.BlendMode.kSrcATop,
        )
        self.canvas.save()
        self.canvas.translate(0, 0.045)
        self.canvas.drawPath(path, soft)
        self.canvas.restore()

    def _rim(self, path: skia.Path, colour: Colour) -> None:
        stroke = paint(mix(colour, self.glow, 0.55), 0.78)
        stroke.setStyle(skia.Paint.kStroke_Style)
        stroke.setStrokeWidth(0.075)
        self.canvas.save()
        self.canvas.clipPath(path, True)
        self.canvas.translate(0.012, 0.018)
        self.canvas.drawPath(path, stroke)
        self.canvas.restore()

    def dot(self, x: float, y: float, r: float, colour: Colour) -> None:
        """A flat disc, for eyes and spots."""
        self.canvas.drawCircle(x, y, r, paint(colour))

    def line(self, path: skia.Path, colour: Colour, width: float, alpha: float = 1.0) -> None:
        """A flat stroke with round ends."""
        stroke = paint(colour, alpha)
        stroke.setStyle(skia.Paint.kStroke_Style)
        stroke.setStrokeWidth(width)
        stroke.setStrokeCap(skia.Paint.kRound_Cap)
        self.canvas.drawPath(path, stroke)


def surface() -> skia.Surface:
    """An empty plate to draw on: RGBA premultiplied."""
    info = skia.ImageInfo.Make(
        PLATE, PLATE, skia.ColorType.kRGBA_8888_ColorType, skia.AlphaType.kPremul_AlphaType
    )
    return skia.Surface.MakeRaster(info)


def read(target: skia.Surface) -> Image:
    """Pixels (96, 96, 4), premultiplied."""
    info = target.imageInfo()
    pixels = np.empty((info.height(), info.width(), 4), np.uint8)
    target.readPixels(info, pixels, info.width() * 4)
    return pixels


def _blur(pixels: NDArray[np.float32], wrap: tuple[str, str]) -> NDArray[np.float32]:
    """A binomial 5x5 blur; wrap gives numpy's padding per axis (rows, columns)."""
    for axis in (0, 1):
        pad = [(0, 0)] * pixels.ndim
        pad[axis] = (2, 2)
        p = np.pad(pixels, pad, mode=wrap[axis])  # type: ignore[call-overload]
        n = pixels.shape[axis]
        parts = [p.take(range(i, i + n), axis) for i in range(5)]
        pixels = (parts[0] + parts[4]) / 16 + (parts[1] + parts[3]) / 4 + parts[2] * 0.375
    return pixels


def soften(pixels: Image, wrap: tuple[str, str] = ("constant", "constant")) -> Image:
    """Turn a crisp premultiplied picture into a plate: alpha becomes a ramp of about +-1.5 pixels
    across every edge, and colour is carried over the edge so that sharpening alpha later shows
    paper, not black."""
    crisp = pixels.astype(np.float32) / np.float32(255)
    wide = _blur(crisp, wrap)
    ramp = wide[..., 3:]
    outside = wide[..., :3] / np.maximum(ramp, 1e-3)
    solid = crisp[..., 3:]
    colour = crisp[..., :3] + outside * (1 - solid)
    return np.concatenate(
        [np.rint(np.clip(colour * ramp, 0, 1) * 255), np.rint(ramp * 255)], -1
    ).astype(np.uint8)
