"""Prompts of characters that nobody owns, made of parts, in English and French: rich descriptions
as people write them, for the background that registered works must stand out from."""

import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PARTS: Final = Path(__file__).with_name("characters.toml")


def made_characters(count: int, seed: int) -> Iterator[str]:
    """So many, half of them French; a third has two looks and two deeds."""
    parts = tomllib.loads(PARTS.read_text(encoding="utf-8"))
    dice = random.Random(seed)
    for number in range(count):
        french = number % 2 == 1
        of = parts["fr" if french else "en"]
        many = 2 if dice.random() < 1 / 3 else 1
        look = (" et " if french else " and ").join(dice.sample(of["looks"], many))
        deed = (" puis " if french else " and then ").join(dice.sample(of["deeds"], many))
        yield f"{dice.choice(of['figures'])} {look} {deed} {dice.choice(of['places'])}"
