"""The little words of a language: what is no thing, and what it says of the thing beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


def words(said: str) -> frozenset[str]:
    """A set of words, written with spaces between them."""
    return frozenset(said.split())


@dataclass(frozen=True)
class Grammar:
    """All words folded.

    `little`: articles and such; they tell the language too. `never`: words that are no thing
    although a thing is called so. `containers`: with `of` after them, what they hold is meant.
    `media`: with `of` after them, what they show is. `within`: before what the subject is in or
    at. `without`: what follows is denied. `owners`: what follows is a verb. `vague`: heads that
    say less than what is before them. `last`: whether the last of adjacent nouns is the thing
    meant. `colours`: the words for them. `camera`: heads of what tells how something is shown.
    `determiners`: before a noun. `asking`: what one says to somebody who draws. `joining`: between
    equals. `manner`: heads of what tells in whose style. `between`: before
    two who do something together. `beside`: before what is only with the subject, or on it.
    """

    little: frozenset[str]
    never: frozenset[str] = frozenset()
    containers: frozenset[str] = frozenset()
    media: frozenset[str] = frozenset()
    of: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()
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
    last: bool = False
    numbers: Mapping[str, int] = field(default_factory=dict)
    irregular: Mapping[str, str] = field(default_factory=dict)
    colours: Mapping[str, str] = field(default_factory=dict)
