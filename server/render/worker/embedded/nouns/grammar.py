"""The little words of a language: what is no thing, and what it says of the thing beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


def words(said: str) -> frozenset[str]:
    """A set of words, written with spaces between them."""
    return frozenset(said.split())


def colours(said: str, endings: str = "") -> dict[str, str]:
    """Words for colours to colours, written as "red=rot,rötlich", folded; each with each ending."""
    pairs = (pair.split("=") for pair in said.split())
    return {
        stem + ending: colour
        for colour, stems in pairs
        for stem in stems.split(",")
        for ending in ("", *endings.split())
    }


def numbers(*said: str) -> dict[str, int]:
    """Words for one and more to how many they are: each row those of two, three, four, five."""
    return {word: k for k, row in enumerate(said, start=2) for word in row.split()}


@dataclass(frozen=True)
class Grammar:
    """All words folded.

    `little`: articles and such; they tell the language too. `never`: words that are no thing
    although a thing is called so. `containers`: with `of` after them, what they hold is meant.
    `media`: with `of` after them, what they show is. `within`: before what the subject is in or
    at, but not after `reaching`; of these `inside` lead into a place, and `beyond` to what is under
    or behind it. `without`: what follows is denied. `owners`: what follows is a verb. `vague`:
    heads that say less than what is before them. `last`: whether the last of adjacent nouns is the
    thing meant. `articles`: whether a word that nobody knows is a name only after an article.
    `compounds`: whether words that belong together are written as one, so that of two side by side
    the first is meant.
    `after`: as `within`, after it. `adjectives`: those that are persons where no thing follows.
    `colours`: the words for them. `camera`: heads of what tells how something is shown.
    `determiners`: before a noun. `asking`: what one says to somebody who draws. `joining`: between
    equals. `manner`: heads of what tells in whose style. `between`: before two who do something
    together. `beside`: before what is only with the subject, or on it. `by`: before what one is
    outside of: a shore, a shop.
    `full`: before the "of" of what something is full of; `songs`: what is about somebody, who is
    what there is to see.
    `when`: before a clause that only tells when. `pronouns`: to whom they call, where a verb that
    is not `impersonal` follows. `plurals`: articles of several, where the noun
    itself need not sound so.
    """

    little: frozenset[str]
    never: frozenset[str] = frozenset()
    containers: frozenset[str] = frozenset()
    media: frozenset[str] = frozenset()
    of: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()
    reaching: frozenset[str] = frozenset()
    when: frozenset[str] = frozenset()
    inside: frozenset[str] = frozenset()
    beyond: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    vague: frozenset[str] = frozenset()
    camera: frozenset[str] = frozenset()
    determiners: frozenset[str] = frozenset()
    asking: frozenset[str] = frozenset()
    joining: frozenset[str] = frozenset()
    manner: frozenset[str] = frozenset()
    between: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    adjectives: frozenset[str] = frozenset()
    last: bool = False
    articles: bool = False
    compounds: bool = False
    after: frozenset[str] = frozenset()
    numbers: Mapping[str, int] = field(default_factory=dict)
    pronouns: Mapping[str, str] = field(default_factory=dict)
    impersonal: frozenset[str] = frozenset()
    by: frozenset[str] = frozenset()
    full: frozenset[str] = frozenset()
    songs: frozenset[str] = frozenset()
    plurals: frozenset[str] = frozenset()
    irregular: Mapping[str, str] = field(default_factory=dict)
    colours: Mapping[str, str] = field(default_factory=dict)
