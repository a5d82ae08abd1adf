"""What a prompt says of the camera, and what it names that nobody knows: neither is its subject."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from phosphene.render.worker.embedded.nouns.grammar import Grammar
from phosphene.render.worker.embedded.nouns.grammar import words as words_of
from phosphene.render.worker.embedded.nouns.lexicon import Lexicon
from phosphene.render.worker.embedded.nouns.main_thing import MADE, MARKS
from phosphene.render.worker.embedded.nouns.tokens import Token, clause

ASIDE: Final = 4
"""So many words beside "shot" or "plan" still tell how it is taken: an aerial drone shot, un plan
large par drone."""
FILMING: Final = words_of("the la shaky handheld hand-held static moving slow body helmet security")
"""Before a camera that films and is not filmed."""
MOVING: Final = words_of(
    "starts begins opens moves pans tilts zooms glides flies follows circles pushes pulls dollies "
    "tracks drifts rises descends rotates slides sweeps orbits lingers focuses reveals is slowly"
)
"""After a camera that begins a sentence, and films."""
REVEALS: Final = words_of(
    "reveals reveal revealing finds find finding discovers shows show showing lands settles stops "
    "ends revele devoile decouvre montre trouve arrete pose"
)
"""What a camera does at last, before what is to be seen."""
AT_LAST: Final = words_of(
    "and then to camera it finally slowly until et puis s se pour on , la lentement enfin"
)
"""Before such a verb, where it is the camera's."""
FROM: Final = words_of("through par from depuis")
SEEN: Final = (
    ("we", "see"), ("we", "watch"), ("we", "follow"), ("we", "meet"), ("we", "discover"),
    ("you", "see"), ("there", "is"), ("there", "are"), ("on", "voit"), ("on", "decouvre"),
    ("on", "apercoit"), ("on", "suit"), ("nous", "voyons"), ("y", "a"),
)  # fmt: skip
"""Words before what is to be seen, in a sentence that begins with where from: through the keyhole
we see a girl."""
PUSHES: Final = words_of("push pull zoom pan tilt dolly track crane boom")
"""What is done with a camera: nouns of camera talk before PUSHED, at the beginning."""
PUSHED: Final = words_of("in out back up down left right across along around through over toward")
ABOVE: Final = words_of("avion drone helicoptere satellite montgolfiere ballon fusee oiseau haut")
HOW: Final = words_of("slow slowly gentle gently smooth long fast quick subtle dramatic very and")
"""Before them: kids push out a boat, but a slow push out."""
SENTENCE_ENDS: Final = frozenset(".!?;:")
SOMEBODY: Final = words_of("nobody somebody anybody everybody anyone someone everyone")
Span = tuple[int, int]
"""Words from the first to the last, exclusive."""


def camera_words(words: Sequence[Token], grammar: Grammar) -> frozenset[int]:
    """Which words tell how something is shown, up to the preposition before what is: "crane shot
    rising above", "vue par drone d'"."""
    found: set[int] = set()
    for k in range(len(words)):
        if not _tells_how(words, k, grammar):
            continue
        if end := _shown_from(words, k, grammar) or _end_of_filming(words, k):
            begin = k
            while grammar.last and k - begin < ASIDE and _joins(words, begin - 1, grammar):
                begin -= 1
            found.update(range(begin, end))
        if words[k].folded == "camera" and (reveal := _revealing(words, k)) is not None:
            led = reveal + 1 < len(words) and words[reveal + 1].folded in grammar.within
            found.update(range(reveal, reveal + 1 + led))
    return frozenset(found)


def passed_words(words: Sequence[Token], grammar: Grammar) -> frozenset[int]:
    """Which words tell what a camera goes past before it shows what is meant: "the camera flies
    through a forest of mushrooms and finds a gnome"."""
    found: set[int] = set()
    for k, word in enumerate(words):
        if word.folded == "camera" and (reveal := _revealing(words, k)) is not None:
            found.update(range(k, reveal))
        if (word.folded, words[k + 1].folded if k + 1 < len(words) else "") in SEEN:
            begin = max((n + 1 for n in range(k) if words[n].folded in SENTENCE_ENDS), default=0)
            if words[begin].folded in grammar.within | FROM:
                found.update(range(begin, k))
    return frozenset(found)


def _revealing(words: Sequence[Token], camera: int) -> int | None:
    """The verb by which a camera shows something, in its sentence."""
    for k in range(camera + 1, len(words)):
        if words[k].folded in SENTENCE_ENDS:
            return None
        if words[k].folded in REVEALS and words[k - 1].folded in AT_LAST:
            return k
    return None


def style_words(words: Sequence[Token], grammar: Grammar) -> frozenset[int]:
    """Which words tell in whose manner: "Blade Runner vibe", "in the style of", "ambiance ...": of
    English those before such a word in a clause that is not the first, of French those after it;
    "style of" and what follows in any clause."""
    found: set[int] = set()
    for k, word in enumerate(words):
        if word.folded not in grammar.manner:
            continue
        begin, end = clause(words, k)
        follows = words[k + 1].folded if k + 1 < end else ""
        if follows in grammar.of or (not grammar.last and k):
            found.update(range(k, end))
        elif grammar.last and begin:
            found.update(range(begin, k + 1))
    return frozenset(found)


def _tells_how(words: Sequence[Token], at: int, grammar: Grammar) -> bool:
    """Whether a word is a head of camera talk: a camera is one if it is the one that films."""
    word, before = words[at].folded, words[at - 1].folded if at else ""
    begins = not grammar.last and (not at or words[at - 1].ends_phrase)
    after = words[at + 1].folded if at + 1 < len(words) else ""
    starts = not at or words[at - 1].ends_phrase
    if word in PUSHES and after in PUSHED and word not in grammar.camera:
        return {w.folded for w in words[clause(words, at)[0] : at]} <= HOW | grammar.determiners
    films = begins or before in FILMING or (starts and after in MOVING)
    return word in grammar.camera or (word == "camera" and films)


def _shown_from(words: Sequence[Token], head: int, grammar: Grammar) -> int | None:
    """Where what is shown begins, if the words after a head of camera talk lead there."""
    for k in range(head + 1, min(len(words), head + 2 + ASIDE)):
        word = words[k].folded
        if word in grammar.of and _is_from_above(words, k + 1, grammar):
            return k + 2
        if word in grammar.determiners:
            return k if k > head + 1 else None
        if words[k].ends_phrase:
            return k
        if word in grammar.of or (word in grammar.within and k + 1 < len(words)):
            follows = words[k + 1].folded
            if follows in grammar.within:  # a dolly in on an astronaut
                continue
            if grammar.last or follows in grammar.determiners or word in ("d", "des", "du", "au"):
                return k + 1
    return None


def _is_from_above(words: Sequence[Token], at: int, grammar: Grammar) -> bool:
    """Whether what flies is where one looks from, and not what is shown: vue d'avion, la ville."""
    if at >= len(words) or words[at].folded not in ABOVE or grammar.last:
        return False
    return at + 1 < len(words) and (
        words[at + 1].ends_phrase or words[at + 1].folded in grammar.of | grammar.within
    )


def _end_of_filming(words: Sequence[Token], head: int) -> int | None:
    """The end of a clause that is about the camera alone: "..., the camera comes closer", "...,
    slow camera"."""
    begin, end = clause(words, head)
    last = begin > 0 and words[begin].folded in FILMING and end - head == 1
    alone = words[head].folded == "camera" and head - begin <= 1 and (last or end - head > 1)
    return end if alone else None


def _joins(words: Sequence[Token], at: int, grammar: Grammar) -> bool:
    """Whether there is a word that belongs to the one after it."""
    if at < 0:
        return False
    word = words[at]
    return not (
        word.ends_phrase
        or word.folded in grammar.determiners | grammar.of | grammar.within | grammar.little
    )


class UnknownNames:
    """Finds what is named before a word, and is no phrase of the lexicon."""

    def __init__(self, grammar: Grammar, lexicon: Lexicon) -> None:
        self._grammar = grammar
        self._known = lexicon.known
        self._nouns = lexicon.nouns
        self._heads = lexicon.heads
        self._plain = (
            grammar.never | grammar.media | grammar.containers | grammar.camera | grammar.asking
            | set(grammar.colours) | set(grammar.numbers) | MARKS
        )  # fmt: skip

    def before(self, words: Sequence[Token], until: int, taken: Collection[int]) -> Span | None:
        """The noun phrase in the clause of the word `until` that comes before it and is in nothing
        else ("a zither player in a park": not the park). None: there is none, or `until` is joined
        to it as its equal."""
        named = (s for s in self._spans(words, until, taken) if s[1] < until)
        return next((s for s in named if not self._equal(words, s[1], until)), None)

    def first_name(self, words: Sequence[Token], taken: Collection[int]) -> Span | None:
        """The first noun phrase that is in nothing else, of any clause."""
        ends = [k for k, word in enumerate(words) if word.ends_phrase]
        return next(
            (s for end in (*ends, len(words)) for s in self._spans(words, end, taken)), None
        )

    def name_from(self, words: Sequence[Token], first: int, last: int) -> Span | None:
        """The noun phrase of English that ends in a thing that nobody can draw, right after a word
        for another: park rangers, a coffee grinder."""
        if not self._grammar.last or last >= len(words):
            return None
        word = words[last].folded
        follows = words[last + 1].folded if last + 1 < len(words) else ""
        if word.endswith("ing") and follows in self._grammar.determiners | {"to"}:
            return None  # a robot learning to dance
        forms = (word, word.removesuffix("s"))
        is_head = word not in self._plain | self._grammar.little | SOMEBODY and any(
            form in self._heads and form in self._nouns for form in forms
        )
        return (first, last + 1) if is_head else None

    def _spans(self, words: Sequence[Token], until: int, taken: Collection[int]) -> Iterator[Span]:
        for begin, end, within in self._phrases(words, until, taken):
            said = range(begin, end)
            if within or not said or any(k in taken for k in said):
                continue
            if self._is_named(words, begin, end):
                yield begin, end

    def _phrases(
        self, words: Sequence[Token], until: int, taken: Collection[int]
    ) -> Iterator[tuple[int, int, bool]]:
        """Runs of words between articles, prepositions and verbs, and whether a preposition leads
        into each."""
        grammar = self._grammar
        begin, within = clause(words, until)[0], False
        for k in range(begin, until):
            word = words[k].folded
            lead = word in grammar.within | grammar.of and k not in taken
            parts = lead or word in grammar.little or word in grammar.numbers or word in MADE
            if not (parts or self._acts(word)):
                continue
            # "bro a shark": a thing has a verb or a preposition after it, and no article.
            called = grammar.last and word in grammar.determiners and not within
            if begin < k and not called:
                yield begin, k, within
            if begin < k:
                within = False
            begin, within = k + 1, lead or (within and word in grammar.determiners)
        yield begin, until, within

    def _acts(self, word: str) -> bool:
        return word.endswith("ing") if self._grammar.last else word.endswith("ant")

    def _is_named(self, words: Sequence[Token], begin: int, end: int) -> bool:
        """Whether a run of words is a name: of English one that is no word, or a noun; of French
        what an article is before."""
        said = [words[k].folded for k in range(begin, end)]
        if any(w in self._plain or w.isdigit() for w in said) or {*said} <= self._grammar.owners:
            return False
        if self._grammar.articles or not self._grammar.last:
            return begin > 0 and words[begin - 1].folded in self._grammar.determiners
        head = said[-1]
        return head in self._nouns or head.removesuffix("s") in self._nouns or not any(
            form in self._known for form in (head, head.removesuffix("s"), head.removesuffix("es"))
        )  # fmt: skip

    def _equal(self, words: Sequence[Token], end: int, until: int) -> bool:
        """Whether only "and" or "of" lies between: a herd of, a zither and a."""
        between = {w.folded for w in words[end:until]}
        between -= self._grammar.determiners - self._grammar.of
        return bool(between) and between <= self._grammar.of | self._grammar.joining
