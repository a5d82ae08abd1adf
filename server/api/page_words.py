"""The words of the page in one language, put where its markup and its modules say their keys."""

import json
import re
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import Final

Message = str | Mapping[str, str]
"""A text, or one for each plural category (CLDR) of the number ``n``."""

SAID: Final = re.compile(r'\b(t|parts)\("([^"]*)"')
"""A call that says something, in a module."""
IN_MARKUP: Final = re.compile(r"\{\{([\w.]+)\}\}")


class PageWords:
    """``client`` is the folder of the page's files."""

    def __init__(self, client: Path, language: str) -> None:
        self.language = language
        file = client / "words" / f"{language}.json"
        self.messages: dict[str, Message] = json.loads(file.read_text(encoding="utf-8"))

    def put_into(self, line: str, module: str) -> str:
        """A line of a module with the words themselves. Raises ValueError: there are none."""

        def put(found: re.Match[str]) -> str:
            return (
                f"{found[1]}({json.dumps(self.find_message(found[2], module), ensure_ascii=False)}"
            )

        return SAID.sub(put, line)

    def fill(self, markup: str, quote: Callable[[str], str] = escape) -> str:
        """A page with the words of its ``{{keys}}``, each as ``quote`` writes it there. Raises
        ValueError: there are none, or those of a number."""

        def put(found: re.Match[str]) -> str:
            message = self.find_message(found[1], "the markup")
            if not isinstance(message, str):
                raise ValueError(f"the markup: {found[1]} is said of a number")
            return quote(message)

        return IN_MARKUP.sub(put, markup)

    def fill_json(self, document: str) -> str:
        """The same for a JSON document, whose keys stand within its strings."""
        return self.fill(document, lambda text: json.dumps(text, ensure_ascii=False)[1:-1])

    def find_message(self, key: str, place: str) -> Message:
        """What is said under a key. Raises ValueError: nothing is; ``place`` is who says it."""
        message = self.messages.get(key)
        if message is None:
            raise ValueError(f"{place}: no words for {key} in {self.language}")
        return message
