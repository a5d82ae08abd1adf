"""Drawings of our own, where the icons have none that one would name."""

from collections.abc import Callable
from typing import Final

from training.paper import Palette, Sheets, outline, oval


def banana(s: Sheets, p: Palette, k: float, pattern: int) -> None:
    """Two of a bunch, bent upwards."""
    for turn, paper in ((14, p.dark), (0, p.main)):
        s.canvas.save()
        s.canvas.rotate(turn - 8)
        fruit = outline(
            (-1.02, -0.5), (-0.98, 0.1, -0.56, 0.74, 0.16, 0.8), (0.62, 0.82, 0.98, 0.6, 1.12, 0.3),
            (1.02, 0.14), (0.5, 0.36, -0.2, 0.3, -0.72, -0.56),
        )  # fmt: skip
        s.lay(fruit, paper)
        s.lay(outline((-1.02, -0.5), (-1.04, -0.82), (-0.84, -0.86), (-0.72, -0.56)), p.wood, 0.2)
        s.lay(oval(1.08, 0.22, 0.09, 0.1), p.wood, 0.1)
        s.canvas.restore()


OWN: Final[dict[str, Callable[[Sheets, Palette, float, int], None]]] = {"banana": banana}
