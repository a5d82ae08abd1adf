"""The benches, and what each measures: ``python -m bench``."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

WIDTH = 30


def benches() -> Iterator[tuple[str, str]]:
    """The command of each bench and the first words of its docstring, in the order of the names."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        said = ast.get_docstring(ast.parse(path.read_text())) or ""
        if path.stem != "__main__" and f"python -m bench.{path.stem}" in said:
            yield f"python -m bench.{path.stem}", about(said).replace("``", "")


def about(docstring: str) -> str:
    """What comes before its command, or, where that is only a name, with the sentence after it."""
    text = re.sub(r"\s+", " ", docstring)
    title, *others = re.split(r"(?<=[:?]) ``python -m", text, maxsplit=1)
    rest = "".join(others)
    if not rest:
        return text.partition(" python -m")[0].rstrip(" .:")
    sentence = rest.partition("``")[2].lstrip(" .").partition(". ")[0].rstrip(".")
    return f"{title} {sentence}" if sentence else title.rstrip(":")


def main() -> None:
    """Print them."""
    for command, what in benches():
        print(f"{command:<{WIDTH}}{what}")


if __name__ == "__main__":
    main()
