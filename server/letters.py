"""Letters as a person reads them, whatever they are made of, and the handles that a text names so.

Folds compatibility forms, accents, invisible characters and look-alike letters of other alphabets
(Unicode TR 36 and 39 describe the tricks). Imports nothing ours: the policy, consent and what draws
have to read the same name in the same letters.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from msgspec import Struct

_LOOK_ALIKE = {
    "АВСЕНІЈКМОРЅТУХ": "abcehijkmopstyx",
    "авсԁеһніјкӏмопрԛгѕтуѵԝхьз": "abcdehhijklmonpqrstyvwxb3",
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ": "abezhikmnoptyx",
    "αβγδεζηικλμνοπρσςτυφχω": "abydeznikluvonpsstufxw",
    "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ": "abcdefghijklmnoprstuvwyz",
    "ıłøđðɑɡɩʋօոսհɐɔǝəɛ": "iloddagivonuhaceee",
}
_PAIRS = {"æ": "ae", "œ": "oe", "Æ": "ae", "Œ": "oe", "þ": "th", "ß": "ss"}
_ENCLOSED = (0x1F150, 0x1F170, 0x1F1E6)
_LETTERS = {
    **{a: b for strange, plain in _LOOK_ALIKE.items() for a, b in zip(strange, plain, strict=True)},
    **{chr(first + n): chr(ord("a") + n) for first in _ENCLOSED for n in range(26)},
    **_PAIRS,
}
# Not within an address of mail, nor a part of a longer word. Whose yes is asked and who is drawn
# have to be the same people.
_MENTION: Final = re.compile(r"(?<![\w@.])@([a-z0-9][a-z0-9_]{1,23})(?![a-z0-9_])")


class Mention(Struct, frozen=True):
    """A handle that a text names; ``text[start:end]`` is how it is written there, with its @."""

    handle: str
    start: int
    end: int


def find_mentions(text: str) -> list[Mention]:
    """The handles that a text names with an @, in order: "@ADA" and "＠ädа" are "ada"."""
    folded, origins = fold_letters(text)
    # What is not seen after the last letter belongs to it.
    ends = [*origins, len(text)]
    return [
        Mention(one[1], origins[one.start()], ends[one.end()]) for one in _MENTION.finditer(folded)
    ]


def mentioned_handles(text: str) -> tuple[str, ...]:
    """The handles that a text names, each once."""
    return tuple(dict.fromkeys(one.handle for one in find_mentions(text)))


def fold_letters(text: str) -> tuple[str, range | list[int]]:
    """Small plain letters without what cannot be seen, signs as they are; and for each the place in
    ``text`` that it came from."""
    # Most prompts are ASCII, where nothing is to be folded and a place is its own origin.
    if text.isascii():
        return text.lower(), range(len(text))
    folded = [_plain(character) for character in text]
    origins = [place for place, plain in enumerate(folded) for _ in plain]
    return "".join(folded), origins


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    if character in _LETTERS:
        return _LETTERS[character]
    parts = unicodedata.normalize("NFKD", character)
    seen = (part for part in parts if unicodedata.category(part) not in {"Mn", "Me", "Cf"})
    return "".join(
        _LETTERS.get(part) or _LETTERS.get(part.lower()) or part.lower() for part in seen
    )
