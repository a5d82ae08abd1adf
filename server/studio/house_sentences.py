"""Sentences that the house makes freely: a thing, what it does, where, in which light or weather,
the same in both languages. All that can be said of a thing is numbered, so that the time alone says
what is next: nobody has to remember what was said, and none comes twice in a week."""

import random
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import accumulate, count
from math import gcd
from typing import Final

from msgspec import Struct, convert

from phosphene.text import TaggedPhrase

Said = tuple[str, str]
"""In English and in French."""
NOTHING: Final = ("", "")

SLOT_S: Final = 900.0
"""The same candidates for so long, then others."""
WEEK: Final = 672
"""Slots of a week."""
STRIDE: Final = 0.6180339887
"""Of all there are of a thing, from one to the next: neighbours are alike, and these are not."""
SEVERAL: Final = frozenset(("deux", "trois"))
FRENCH: Final = SEVERAL | {"un", "une"}


class PlaceWords(Struct, frozen=True, forbid_unknown_fields=True):
    """``skies``: lights and weathers that it has; None for all."""

    reads: str
    said: tuple[Said, ...]
    skies: tuple[str, ...] | None = None


class HomeWords(Struct, frozen=True, forbid_unknown_fields=True):
    """Where things are, and what they do there."""

    places: tuple[str, ...]
    does: tuple[Said, ...]


class ThingWords(Struct, frozen=True, forbid_unknown_fields=True):
    """See ``house_words.toml``."""

    reads: str
    said: tuple[Said, ...]
    lives: str
    places: tuple[str, ...] | None = None
    does: tuple[Said, ...] = ()
    only: bool = False


class HouseWords(Struct, frozen=True, forbid_unknown_fields=True):
    """Of what sentences are made; ``plural``: French verbs, by their singular."""

    places: dict[str, PlaceWords]
    skies: dict[str, Said]
    plural: dict[str, str]
    lives: dict[str, HomeWords]
    things: tuple[ThingWords, ...]


class HouseSentence(Struct, frozen=True):
    """``thing`` and ``place``: what the lexicon must take it for; ``number``: its own, and the seed
    that it is drawn with."""

    en: str
    fr: str
    thing: str
    place: str
    number: int

    def in_language(self, language: str) -> str:
        """The sentence in a language of the page."""
        return self.fr if language == "fr" else self.en

    def reads_as_meant(self, phrases: Sequence[TaggedPhrase]) -> bool:
        """Whether what was read in one of its texts is its thing before all else, and its place."""
        traits = [one.trait for one in phrases]
        things = [one for one in traits if one.startswith("subject:")]
        places = {one for one in traits if one.startswith("place:")}
        return things[:1] == [f"subject:{self.thing}"] and places == {f"place:{self.place}"}


class _Frame(Struct, frozen=True):
    """All of a sentence but the light and the weather."""

    thing: ThingWords
    name: Said
    deed: Said
    place: PlaceWords
    where: Said
    skies: tuple[Said, ...]


class ThingSentences:
    """All that are of one thing, by number from 0."""

    def __init__(self, frames: Iterable[_Frame]) -> None:
        self._frames = list(frames)
        self._ends = list(accumulate(len(one.skies) for one in self._frames))
        self._stride = _coprime_stride(len(self))

    def __len__(self) -> int:
        return self._ends[-1]

    def sentence_of(self, number: int) -> HouseSentence:
        """That of a number."""
        at = bisect_right(self._ends, number)
        frame = self._frames[at]
        sky = frame.skies[number - self._ends[at]]
        en, fr = (
            " ".join(filter(None, (frame.name[one], frame.deed[one], frame.where[one]))) + sky[one]
            for one in (0, 1)
        )
        return HouseSentence(en, fr, frame.thing.reads, frame.place.reads, number)

    def turn_at(self, slot: int) -> HouseSentence | None:
        """The one of a slot, each once before one again. Where there are fewer than slots in a week
        most slots have none."""
        turn = slot
        if len(self) < WEEK:
            turn = slot * len(self) // WEEK
            if turn == (slot - 1) * len(self) // WEEK:
                return None
        return self.sentence_of(turn * self._stride % len(self))


class HouseSentences:
    """All of them, by their things."""

    def __init__(self, words: HouseWords) -> None:
        self.things = [ThingSentences(_frames(thing, words)) for thing in words.things]

    def candidates_at(self, now: float) -> list[HouseSentence]:
        """At most one of each thing, in no order: the same for a quarter of an hour. None is among
        those of another quarter within a week."""
        slot = int(now // SLOT_S)
        found = [one for thing in self.things if (one := thing.turn_at(slot)) is not None]
        random.Random(slot).shuffle(found)
        return found


class HouseProposal(Struct, frozen=True):
    """What the house could draw now; ``other``: the same in the other language."""

    text: str
    seed: int
    other: str


def propose_sentences(
    language: str, now: float, read_phrases: Callable[[str], Sequence[TaggedPhrase]]
) -> list[HouseProposal]:
    """The candidates of now in a language that are read as they are meant. 30 ms: not for the event
    loop."""
    other = "en" if language == "fr" else "fr"
    said = ((one, one.in_language(language)) for one in load_sentences().candidates_at(now))
    fit = ((one, text) for one, text in said if one.reads_as_meant(read_phrases(text)))
    return [HouseProposal(text, one.number, one.in_language(other)) for one, text in fit]


def read_nothing(text: str) -> Sequence[TaggedPhrase]:
    """Where no lexicon is given: then nothing is proposed."""
    return ()


def is_french(text: str) -> bool:
    """Whether a sentence of the house's is in French: they all begin with a number."""
    return text.split(" ", maxsplit=1)[0] in FRENCH


def _frames(thing: ThingWords, words: HouseWords) -> Iterator[_Frame]:
    home = words.lives[thing.lives]
    for place in (words.places[name] for name in thing.places or home.places):
        skies = NOTHING, *(words.skies[name] for name in _skies(place, words))
        for deed in (NOTHING, *thing.does, *(() if thing.only else home.does)):
            for name in dict.fromkeys(thing.said):
                done = _agreed(name, deed, words.plural)
                yield from (_Frame(thing, name, done, place, where, skies) for where in place.said)


def _agreed(name: Said, deed: Said, plural: Mapping[str, str]) -> Said:
    """What several do, in French as they do it."""
    if name[1].split(" ")[0] not in SEVERAL:
        return deed
    return deed[0], " ".join(plural.get(word, word) for word in deed[1].split(" "))


def _skies(place: PlaceWords, words: HouseWords) -> Sequence[str]:
    return [*words.skies] if place.skies is None else place.skies


def _coprime_stride(total: int) -> int:
    """Steps of it meet all numbers below ``total`` before one again."""
    return next(one for one in count(max(1, int(STRIDE * total))) if gcd(one, total) == 1)


@cache
def load_sentences() -> HouseSentences:
    """Those of the words that ship, put together once: 5 ms."""
    text = (resources.files(__package__) / "house_words.toml").read_text(encoding="utf-8")
    return HouseSentences(convert(tomllib.loads(text), HouseWords))
