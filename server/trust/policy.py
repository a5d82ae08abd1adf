"""The policy: what a prompt may ask for, decided before anything is drawn.

`decide` is a pure function of a text and of rules that an operator edits. It is a first line: it
knows words, not meanings, and a description without a name passes.
"""

from bisect import bisect_left
from collections.abc import Container, Iterable, Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

from phosphene.errors import Refusal
from phosphene.trust.matching import RuleMatch, segments, unique
from phosphene.trust.normalize import Word, read, readings
from phosphene.trust.other_scripts import has_other_script
from phosphene.trust.persons import persons
from phosphene.trust.phrases import phrases
from phosphene.trust.prompt_text import LONGEST
from phosphene.trust.protected_names import names
from phosphene.trust.refusal_rules import Phrase, Rules, Spelling, load_rules
from phosphene.trust.rewording import reword
from phosphene.trust.rule_file import (
    Category,
    is_category_of,
    rule_of_category,
    rule_of_name,
)

__all__ = ["Rules", "Words", "decide", "judge_words", "load_rules"]

PARTING: Final = 4
"""Words of so many letters count between two that are refused together."""
LAST: Final = 3
"""And of so many where a comma or a stop follows."""

Way = list[list[Word]]
"""One reading of a text, in the pieces between innocent phrases."""


def decide(
    text: str,
    rules: Rules,
    *,
    minor: bool = False,
    innocent: Container[str] = (),
    spared: Container[str] = (),
) -> Refusal | None:
    """Why this text is refused, or None when it may be drawn. Categories come before names; for a
    ``minor`` more is refused, after both. Words of ``innocent`` categories are passed over, and
    what ``spared`` rules say, as refusals name them."""
    broken = _judge(text, rules, innocent, spared)
    if broken is None:
        return decide(text, rules.for_minors) if minor and rules.for_minors else None
    category, found = broken
    if category is not None:
        return _refuse_category(category, found, text, rules)
    # What is proposed is judged like what was asked, so that no refusal ever offers a text that is
    # refused in turn.
    allowed = None if _is_abroad(found, text) else reword(found, text)
    if allowed is not None and (len(allowed) > LONGEST or _judge(allowed, rules) is not None):
        allowed = None
    return _refuse_name(found, text, allowed, rules)


class Words(Struct, frozen=True):
    """Why words are refused; ``near``: they are only nearly what is refused."""

    refusal: Refusal
    near: bool


def judge_words(text: str, rules: Rules, *, minor: bool = False) -> Words | None:
    """What is to be said against words that are not drawn; None: nothing. Names are no reason."""
    broken = _judge(text, rules)
    category, found = broken or (None, [])
    if category is None:
        return judge_words(text, rules.for_minors) if minor and rules.for_minors else None
    near = not all(_is_exact(one, text) for one in found)
    return Words(_refuse_category(category, found, text, rules), near)


def touched_categories(text: str, rules: Rules) -> tuple[str, ...]:
    """The codes of all categories that a text breaks."""
    found = [_phrases(way, rules) for way in _ways(text, rules)]
    return unique(
        category.code
        for category in rules.categories
        if any(_broken(category, *one) for one in found)
    )


def _is_abroad(found: Sequence[RuleMatch], text: str) -> bool:
    """Whether names stand in other letters: what is proposed instead is English or French."""
    return any(has_other_script(text[one.start : one.end]) for one in found)


def _is_exact(found: RuleMatch, text: str) -> bool:
    """Whether what was found is written as the rules have it, but for spaces and accents."""
    return "".join(read(text[found.start : found.end])) == found.what.written


def _judge(
    text: str, rules: Rules, innocent: Container[str] = (), spared: Container[str] = ()
) -> tuple[Category | None, list[RuleMatch]] | None:
    """The category that a text breaks, or None for names, with where it does."""
    ways = _ways(text, rules)
    # All ways before any category: else a name that the plain reading holds would be refused before
    # a crime that another reading holds, and the sentence would be about the wrong thing.
    found = [_phrases(way, rules) for way in ways]
    for category in rules.categories:
        if category.code in innocent or is_category_of(category, spared):
            continue
        broken = next(filter(None, (_broken(category, *one) for one in found)), None)
        if broken:
            return category, broken
    named = _named(ways, text, rules, spared)
    return (None, named) if named else None


def _ways(text: str, rules: Rules) -> list[Way]:
    return [segments(words, rules) for words in readings(text)]


class Gaps(Struct, frozen=True):
    """Where words begin that part what belongs together: ``long`` ones, and those that are ``last``
    before a comma or a stop (gas the car, immigrants wave) as well."""

    long: Sequence[int]
    last: Sequence[int]


def _phrases(way: Way, rules: Rules) -> tuple[list[RuleMatch], Gaps]:
    """The phrases in one way to read the text, and what parts them."""
    found = [one for piece in way for one in phrases(piece, rules)]
    long = [word.start for piece in way for word in piece if len(word.text) >= PARTING]
    last = [
        word.start
        for piece in way
        for word, after in pairwise(piece)
        if after.apart and LAST <= len(word.text) < PARTING
    ]
    return found, Gaps(long, sorted([*long, *last]))


def _named(ways: Iterable[Way], text: str, rules: Rules, spared: Container[str]) -> list[RuleMatch]:
    """The names in other letters than Latin ones, or those in the first way to read the text in
    which there are any."""
    if abroad := _unspared(_in_other_scripts(text, rules), spared):
        return _apart(abroad)
    for way in ways:
        around = frozenset(word.text for piece in way for word in piece)
        found = [one for piece in way for one in names(piece, around, rules)]
        found += [one for piece in way for one in persons(piece, text, rules)]
        if found := _unspared(found, spared):
            return _apart(found)
    return []


def _unspared(found: list[RuleMatch], spared: Container[str]) -> list[RuleMatch]:
    """The names of which the rule is not spared."""
    return [one for one in found if _rule_of(one) not in spared]


def _rule_of(found: RuleMatch) -> str:
    assert isinstance(found.what, Spelling)
    return rule_of_name(found.what.group, found.what.name)


def _in_other_scripts(text: str, rules: Rules) -> list[RuleMatch]:
    """The names in other letters than Latin ones that are not in an innocent phrase."""
    found = [RuleMatch(*one) for one in rules.in_other_scripts.find(text)]
    innocent = list(rules.innocent_in_other_scripts.find(text)) if found else []
    return [
        one
        for one in found
        if not any(start <= one.start and one.end <= end for _, start, end in innocent)
    ]


def _apart(found: Iterable[RuleMatch]) -> list[RuleMatch]:
    """In order, of those that overlap the one that begins first and is longest."""
    left: list[RuleMatch] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not left or one.start >= left[-1].end:
            left.append(one)
    return left


def _broken(category: Category, found: Sequence[RuleMatch], gaps: Gaps) -> list[RuleMatch]:
    """What of the findings breaks this category; empty when it is kept."""
    parts: dict[int | None, list[RuleMatch]] = {}
    for one in found:
        if isinstance(one.what, Phrase) and one.what.category is category:
            parts.setdefault(one.what.part, []).append(one)
    if None in parts:
        return parts[None][:1]
    if not category.together or any(n not in parts for n in range(len(category.together))):
        return []
    lists = [parts[n] for n in range(len(category.together))]
    if not category.within and not category.ordered:
        return sorted((one[0] for one in lists), key=lambda one: one.start)
    # Anywhere in 500 characters two innocent words met by chance: 192 of 4,600 harmless prompts
    # were told that pictures of minors are never made here.
    return _close(lists[0], lists[-1], gaps.last if category.ordered else gaps.long, category)


def _close(
    first: Sequence[RuleMatch],
    second: Sequence[RuleMatch],
    starts: Sequence[int],
    category: Category,
) -> list[RuleMatch]:
    """One of each list with as few words between them, and in such an order, as the category
    says."""
    others = sorted(second, key=lambda one: one.start)
    places = [one.start for one in others]
    for one in first:
        at = bisect_left(places, one.start)
        for other in others[at if category.ordered else max(0, at - 1) : at + 1]:
            left, right = sorted((one, other), key=lambda found: found.start)
            between = bisect_left(starts, right.start) - bisect_left(starts, left.end)
            if between <= category.within:
                return [left, right]
    return []


def _refuse_category(
    category: Category, found: Sequence[RuleMatch], text: str, rules: Rules
) -> Refusal:
    return Refusal(
        code=category.code,
        rule=rule_of_category(category),
        message=category.message,
        matched=_as_written(found, text),
        rules_version=rules.version,
    )


def _refuse_name(
    found: Sequence[RuleMatch], text: str, allowed: str | None, rules: Rules
) -> Refusal:
    first = found[0].what
    assert isinstance(first, Spelling)
    group, name = first.group, first.name
    plain = name.name.split(" (")[0]
    return Refusal(
        code=group.code,
        rule=rule_of_name(group, name),
        message=group.message.format(name=plain, holder=name.holder or plain),
        matched=_as_written(found, text),
        allowed=allowed,
        rewordings=(allowed,) if allowed else (),
        rules_version=rules.version,
        entry=name.name,
        holder=name.holder,
    )


def _as_written(found: Sequence[RuleMatch], text: str) -> tuple[str, ...]:
    return unique(text[f.start : f.end] for f in sorted(found, key=lambda f: f.start))
