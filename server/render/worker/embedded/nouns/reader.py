"""What a prompt asks for: its words are looked up, and not guessed from their letters.

Longest phrases first; of adjacent nouns the one that is meant; of a cup of coffee the coffee; what
is denied left out; an action moves a person and nobody else. What has no name here stays away: a
prompt that calls nothing that can be drawn has no subject.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from phosphene.render.worker.embedded.nouns.adjacent import (
    LANDS,
    PEOPLE,
    ROADS,
    choose_heads,
    played_words,
    without_vapours,
)
from phosphene.render.worker.embedded.nouns.ages import with_ages, with_nameless
from phosphene.render.worker.embedded.nouns.clauses import (
    Span,
    UnknownNames,
    camera_words,
    passed_words,
    style_words,
)
from phosphene.render.worker.embedded.nouns.containers import without_containers
from phosphene.render.worker.embedded.nouns.counting import plural_count, said_count
from phosphene.render.worker.embedded.nouns.gathered import holds_lost, song_words
from phosphene.render.worker.embedded.nouns.grammar import Grammar
from phosphene.render.worker.embedded.nouns.languages import GRAMMARS, guess
from phosphene.render.worker.embedded.nouns.left_out import (
    is_fight,
    without_denied,
    without_details,
    without_events,
    without_light,
    without_names,
    without_similes,
    without_verbs,
)
from phosphene.render.worker.embedded.nouns.lexicon import Lexicon
from phosphene.render.worker.embedded.nouns.main_thing import MOVES, MainThing, is_led_by
from phosphene.render.worker.embedded.nouns.match import Match, words_in
from phosphene.render.worker.embedded.nouns.matching import Matcher
from phosphene.render.worker.embedded.nouns.parts import (
    without_objects,
    without_owners,
    without_parts,
)
from phosphene.render.worker.embedded.nouns.reading import Reading, ReadPhrase
from phosphene.render.worker.embedded.nouns.speech import (
    recipient_words,
    setting_words,
    spoken_words,
    with_doer,
    with_pronouns,
    with_speakers,
    without_absent,
)
from phosphene.render.worker.embedded.nouns.spelling import SlipFinder
from phosphene.render.worker.embedded.nouns.tokens import Token, clause, tokens
from phosphene.render.worker.embedded.nouns.unread import UnreadWords
from phosphene.render.worker.embedded.nouns.vantage import is_of_sand, is_of_the_sky, seen_from

SWIMS: Final = "swim"
SKY: Final = "sky"
WAYS: Final = ROADS | {"railway", "bridge"}
WHO: Final = ("qui", "who", "that", "which")
"""Between somebody or something and what they do."""
RIDER: Final = "rider"
AFOOT: Final = ("kneel", "sleep", "meditate", "dance", "bathe", "swim", "cook")
"""What nobody does on a horse: a knight who kneels has none."""
HALF: Final = 0.5
"""What a word counts for a language that knows only what it is like."""
WET: Final = ("sea", "lake", "beach", "waterfall", "underwater")
WATER: Final = ("water", "waters", "eau", "eaux")
"""What is seen where a place is wet."""
ALOFT: Final = ("fly", "float")
FLIES: Final = ("fly", "flies", "flying", "vole", "volent", "volant")
"""What is seen of who is in the air."""
LESSON: Final = 4
"""So many words after a lesson is who has it, and in what."""
NEARLY: Final = 0.9
"""What a word counts that calls nothing: a chat is a cat nevertheless."""


class NounReader:
    """Reads prompts; for any thread."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._matchers = {code: Matcher(lexicon, code) for code in GRAMMARS}
        self._spelling = {code: SlipFinder(lexicon, code) for code in GRAMMARS}
        self._unknown = {code: UnknownNames(of, lexicon) for code, of in GRAMMARS.items()}
        self._unread = {code: UnreadWords(code, of, lexicon) for code, of in GRAMMARS.items()}

    def read_prompt(self, text: str) -> Reading:
        """What any text asks for, even none."""
        words = tokens(text)
        language = self._language(words, text)
        matcher = self._matchers[language]
        found = without_names(matcher.find_matches(words), words, self._lexicon.names)
        camera = camera_words(words, matcher.grammar)
        found = with_nameless(found, words, language, matcher.grammar)
        found = _with_slips(self._spelling[language], words, found)
        # Of what is known not to be a thing (northern lights) nobody asks what it is.
        unseen = words_in(m for m in found if m.meaning.value == "-")
        aside = camera | style_words(words, matcher.grammar)
        lost = [
            m for m in without_denied(found, words, matcher.grammar)
            if m.meaning.value == "-" and m.first not in aside
            and not holds_lost(m, found, words, matcher.grammar)
        ]  # fmt: skip
        all_found = found
        found = [m for m in found if m.meaning.value != "-" and m.first not in aside]
        spoken = spoken_words(text, words)
        shown = [m for m in found if m.first not in spoken]
        if any(m.is_noun for m in shown):
            aside, found = aside | spoken, shown
        found = without_absent(found, words)
        given = recipient_words(found, words)
        found, aside = [m for m in found if m.first not in given], aside | given
        there = without_denied(found, words, matcher.grammar)
        found, aside = there, aside | words_in(m for m in found if m not in there)
        # Whoever is likened to a butterfly is named after it: like a butterfly, she dances.
        plain = with_pronouns(without_similes(found, words), words, matcher.grammar)
        alone = not any(m.role in ("subject", "place") for m in plain)
        found = with_pronouns(found, words, matcher.grammar) if alone else plain
        found = with_speakers(found, words, matcher.grammar)
        found = with_doer(found, words, matcher.grammar, self._lexicon.actions)
        played = played_words(found, words, self._lexicon.concepts)
        kept, aside = [m for m in found if m.first not in played], aside | played
        kept = without_verbs(kept, words, matcher.grammar)
        aside |= song_words(kept, words, matcher.grammar)
        kept = self._meant(kept, words, matcher)
        reading = self._reading(language, text, words, kept, lost, aside | unseen)
        read = words_in([*all_found, *found]) | aside
        if reading.unknown:
            at = text.index(reading.unknown)
            read |= {k for k, w in enumerate(words) if at <= w.start < at + len(reading.unknown)}
        left = self._unread[language].find_unread(words, read)
        left = (k for k in left if not self._shows(reading, words[k].folded))
        return replace(
            reading,
            undrawable=tuple(_text_of(text, words, (m.first, m.last)) for m in lost),
            unread=tuple(_text_of(text, words, (k, k + 1)) for k in left),
        )

    def _meant(self, kept: list[Match], words: Sequence[Token], matcher: Matcher) -> list[Match]:
        """Of what is called, what is meant to be seen."""
        grammar, gaits = matcher.grammar, self._lexicon.concepts
        kept = without_containers(kept, words, grammar, gaits)
        kept = without_parts(kept, words, grammar)
        kept = without_objects(kept, words, grammar, gaits)
        kept = without_owners(choose_heads(kept, words, matcher), words, grammar)
        kept = without_events(kept, words, grammar)
        kept = without_details(without_vapours(kept, words), words, grammar, gaits)
        kept = without_light(kept, words)
        kept = with_ages(kept, words, grammar)
        return seen_from(kept, words, grammar, gaits)

    def _language(self, words: Sequence[Token], text: str) -> str:
        """By its little words and letters; of several the one that knows most of the others."""
        votes = guess([w.folded for w in words], text)
        best = max(votes.values())
        known = {
            code: count + _knows(self._matchers[code], words, plain=count == best)
            for code, count in votes.items()
        }
        if votes.get("fr", 0) > votes.get("en", 0) and _is_all_known(self._matchers["fr"], words):
            known["fr"] += HALF  # un père is no pear of Italian
        if not best and len(words) > 2 and _is_all_known(self._matchers["en"], words):
            known["en"] += HALF  # a tuna is no prickly pear of Spanish
        return max(known, key=lambda code: known[code])

    def _reading(
        self, language: str, text: str, words: Sequence[Token], kept: list[Match],
        lost: list[Match], aside: frozenset[int],
    ) -> Reading:  # fmt: skip
        grammar = GRAMMARS[language]
        subjects = [m for m in kept if m.role == "subject"]
        about = MainThing(words, kept, grammar, aside, self._lexicon.concepts)
        outside = [m for m in subjects if not about.is_within(m)]
        setting = setting_words(words, grammar) | passed_words(words, grammar)
        outside = [m for m in outside if m.first not in setting] or outside
        first = about.find(outside, subjects)
        things = [m for m in lost if m.role == "subject" and m.first not in setting]
        things = [m for m in things if not (about.is_within(m) or is_fight(m, words))]
        unknown = self._named_instead(language, first, words, kept, things, aside | setting)
        if unknown is not None:
            first = None
        others = [m for m in subjects if first and m is not first and m.meaning != first.meaning]
        actions = [m for m in kept if m.role == "action"]
        # While the village sleeps, a baker does not.
        awake = [
            m for m in actions if m.first not in setting or not first or first.first in setting
        ]
        awake = [m for m in awake if not _only_goes_up(m, words, subjects, self._lexicon.concepts)]
        doing = awake[0] if awake else None
        if doing and not subjects and _done_by_none(doing, about):
            doing = None
        if doing and not subjects and any(_is_doer(m, doing, words, grammar) for m in lost):
            doing = None  # northern lights dancing
        if doing and unknown is not None and unknown[1] <= doing.first:
            doing = None  # a pangolin that climbs is no climber
        if doing and _is_lesson(doing, words):
            doing = None  # teaching his daughter to ride, a father is no teacher at a board
        action = doing.meaning.value if doing else None
        place = _place([m.meaning.value for m in kept if m.role == "place"])
        if first and self._dives(first, kept, words, grammar):
            place = "underwater"
        if place is None and is_of_sand(words):
            place = "beach"
        if place is None and not (first or unknown or doing) and is_of_the_sky(words):
            place = SKY
        subject, thing = self._apply_action(first.meaning.value if first else None, action)
        return Reading(
            language,
            subject,
            others[0].meaning.value if others else None,
            action if subject else None,
            thing,
            place,
            said_count(first, words, grammar)
            or plural_count(first, words, language, self._lexicon.concepts),
            tuple(_said(text, words, m) for m in kept),
            unknown and _text_of(text, words, unknown),
        )

    def _shows(self, reading: Reading, word: str) -> bool:
        """Whether a word that calls nothing is seen nevertheless: a bat flies."""
        gait = self._lexicon.concepts.get(reading.subject or "", ("",))[0]
        wet = reading.place in WET and word in WATER
        return wet or (gait in ALOFT and word in FLIES)

    def _named_instead(
        self, language: str, first: Match | None, words: Sequence[Token], kept: list[Match],
        lost: list[Match], aside: frozenset[int],
    ) -> Span | None:  # fmt: skip
        """What is named before the first thing that is known, or by it, and so is meant instead;
        where nothing is known, what is named at all. `lost`: things that cannot be drawn."""
        taken = words_in(kept) | aside
        names = self._unknown[language]
        if first is None:
            return names.first_name(words, taken)
        begin, _ = clause(words, first.first)
        # A thing right before another tells which, in English.
        last = first.first - 1 if GRAMMARS[language].last else first.first
        bare = words[first.first - 1].folded not in GRAMMARS[language].determiners
        if bare and self._lexicon.concepts.get(first.meaning.value, ("",))[0] not in MOVES:
            begin = 0  # a vacuum cleaner eats everything, curtains and all
        before = (m for m in lost if begin <= m.first and m.last <= last)
        if thing := next(before, None):
            return thing.first, thing.last
        alone = first.last in taken or first.meaning.value in PEOPLE  # an elderly watchmaker
        headed = None if alone else names.name_from(words, first.first, first.last)
        return headed or names.before(words, first.first, taken)

    def _dives(
        self, who: Match, kept: list[Match], words: Sequence[Token], grammar: Grammar
    ) -> bool:
        """Whether who swims is in the sea, and so below it: a shark in the ocean."""
        gait = self._lexicon.concepts.get(who.meaning.value, ("",))[0]
        seas = (m for m in kept if m.meaning.value == "sea" and m.role == "place")
        return gait == SWIMS and any(is_led_by(m, words, grammar, grammar.inside) for m in seas)

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
        if subject == RIDER and action in AFOOT:
            return figure, needs
        # "A shark swimming" became a swimming man: words of action were stolen from animals.
        return (subject, needs) if subject in PEOPLE else (subject, None)


def _place(places: Sequence[str]) -> str | None:
    """The first; but a road through a desert is a desert, and clouds over a city are a city."""
    if len(places) > 1 and places[0] == SKY:
        return places[1]
    if len(places) > 1 and places[0] in WAYS and places[1] in LANDS:
        return places[1]
    return places[0] if places else None


def _knows(matcher: Matcher, words: Sequence[Token], *, plain: bool) -> float:
    """How much of a prompt a language knows, also of the `plain` words that are no thing."""
    found = [m for m in matcher.find_matches(words) if m.tongue == matcher.language]
    sizes = [(m.last - m.first, m.meaning.exact) for m in found]
    # What is only near may be another's (fruit), but no phrase of several words (a dragon fruit).
    sure = sum(size if exact or size > 1 else HALF for size, exact in sizes)
    if not plain:
        return sure
    taken = words_in(found)
    known = matcher.lexicon.known if matcher.language == "en" else matcher.grammar.never
    return sure + sum(w.folded in known for k, w in enumerate(words) if k not in taken) * NEARLY


def _is_all_known(matcher: Matcher, words: Sequence[Token]) -> bool:
    """Whether a language itself knows each word of a prompt."""
    found = [m for m in matcher.find_matches(words) if m.tongue == matcher.language]
    taken = words_in(found)
    grammar = matcher.grammar
    own = grammar.little | grammar.never | grammar.asking | set(grammar.numbers)
    plain = matcher.lexicon.known if matcher.language == "en" else own
    return all(k in taken or w.folded in plain or w.ends_phrase for k, w in enumerate(words))


def _text_of(text: str, words: Sequence[Token], span: Span) -> str:
    """Words as they are written."""
    return text[words[span[0]].start : words[span[1] - 1].end]


def _said(text: str, words: Sequence[Token], match: Match) -> ReadPhrase:
    start, end = words[match.first].start, words[match.last - 1].end
    meaning = match.meaning
    return ReadPhrase(text[start:end], match.role, meaning.value, meaning.exact, start, end)


def _with_slips(spelling: SlipFinder, words: Sequence[Token], found: list[Match]) -> list[Match]:
    """With words that are no words but nearly one."""
    taken = words_in(found)
    slips = [
        Match(k, k + 1, meaning)
        for k, word in enumerate(words)
        if k not in taken
        and not word.ends_phrase
        and (meaning := spelling.correct_slip(word.folded))
    ]
    return sorted([*found, *slips], key=lambda m: m.first)


def _only_goes_up(
    doing: Match, words: Sequence[Token], subjects: Sequence[Match],
    gaits: Mapping[str, tuple[str, str]],
) -> bool:  # fmt: skip
    """Whether a "monte" of French is no ride: un homme monte un escalier, la mer monte."""
    ridden = (m for m in subjects if m.first > doing.first)
    mounts = any(gaits.get(m.meaning.value, ("",))[0] in MOVES for m in ridden)
    return words[doing.first].folded.startswith("mont") and doing.tongue == "fr" and not mounts


def _done_by_none(doing: Match, about: MainThing) -> bool:
    """Whether an action is no person's: of a place (the sea dances), or of who is not known."""
    places = (m for m in about.kept if m.role == "place" and m.first < doing.first)
    if any(not about.is_within(m) for m in places):
        return True
    return about.names_unknown(doing.first)


def _is_lesson(doing: Match, words: Sequence[Token]) -> bool:
    """Whether what is taught follows: teaching a child to swim."""
    after = words[doing.last : doing.last + LESSON]
    return doing.meaning.value == "teach" and any(word.folded == "to" for word in after)


def _is_doer(lost: Match, doing: Match, words: Sequence[Token], grammar: Grammar) -> bool:
    """Whether what cannot be drawn is right before what it does, or before the "that" between;
    black and white is nobody."""
    said = {w.folded for w in words[lost.first : lost.last]}
    led = doing.first > 0 and words[doing.first - 1].folded in WHO
    return lost.last == doing.first - led and not said & set(grammar.colours)
