"""What a prompt asks for: its words are looked up, and not guessed from their letters.

Longest phrases first; of adjacent nouns the one that is meant; of a cup of coffee the coffee; what
is denied left out; an action moves a person and nobody else. What has no name here stays away: a
prompt that calls nothing that can be drawn has no subject.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from phosphene.render.worker.embedded.nouns.clauses import (
    Span,
    UnknownNames,
    camera_words,
    style_words,
)
from phosphene.render.worker.embedded.nouns.grammar import Grammar
from phosphene.render.worker.embedded.nouns.grammar import words as words_of
from phosphene.render.worker.embedded.nouns.languages import GRAMMARS, guess
from phosphene.render.worker.embedded.nouns.lexicon import Lexicon
from phosphene.render.worker.embedded.nouns.matching import Match, Matcher
from phosphene.render.worker.embedded.nouns.tokens import Token, tokens

PEOPLE: Final = frozenset(
    ("person", "man", "woman", "boy", "girl", "child", "baby", "old-man", "old-woman", "old-person")
)
"""Whom an action makes somebody else: a man who surfs is a surfer."""
BEINGS: Final = words_of(
    "robot alien elf zombie skeleton ghost vampire troll fairy mermaid snowman dragon unicorn"
)
GROWS: Final = "sway"
"""The gait of plants."""
SWIMS: Final = "swim"
INSIDE: Final = words_of("in into inside dans en im nel nell no na")
KIN: Final = frozenset(("mother", "baby"))
"""Who is also said of animals, before their name."""
TREES: Final = frozenset(("tree", "fir", "palm-tree"))
"""Of which a forest is one, and not a place where some stand."""
OVER: Final = words_of("under beneath underneath below behind sous derriere")
"""Before what is beyond a place and not the thing in it."""
WAYS: Final = frozenset(("street", "highway", "railway", "bridge"))
LANDS: Final = frozenset(
    ("desert", "forest", "mountains", "hills", "snow", "farm", "beach", "sea", "lake")
)
"""Through which ways lead, and which are more of the picture than the way is."""
NEAR: Final = 4
"""So far before a thing the word lies that says that something is in it."""
HALF: Final = 0.5
"""What a word counts for a language that knows only what it is like."""
NEARLY: Final = 0.9
"""What a word of English counts that calls nothing: a chat is a cat nevertheless."""
ADVERBS: Final = frozenset(("underwater", "indoors", "outdoors", "downtown"))
"""Places that are said after a thing without a word between, and are not that thing's head."""
DENIED: Final = 3
"""So many words after a "without" are denied."""


@dataclass(frozen=True)
class ReadPhrase:
    """A phrase of the prompt and what will be drawn for it. `exact`: that itself, and not the
    nearest that can be drawn. `start`, `end`: where it is in the prompt."""

    text: str
    role: str
    value: str
    exact: bool
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Reading:
    """What a prompt asks for. `subject`, `other`: concepts; `thing`: what the action needs; None
    where nothing is said, or nothing that can be drawn. `unknown`: what is named as the subject,
    and is not known."""

    language: str
    subject: str | None = None
    other: str | None = None
    action: str | None = None
    thing: str | None = None
    place: str | None = None
    count: int = 1
    said: tuple[ReadPhrase, ...] = ()
    unknown: str | None = None


class NounReader:
    """Reads prompts; for any thread."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._matchers = {code: Matcher(lexicon, code) for code in GRAMMARS}
        self._unknown = {
            code: UnknownNames(grammar, lexicon.known, lexicon.nouns)
            for code, grammar in GRAMMARS.items()
        }

    def read_prompt(self, text: str) -> Reading:
        """What any text asks for, even none."""
        words = tokens(text)
        language = self._language(words, text)
        matcher = self._matchers[language]
        found = matcher.find_matches(words)
        camera = camera_words(words, matcher.grammar)
        found = _with_slips(matcher, words, found)
        # Of what is known not to be a thing (northern lights) nobody asks what it is.
        plain = {k for m in found if m.meaning.value == "-" for k in range(m.first, m.last)}
        aside = camera | style_words(words, matcher.grammar)
        found = [m for m in found if m.meaning.value != "-" and m.first not in aside]
        kept = _heads(
            _held(_affirmed(found, words, matcher.grammar), words, matcher), words, matcher
        )
        kept = _acting(kept, words, matcher.grammar)
        kept = _between(kept, words, matcher.grammar)
        kept = _without_details(kept, words, matcher.grammar)
        return self._reading(language, text, words, kept, aside | plain)

    def _language(self, words: Sequence[Token], text: str) -> str:
        """By its little words and letters; of several the one that knows most of the others."""
        codes = guess([w.folded for w in words], text)
        known = {code: _knows(self._matchers[code], words) for code in codes}
        return max(known, key=lambda code: known[code])

    def _reading(
        self, language: str, text: str, words: Sequence[Token], kept: list[Match],
        camera: frozenset[int],
    ) -> Reading:  # fmt: skip
        grammar = GRAMMARS[language]
        subjects = [m for m in kept if m.role == "subject"]
        outside = [m for m in subjects if not _within(m, words, grammar, camera)]
        first = _main(outside, subjects, words, kept, grammar, camera)
        unknown = self._named_before(language, first, words, kept, camera)
        if unknown is not None:
            first = None
        others = [m for m in subjects if first and m is not first and m.meaning != first.meaning]
        doing = next((m for m in kept if m.role == "action"), None)
        if doing and not subjects and _done_by_none(doing, words, kept, grammar, camera):
            doing = None
        action = doing.meaning.value if doing else None
        place = _place([m.meaning.value for m in kept if m.role == "place"])
        if first and self._dives(first, kept, words):
            place = "underwater"
        subject, thing = self._apply_action(first.meaning.value if first else None, action)
        return Reading(
            language,
            subject,
            others[0].meaning.value if others else None,
            action if subject else None,
            thing,
            place,
            _count(first, words, grammar),
            tuple(_said(text, words, m) for m in kept),
            unknown and text[words[unknown[0]].start : words[unknown[1] - 1].end],
        )

    def _named_before(
        self, language: str, first: Match | None, words: Sequence[Token], kept: list[Match],
        camera: frozenset[int],
    ) -> Span | None:  # fmt: skip
        """What is named before the first thing that is known, and so is meant instead of it."""
        if first is None:
            return None
        taken = {k for m in kept for k in range(m.first, m.last)} | camera
        return self._unknown[language].before(words, first.first, taken)

    def _dives(self, who: Match, kept: list[Match], words: Sequence[Token]) -> bool:
        """Whether who swims is in the sea, and so below it: a shark in the ocean."""
        gait = self._lexicon.concepts.get(who.meaning.value, ("",))[0]
        seas = (m for m in kept if m.meaning.value == "sea" and m.role == "place")
        return gait == SWIMS and any(_inside(m, words) for m in seas)

    def _apply_action(
        self, subject: str | None, action: str | None
    ) -> tuple[str | None, str | None]:
        """Who does it and with what: an action moves a person, and needs one."""
        if action is None:
            return subject, None
        figure, thing = self._lexicon.actions[action]
        needs = None if thing == "-" else thing
        if subject is None:
            return figure, needs
        # "A shark swimming" became a swimming man: words of action were stolen from animals.
        return (subject, needs) if subject in PEOPLE else (subject, None)


def _inside(place: Match, words: Sequence[Token]) -> bool:
    """Whether "in" leads to a place, past an article and an adjective."""
    return any(w.folded in INSIDE for w in words[max(0, place.first - 3) : place.first])


def _place(places: Sequence[str]) -> str | None:
    """The first; but a road through a desert is a desert."""
    if len(places) > 1 and places[0] in WAYS and places[1] in LANDS:
        return places[1]
    return places[0] if places else None


def _knows(matcher: Matcher, words: Sequence[Token]) -> float:
    """How much of a prompt a language knows; of English also the words that are no thing."""
    found = [m for m in matcher.find_matches(words) if m.tongue == matcher.language]
    sure = sum((m.last - m.first) * (1 if m.meaning.exact else HALF) for m in found)
    if matcher.language != "en":
        return sure
    taken = {k for m in found for k in range(m.first, m.last)}
    known = matcher.lexicon.known
    return sure + sum(w.folded in known for k, w in enumerate(words) if k not in taken) * NEARLY


def _said(text: str, words: Sequence[Token], match: Match) -> ReadPhrase:
    start, end = words[match.first].start, words[match.last - 1].end
    meaning = match.meaning
    return ReadPhrase(text[start:end], match.role, meaning.value, meaning.exact, start, end)


def _with_slips(matcher: Matcher, words: Sequence[Token], found: list[Match]) -> list[Match]:
    """With words that are no words but nearly one."""
    taken = {k for m in found for k in range(m.first, m.last)}
    slips = [
        Match(k, k + 1, meaning)
        for k, word in enumerate(words)
        if k not in taken
        and not word.ends_phrase
        and (meaning := matcher.correct_slip(word.folded))
    ]
    return sorted([*found, *slips], key=lambda m: m.first)


def _affirmed(found: list[Match], words: Sequence[Token], grammar: Grammar) -> list[Match]:
    """Without what is denied."""
    return [
        m
        for m in found
        if not any(w.folded in grammar.without for w in words[max(0, m.first - DENIED) : m.first])
    ]


def _held(found: list[Match], words: Sequence[Token], matcher: Matcher) -> list[Match]:
    """Without a container or a picture before what it holds or shows."""
    grammar = matcher.grammar
    kept: list[Match] = []
    for k, m in enumerate(found):
        after = found[k + 1] if k + 1 < len(found) else None
        outer = {w.folded for w in words[m.first : m.last]} & _plural(grammar)
        near = after is not None and after.first - m.last <= 3 and after.role == "subject"
        if not (outer and near and after and _holds(m, after, words, grammar)):
            kept.append(m)
    return kept


def _holds(outer: Match, inner: Match, words: Sequence[Token], grammar: Grammar) -> bool:
    """Whether what a container holds follows: after "of", or at once where no word is needed."""
    if grammar.of:
        # At once, or after one word: a box full of, una taza blanca de.
        apart = words[outer.last + 1 : outer.last + 2]
        full = inner.first == outer.last + 2 and apart[0].folded in grammar.of
        return full or words[outer.last].folded in grammar.of
    between = [w.folded for w in words[outer.last : inner.first]]
    return len(between) <= 1 and not any(
        w in grammar.little | grammar.beside | grammar.within for w in between
    )


def _plural(grammar: Grammar) -> frozenset[str]:
    both = grammar.containers | grammar.media
    return both | {f"{word}s" for word in both}


def _heads(found: list[Match], words: Sequence[Token], matcher: Matcher) -> list[Match]:
    """Of nouns side by side the one that is meant: the last in English, the first in French, where
    "de" joins them too."""
    grammar, gaits = matcher.grammar, matcher.lexicon.concepts
    kept: list[Match] = []
    for m in found:
        before = kept[-1] if kept else None
        alone = words[m.first].folded in ADVERBS
        if (
            before
            and _noun(before)
            and _noun(m)
            and not alone
            and _joined(before, m, words, grammar)
        ):
            plants = gaits.get(before.meaning.value, ("",))[0] == GROWS
            woods = before.meaning.value in TREES and m.meaning.value == "forest"
            if m.role == "place" and plants and not woods:
                kept.append(m)  # a bamboo grove, a wheat field: the plants stand there
                continue
            if grammar.compounds and before.role == "place" and m.role == "subject":
                kept.append(m)  # im Wald Gitarre: what is one thing is one word there
                continue
            if before.meaning.value in KIN and m.role == "subject":
                kept[-1] = m  # maman canard, bebe elephant, whatever the order
                continue
            later = grammar.last and not grammar.compounds
            later = later and not _is_vague(before, m, words, grammar)
            kept[-1] = m if later or _describes(before, m, words, grammar) else before
            continue
        kept.append(m)
    return kept


def _is_vague(before: Match, last: Match, words: Sequence[Token], grammar: Grammar) -> bool:
    """Whether the last of two nouns says less than the one before: of a coffee cup the coffee is
    meant, as of a cup of coffee; but of a snowy mountain the mountain."""
    word = words[last.last - 1].folded
    holds = before.role == "subject" and word in grammar.containers
    # The squirrel stole my acorn: before an article it is a verb, whatever else is called so.
    follows = words[last.last].folded if last.last < len(words) else ""
    acts = before.last == last.first and follows in grammar.determiners
    return holds or acts or word in grammar.vague or _plays(before, last)


def _describes(before: Match, thing: Match, words: Sequence[Token], grammar: Grammar) -> bool:
    """Whether a word for somebody is an adjective here: un viejo is a man, un viejo faro none."""
    return words[before.first].folded in grammar.adjectives and thing.meaning.value not in PEOPLE


def _plays(being: Match, role: Match) -> bool:
    """Whether somebody who is no man does what people do: an alien dj is an alien."""
    is_other = role.role == "subject" and role.meaning.value not in BEINGS
    return being.meaning.exact and being.meaning.value in BEINGS and is_other


def _between(found: list[Match], words: Sequence[Token], grammar: Grammar) -> list[Match]:
    """Without what two are at: of a tennis match between a bear and a fox the two are meant."""
    kept = []
    for k, m in enumerate(found):
        follows = words[m.last].folded if m.last < len(words) else ""
        two = [n for n in found[k + 1 : k + 3] if n.role == "subject"]
        if not (follows in grammar.between and m.role == "subject" and len(two) > 1):
            kept.append(m)
    return kept


def _without_details(found: list[Match], words: Sequence[Token], grammar: Grammar) -> list[Match]:
    """Without bare plurals in clauses of their own after one that is only a place: "a narrow alley,
    lanterns, spices" asks for the alley."""
    if not found or not _noun(found[0]):
        return found
    end = _clause_end(words, found[0].first)
    if any(m.role != "place" for m in found if m.first < end):
        return found
    return [
        m for m in found
        if m.role != "subject" or m.first < end or not _bare_plural(m, words, grammar)
    ]  # fmt: skip


def _bare_plural(match: Match, words: Sequence[Token], grammar: Grammar) -> bool:
    """Whether a clause is nothing but a plural without an article."""
    alone = not match.first or words[match.first - 1].ends_phrase
    closed = match.last == len(words) or words[match.last].ends_phrase
    return alone and closed and words[match.last - 1].folded.endswith(("s", "x"))


def _clause_end(words: Sequence[Token], at: int) -> int:
    return next((k for k in range(at, len(words)) if words[k].ends_phrase), len(words))


def _noun(match: Match) -> bool:
    return match.role in ("subject", "place")


def _joined(one: Match, two: Match, words: Sequence[Token], grammar: Grammar) -> bool:
    between = [w.folded for w in words[one.last : two.first]]
    if between[:1] == ["s"] and grammar.last:  # grandpa's rusty tractor
        return not any(w in grammar.little | grammar.within | set(".,;:!?") for w in between[1:])
    if not between and grammar.last and _does(words, one, two):
        return False
    if not between:
        return words[two.first].folded not in grammar.within
    joins = grammar.of if grammar.articles else ("de", "d", "en")
    return not grammar.last and between[0] in joins and len(between) == 1


def _does(words: Sequence[Token], one: Match, two: Match) -> bool:
    """Whether two nouns are somebody and what they do: hamsters boxing, but a boxing match; a ship
    sailing, where that is a place to the lexicon."""
    plural = words[one.last - 1].folded.endswith("s") or two.role == "place"
    return plural and words[two.first].folded.endswith("ing")


def _acting(found: list[Match], words: Sequence[Token], grammar: Grammar) -> list[Match]:
    """Without nouns that are verbs here (he watches, to fly) and verbs that are none (a washing
    machine)."""
    doers = grammar.owners | ({"to"} if grammar.owners else frozenset[str]())
    before = {m.first: words[m.first - 1].folded if m.first else "" for m in found}
    return [
        m
        for m in found
        if not (m.role == "subject" and before[m.first] in doers)
        and not (m.role == "action" and grammar.last and before[m.first] in ("a", "an", "the"))
    ]


def _within(match: Match, words: Sequence[Token], grammar: Grammar, camera: frozenset[int]) -> bool:
    """Whether it is where something is, or beside it, and not that itself."""
    if match.last < len(words) and words[match.last].folded in grammar.after:
        return True
    for k in range(match.first - 1, max(-1, match.first - NEAR - 1), -1):
        word = words[k]
        if k in camera:
            return False
        if word.folded in grammar.within | grammar.beside:
            return True
        if word.ends_phrase or not (
            word.folded in grammar.little | grammar.never or word.folded in grammar.colours
        ):
            return False
    return False


def _main(
    outside: list[Match],
    subjects: list[Match],
    words: Sequence[Token],
    kept: list[Match],
    grammar: Grammar,
    aside: frozenset[int],
) -> Match | None:
    """What it is about: the first thing, one that nothing else is in if there is any. Where all
    things are over or beside a place that is in nothing itself, it is the place: a campsite under
    the stars."""
    if outside:
        return outside[0]
    if not subjects or _unknown(words[: subjects[0].first], kept, grammar, aside):
        return None
    first = subjects[0]
    places = (m for m in kept if m.role == "place" and m.first < first.first)
    led = _within(first, words, replace(grammar, within=OVER, beside=frozenset()), aside)
    return None if led and any(not _within(p, words, grammar, aside) for p in places) else first


def _unknown(
    before: Sequence[Token], kept: list[Match], grammar: Grammar, aside: frozenset[int]
) -> bool:
    """Whether something is named before what it is in, and nobody knows what."""
    taken = {k for m in kept for k in range(m.first, m.last)} | aside
    plain = grammar.little | grammar.never | grammar.within | set(grammar.numbers)
    return any(
        k not in taken
        and not w.ends_phrase
        and w.folded not in plain
        and not w.folded.endswith("ing")
        for k, w in enumerate(before)
    )


def _done_by_none(
    doing: Match, words: Sequence[Token], kept: list[Match], grammar: Grammar,
    camera: frozenset[int],
) -> bool:  # fmt: skip
    """Whether an action is no person's: of a place (the sea dances), or of who is not known."""
    places = (m for m in kept if m.role == "place" and m.first < doing.first)
    if any(not _within(m, words, grammar, camera) for m in places):
        return True
    return _unknown(words[: doing.first], kept, grammar, camera)


def _count(match: Match | None, words: Sequence[Token], grammar: Grammar) -> int:
    """How many of them: a number within three words before, or in the word itself."""
    if match is None:
        return 1
    begin = match.first
    while begin > max(0, match.first - 3) and not _ends_count(words[begin - 1], grammar):
        begin -= 1
    near = [w.folded for w in words[begin : match.last]]
    said = [grammar.numbers[w] for w in near if w in grammar.numbers]
    digits = [int(w) for w in near if w.isdigit() and 1 <= int(w) <= 5]
    return (said + digits or [1])[0]


def _ends_count(word: Token, grammar: Grammar) -> bool:
    """Whether a number before it is of something else: two dice on a table."""
    return word.ends_phrase or word.folded in grammar.within - grammar.determiners
