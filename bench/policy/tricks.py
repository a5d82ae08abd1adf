"""What people do to a name that is refused, each as a pure function of the name and of dice."""

import random
import unicodedata
from collections.abc import Callable
from typing import Final

Trick = Callable[[str, random.Random], str]
"""The name as somebody would write it; the same name where the trick does not fit it."""

LONG: Final = 6
"""Letters of a word that can lose one and still be read."""
_LOOK_ALIKE = str.maketrans("aceopxyiABEHKMOPCTX", "асеорхуіАВЕНКМОРСТХ")
_GREEK = str.maketrans("AaBEeHIiKkMNOoPpTXYZv", "ΑαΒΕεΗΙιΚκΜΝΟοΡρΤΧΥΖν")
_LEET = str.maketrans("aeiostAEIOST", "431057431057")
_SIGNS = str.maketrans("aeisAEIS", "@€!$@€!$")
_WIDE: Final = {**{n: n + 0xFEE0 for n in range(0x21, 0x7F)}, 0x20: 0x20}
_VOWELS = "aeiouyAEIOUY"
_BESIDE: Final = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuiopqsdfghjklaxcvbnmz", strict=True))


def _letters(name: str) -> str:
    """Without accents, as most people type."""
    return "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))


def _inside(name: str) -> list[int]:
    """Letters of long words that are neither their first nor their last."""
    places, start = list[int](), 0
    for word in name.split(" "):
        if len(word) >= LONG and word.isalpha():
            places += range(start + 1, start + len(word) - 1)
        start += len(word) + 1
    return places


def _at(name: str, dice: random.Random, change: Callable[[str, int], str], where: str = "") -> str:
    places = [one for one in _inside(name) if not where or name[one] in where]
    return change(name, dice.choice(places)) if places else name


def _swap(text: str, at: int) -> str:
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def swap_letters(name: str, dice: random.Random) -> str:
    """Two neighbours of a long word in the other order."""
    places = [n for n in _inside(name) if n + 1 < len(name) and name[n + 1].isalpha()]
    places = [n for n in places if name[n] != name[n + 1]]
    return _swap(name, dice.choice(places)) if places else name


def surname_first(name: str, dice: random.Random) -> str:
    """``Swift, Taylor``."""
    first, _, last = name.rpartition(" ")
    return f"{last}, {first}" if first else name


def with_initial(name: str, dice: random.Random) -> str:
    """``Taylor A. Swift``."""
    first, _, last = name.partition(" ")
    return f"{first} {dice.choice('ABDEGHJKLMNRST')}. {last}" if last else name


def with_nickname(name: str, dice: random.Random) -> str:
    """``Taylor "Sunny" Swift``."""
    first, _, last = name.partition(" ")
    return f'{first} "{dice.choice(("Sunny", "Ace", "Chief"))}" {last}' if last else name


def over_lines(name: str, dice: random.Random) -> str:
    """Broken inside, as a list of lines would be."""
    at = name.find(" ")
    at = at if at > 0 else max(1, len(name) // 2)
    return f"{name[:at]}\n{name[at:].lstrip()}"


PLAIN: Final[dict[str, Trick]] = {
    "as it is": lambda name, dice: name,
    "small letters": lambda name, dice: name.lower(),
    "capitals": lambda name, dice: name.upper(),
    "without accents": lambda name, dice: _letters(name),
    "its own": lambda name, dice: name + "'s",
}
OBFUSCATED: Final[dict[str, Trick]] = {
    "Cyrillic look-alikes": lambda name, dice: name.translate(_LOOK_ALIKE),
    "Greek look-alikes": lambda name, dice: name.translate(_GREEK),
    "full width": lambda name, dice: name.translate(_WIDE),
    "zero width space": lambda name, dice: "\u200b".join(name),
    "soft hyphen": lambda name, dice: "\u00ad".join(name),
    "spaced": lambda name, dice: " ".join(name.replace(" ", "")),
    "dotted": lambda name, dice: ".".join(name.replace(" ", "")),
    "marks piled": lambda name, dice: "".join(c + "\u0336" for c in name),
    "leet, one": lambda name, dice: _at(name, dice, lambda t, n: _put(t, n, _LEET), "aeiost"),
    "leet, all": lambda name, dice: name.translate(_LEET),
    "signs": lambda name, dice: name.translate(_SIGNS),
    "a vowel starred": lambda name, dice: _at(
        name, dice, lambda t, n: t[:n] + "*" + t[n + 1 :], _VOWELS
    ),
    "two letters swapped": swap_letters,
    "a letter dropped": lambda name, dice: _at(name, dice, lambda t, n: t[:n] + t[n + 1 :]),
    "a letter doubled": lambda name, dice: _at(name, dice, lambda t, n: t[:n] + t[n] + t[n:]),
    "a letter stretched": lambda name, dice: _at(name, dice, lambda t, n: t[:n] + 4 * t[n] + t[n:]),
    "the key beside": lambda name, dice: _at(
        name, dice, lambda t, n: t[:n] + _BESIDE.get(t[n], t[n]) + t[n + 1 :]
    ),
    "glued": lambda name, dice: name.replace(" ", "") + dice.choice(("style", "core", "fan")),
    "one word": lambda name, dice: name.replace(" ", ""),
    "as a tag": lambda name, dice: "#" + name.replace(" ", "").lower(),
    "over lines": over_lines,
}
OF_PERSONS: Final[dict[str, Trick]] = {
    "surname first": surname_first,
    "an initial inside": with_initial,
    "a nickname inside": with_nickname,
}


def _put(text: str, at: int, table: dict[int, int] | dict[int, str]) -> str:
    return text[:at] + text[at].translate(table) + text[at + 1 :]
