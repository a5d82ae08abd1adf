"""The concepts: what can be drawn as a subject, from concepts.tsv."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent / "concepts.tsv"
COLUMNS = (
    "concept", "kind", "icons", "build", "looks", "gait", "place", "colour", "synset", "english",
    "french",
)  # fmt: skip


@dataclass(frozen=True)
class Concept:
    """One row. `icons`: drawings of it, of which those that begin with @ are the world's own.
    `build`: the body that the icon needs, "-" for none. `looks`: where the icon looks, left or
    right. `gait`: how it moves. `place`: where it is at home. `colour`: its main ink when nobody
    names another. `synset`: the offset of its sense in WordNet 3.1, "-" for none."""

    name: str
    kind: str
    icons: tuple[str, ...]
    build: str
    looks: str
    gait: str
    place: str
    colour: str
    synset: str
    english: tuple[str, ...]
    french: tuple[str, ...]

    @property
    def stands(self) -> bool:
        """Whether its feet, or its bottom, are on the ground."""
        return self.gait not in ("float", "fly", "swim")

    @property
    def faced(self) -> bool:
        """Whether it is somebody, whose face is a small part of the plate."""
        return self.build in ("bust", "head") or self.kind == "figure"


@cache
def concepts(path: Path = TABLE) -> dict[str, Concept]:
    """All of them by name, in the order of the table. Raises ValueError for a broken table."""
    lines = path.read_text().splitlines()
    if tuple(lines[0].split("\t")) != COLUMNS:
        raise ValueError(f"{path} has not the columns {COLUMNS}")
    rows = [_row(line.split("\t")) for line in lines[1:]]
    return {row.name: row for row in rows}


def _row(cells: list[str]) -> Concept:
    name, kind, icons, build, looks, gait, place, colour, synset, english, french = cells
    words = (tuple(w for w in said.split(", ") if w) for said in (english, french))
    return Concept(
        name, kind, tuple(icons.split(",")), build, looks, gait, place, colour, synset, *words
    )


def as_line(concept: Concept) -> str:
    """The row of the table that says this."""
    c = concept
    cells = (
        c.name, c.kind, ",".join(c.icons), c.build, c.looks, c.gait, c.place, c.colour, c.synset,
        ", ".join(c.english), ", ".join(c.french),
    )  # fmt: skip
    return "\t".join(cells) + "\n"
