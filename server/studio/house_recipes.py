"""What an instance draws of itself, and proposes to who does not know what to ask for."""

import tomllib
from functools import cache
from importlib import resources

from msgspec import Struct, convert


class HouseRecipe(Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence in each language of the page, and the seed with which it was looked at.
    ``opening``: one of the first clips of an instance that is new."""

    en: str
    fr: str
    seed: int
    opening: bool = False

    def in_language(self, language: str) -> str:
        """The sentence in a language of the page."""
        return self.fr if language == "fr" else self.en


@cache
def load_recipes() -> tuple[HouseRecipe, ...]:
    """Those of the file that ships, the opening ones first; read once."""
    text = (resources.files(__package__) / "house_recipes.toml").read_text(encoding="utf-8")
    return tuple(convert(tomllib.loads(text)["recipes"], list[HouseRecipe]))
