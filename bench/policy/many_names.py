"""50,000 made names, as a list for ``phosphene rules import``.

python -m bench.policy.many_names > n.csv
"""

import random
from collections.abc import Sequence
from typing import Final

NAMES: Final = 50_000
SEED: Final = 7


def made_names(count: int, dice: random.Random) -> list[str]:
    """So many different ones, of two words."""
    found = dict[str, None]()
    while len(found) < count:
        found[f"{_word(dice)} {_word(dice)}"] = None
    return list(found)


def _word(dice: random.Random) -> str:
    return "".join(_syllable(dice) for _ in range(dice.choice((2, 3)))).capitalize()


def _syllable(dice: random.Random) -> str:
    parts: tuple[Sequence[str], ...] = "bdfgklmnprstvz", "aeiou", ["", *"nrlsx"]
    return "".join(map(dice.choice, parts))


def main() -> None:
    """Write the list."""
    print("label,kind,holder")
    for name in made_names(NAMES, random.Random(SEED)):
        print(f"{name},character,Nobody")


if __name__ == "__main__":
    main()
