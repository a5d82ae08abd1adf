"""What would be drawn if a phrase were innocent, tried before it is: what is listed must not be
washed in by an appeal. Pure."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from phosphene.errors import BadInput, Unusable
from phosphene.refusal_appeals import PhraseTrial
from phosphene.trust.normalize import read
from phosphene.trust.other_scripts import has_other_script
from phosphene.trust.overturned_rules import SEVERE
from phosphene.trust.policy import decide
from phosphene.trust.refusal_rules import Phrase, Rules, Spelling

LONGEST_WORDS: Final = 8
LEAST_LETTERS: Final = 4
"""Fewer letters than these in all are in too many words."""
SHOWN: Final = 20
AROUND: Final = ("{}", "a picture of {}", "{} at night, in the rain")

Words = tuple[str, ...]


def try_phrase(phrase: str, prompt: str, rules: Rules) -> PhraseTrial:
    """What a phrase of a prompt would let through, 20 of each at most. A listed name is tried as it
    is written, in sentences, and where the phrase begins with its end or ends with its beginning:
    "red star" would leave "wars". Costs some milliseconds; see ``check_phrase`` for what it
    raises."""
    words = check_phrase(phrase, prompt)
    after = rules.with_innocent([phrase], rules.version)
    listed = dict.fromkeys(_listed(words, rules))
    names = [one for one in listed if _passes(one, words, rules, after)]
    severe, loosened = list[str](), list[str]()
    for text, code in dict.fromkeys(_of_categories(words, rules)):
        # A word of another rule within a longer phrase is what the phrase is for.
        meant = code not in SEVERE and text != words
        if _passes(text, words, rules, after, but=words if meant else ()):
            (severe if code in SEVERE else loosened).append(" ".join(text))
    alone = decide(phrase, rules)
    return PhraseTrial(
        phrase=phrase,
        read_as=alone.entry if alone else "",
        frees=decide(prompt, after) is None,
        names=_shown(" ".join(one) for one in names),
        severe=_shown(severe),
        loosened=_shown(loosened),
    )


def check_phrase(phrase: str, prompt: str) -> Words:
    """The words of a phrase, as they are matched. Raises Unusable: it is no part of the prompt, is
    too short or too long, or not in Latin letters."""
    try:
        words = () if has_other_script(phrase) else tuple(read(phrase))
    except BadInput:
        words = ()
    if not words or sum(map(len, words)) < LEAST_LETTERS or len(words) > LONGEST_WORDS:
        raise Unusable(
            f"phrase: one to {LONGEST_WORDS} words of Latin letters, four letters in all"
        )
    around = tuple(read(prompt))
    if not any(around[at : at + len(words)] == words for at in range(len(around))):
        raise Unusable("phrase: words of the prompt, as they stand in it")
    return words


def _shown(found: Iterator[str] | Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:SHOWN]


def _passes(text: Words, phrase: Words, rules: Rules, after: Rules, but: Words = ()) -> bool:
    """Whether what is refused by itself would no longer be, somewhere beside the phrase; ``but``:
    what does not count."""
    refused = [form.format(" ".join(text)) for form in AROUND]
    refused = [one for one in refused if decide(one, rules) is not None]
    if not refused:
        return False
    joined = (" ".join(one) for one in _joined(text, phrase) if one != but)
    return any(decide(one, after) is None for one in (*refused, *joined))


def _joined(text: Words, phrase: Words) -> Iterator[Words]:
    """A text and a phrase beside each other, and where the one ends as the other begins."""
    yield text + phrase
    yield phrase + text
    for size in range(1, min(len(text), len(phrase)) + 1):
        if phrase[-size:] == text[:size]:
            yield phrase + text[size:]
        if text[-size:] == phrase[:size]:
            yield text + phrase[size:]


def _listed(words: Words, rules: Rules) -> Iterator[Words]:
    """The listed names that have a word of the phrase, or are written together in it."""
    known = (one for spellings in rules.spellings.values() for one in spellings)
    for one in chain(known, rules.proper.values()):
        if _touches(one.texts, words, rules):
            yield _name_of(one)


def _touches(text: Words, phrase: Words, rules: Rules) -> bool:
    """Whether a phrase may let a text pass: they share a word that is no very common one, the one
    ends as the other begins, or it is written together in the phrase."""
    # Of the many names with "the" in them all would be tried: a second of CPU.
    shared = set(text).intersection(phrase) - rules.common.very
    edges = phrase[-1] == text[0] or text[-1] == phrase[0]
    return bool(shared) or edges or "".join(text) in "".join(phrase)


def _name_of(one: Spelling) -> Words:
    return (*one.texts, *sorted(one.beside)[:1])


def _of_categories(words: Words, rules: Rules) -> Iterator[tuple[Words, str]]:
    """What breaks a category and has a word of the phrase, or is written together in it, and the
    category's code."""
    for phrases in rules.phrases.values():
        for one in phrases:
            if _touches(one.words, words, rules):
                for text in _whole(one):
                    yield text, one.category.code


def _whole(one: Phrase) -> Iterator[Words]:
    """A phrase that breaks its category: alone, or with one of the category's other lists."""
    if one.part is None:
        yield one.words
        return
    text = one.words
    for number, others in enumerate(one.category.together):
        if number != one.part:
            text = (*text, *read(others[0]))
    yield text
