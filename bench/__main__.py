"""The benches, and what each measures: ``python -m bench``."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

WIDTH = 30


def benches() -> Iterator[tuple[str, str]]:
    """The command of each bench and the first words of its docstring, in the order of the names."""
    here = Path(__file__).parent
    named = {path.stem: path for path in here.glob("*.py") if path.stem != "__main__"}
    named |= {path.parent.name: path for path in here.glob("*/__main__.py")}
    for name, path in sorted(named.items()):
        said = ast.get_docstring(ast.parse(path.read_text())) or ""
        if f"python -m bench.{name}" in said:
            yield f"python -m bench.{name}", about(said).replace("``", "")


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
