"""The phrases of a prompt that the lexicon knows: the longest first, in the prompt's language."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

from phosphene.render.worker.embedded.nouns.compounds import by_parts
from phosphene.render.worker.embedded.nouns.finite_verbs import (
    ARTICLES,
    HOMOGRAPHS,
    is_after_doer,
    is_asked,
    is_cut,
    is_done_by_weather,
    is_ground,
    is_homograph_done,
    is_of_a_body,
    is_past,
    is_plural_done,
    is_quality,
    is_reflexive,
    is_third_person,
)
from phosphene.render.worker.embedded.nouns.first_names import called as called_by_name
from phosphene.render.worker.embedded.nouns.grammar import Grammar
from phosphene.render.worker.embedded.nouns.grammar import words as words_of
from phosphene.render.worker.embedded.nouns.languages import GRAMMARS
from phosphene.render.worker.embedded.nouns.lemma import females, nouns, verbs
from phosphene.render.worker.embedded.nouns.lexicon import ACTION, NAMES, Lexicon, Meaning
from phosphene.render.worker.embedded.nouns.match import Match
from phosphene.render.worker.embedded.nouns.tokens import Token, clause, phrase

Found = tuple[Meaning, str]
"""What something is called, and in which language."""
LONGEST: Final = 4
"""Words of a phrase; of those of languages without spaces twice as many signs."""
GOES: Final = frozenset(("walk", "run", "step", "hop", "crawl", "fly", "swim"))
"""The gaits of who can do something."""
INFINITIVE: Final = words_of(
    "de d va vas vont vais allait veut veulent voulait pour sans aime aiment adore sait savent "
    "peut peuvent doit doivent fait font vient viennent apprend"
)
"""Before what somebody does or wants to do, of French: en train de boxer is no dog."""
TO_THE: Final = words_of("au aux")
FEMININE: Final = words_of("une la cette ma ta sa")
SHORTEST_DOING: Final = 5
"""Letters that what ends in -ing has more than, to be done: kings and rings are not."""
WHERETO: Final = frozenset(("home",))
"""Things that tell where to, right after who or what goes there."""
DOES: Final = words_of("who that which qui runs walks escapes hides")
"""After an animal that does something."""
ASKED_FOR: Final = words_of("un une le la l les mon ma mes ton ta tes moi nous")
"""After what somebody is asked to do, in French."""
GIANT: Final = words_of("geant geante geants geantes")
"""Words of French for somebody large, which oftener tell how large something is."""
PICTURED: Final = frozenset(("a", "the", "my", "this"))
"""Before what somebody made: a painting that cries."""
GOING: Final = words_of(
    "get gets getting got go goes going went come comes coming came walk walks walking drive "
    "drives driving run runs running head heads heading headed return returns returning way back "
    "fly flies flying ride rides riding bring brings take takes carry sail sails sailing arrive "
    "arrives safely finally"
)
"""Before a "home" that is no house to look at."""
PART: Final = 3  # letters of the shortest half of a word that is written as two
BORROWED: Final = 4
"""Letters of the shortest word of English that is looked up in other languages' prompts."""


class Matcher:
    """Finds the phrases of one language, with English behind it."""

    def __init__(self, lexicon: Lexicon, language: str) -> None:
        self.lexicon = lexicon
        self.language = language
        self.grammar: Grammar = GRAMMARS[language]
        self._tongues = (language, "en") if language != "en" else ("en",)
        self._own = lexicon.phrases[language]
        self._by_hand = language in ("en", "fr")
        self._senses = _senses(lexicon, language)

    def find_matches(self, words: Sequence[Token]) -> list[Match]:
        """All that is known, from left to right, without overlaps."""
        found: list[Match] = []
        at = 0
        while at < len(words):
            match = self._longest(words, at, found)
            if match:
                found.append(match)
            at = match.last if match else at + 1
        return found

    def _longest(self, words: Sequence[Token], at: int, earlier: Sequence[Match]) -> Match | None:
        before = earlier[-1] if earlier else None
        wide = words[at].folded >= "぀"
        for count in range(2 * LONGEST if wide else LONGEST, 0, -1):
            said = words[at : at + count]
            if len(said) < count or any(w.ends_phrase for w in said):
                continue
            if count > 1 and (
                self._does(said, words[at + count :], before, at)
                or self._is_homograph_done(words, at, earlier)
                or self._is_verb_after(words, (at, at + count - 1), None)
            ):
                continue
            found = self._meaning([w.folded for w in said], words, at, earlier)
            if found:
                return Match(at, at + count, *found)
        return None

    def _does(
        self, said: Sequence[Token], after: Sequence[Token], before: Match | None, at: int
    ) -> bool:
        """Whether a phrase is no name, but what somebody does: a runner drinking water, a zebra
        crossing the street."""
        if self.language != "en":
            return False
        if said[-1].folded.endswith("ing"):
            return bool(after) and after[0].folded in self.grammar.determiners
        doer = before is not None and before.last == at and before.role == "subject"
        if not (doer and before and said[0].folded.endswith("ing")):
            return False
        return self.lexicon.concepts.get(before.meaning.value, ("",))[0] in GOES

    def _is_verb_after(
        self, words: Sequence[Token], doer: tuple[int, int], meaning: Meaning | None
    ) -> bool:
        """Whether the word after these is what they do, in English: a ship docks, the bird nests
        in a tree; but not where a name follows that it is a part of (a car parts shop)."""
        alive = meaning is not None and self._gait(meaning) in GOES
        if self.language != "en" or not is_third_person(words, doer, alive, self.grammar):
            return False
        after = words[doer[1] + 1 : doer[1] + 2]
        if not after or after[0].folded.endswith("s") or after[0].ends_phrase:
            return True
        plain = after[0].folded in self.grammar.little | self.grammar.never
        return plain or self._own.get(after[0].folded) is None

    def _meaning(
        self, said: list[str], words: Sequence[Token], at: int, earlier: Sequence[Match]
    ) -> Found | None:
        if len(said) > 1:
            return self._phrase(said)
        before = earlier[-1] if earlier else None
        word, token = said[0], words[at]
        accented = token.spelt != word and self._names(token)
        plain = (word in self.grammar.little or word in self.grammar.never) and not accented
        doer = before if before is not None and before.last == at and before.is_noun else None
        if plain or self._is_done(words, at, earlier) or self._does_after(words, at, doer):
            return self._action(word)
        whereto = word in WHERETO and self._is_whereto(words, at, before)
        if word in GIANT and at and not self._begins(words[at - 1]):
            return None  # une main géante
        no_thing = self.language == "en" and (is_of_a_body(words, at) or is_cut(words, at))
        if is_ground(words, at) or whereto or no_thing:
            return None  # the last train home is no house
        colour = self.grammar.colours.get(word)
        if colour and self._paints(words, at):
            return Meaning("colour", colour), self.language
        painted = (Meaning("colour", colour), self.language) if colour else None
        sure = self._name(words, at) or self._in_context(word, words)
        return sure or self._word(token, words[at - 1].folded if at else "") or painted

    def _name(self, words: Sequence[Token], at: int) -> Found | None:
        """Who is called by a first name."""
        if not self._by_hand:
            return None
        names = self.lexicon.names
        called = names.get(words[at].spelt) or called_by_name(words, at, names, self._is_deed)
        return (called, NAMES) if called else None

    def _begins(self, before: Token) -> bool:
        """Whether a name begins after a word."""
        return before.ends_phrase or before.folded in self.grammar.little | set(
            self.grammar.numbers
        )

    def _is_deed(self, word: str) -> bool:
        """Whether a word is what somebody does, and no thing."""
        named = self._first(nouns(word, self.language))
        return self._action(word) is not None and (named is None or not named[0].exact)

    def _is_whereto(self, words: Sequence[Token], at: int, before: Match | None) -> bool:
        """Whether a word tells where to somebody or something goes, and is no thing there."""
        goes = at > 0 and words[at - 1].folded in GOING
        return goes or (before is not None and before.last == at)

    def _in_context(self, word: str, words: Sequence[Token]) -> Found | None:
        """Which of its senses a word has beside the others of a prompt (one sense per collocation,
        Yarowsky 1993): the bat of a baseball player is no animal."""
        senses = self._senses.get(word)
        if not senses:
            return None
        meant = next((m for near in words if (m := senses.get(near.folded))), None)
        return (meant, self.language) if meant and not self._runs(word, words) else None

    def _runs(self, word: str, words: Sequence[Token]) -> bool:
        """Whether it is an animal that does something, and is not eaten: a turkey running away."""
        named = self._first(nouns(word, self.language))
        at = next(k for k, w in enumerate(words) if w.folded == word)
        after = words[at + 1].folded if at + 1 < len(words) else ""
        goes = after in DOES or (self.language == "en" and after.endswith("ing"))
        return goes and named is not None and self._gait(named[0]) in ("step", "fly", "hop")

    def _does_after(self, words: Sequence[Token], at: int, doer: Match | None) -> bool:
        """Whether a word of English is what those before it do, one or several."""
        if self.language != "en":
            return False
        if doer and self._is_verb_after(words, (doer.first, at), doer.meaning):
            return True
        if is_asked(words, at, self.grammar) or is_done_by_weather(words, at):
            return True
        if is_past(words, at, doer is not None):
            return True
        alive = doer is not None and self._gait(doer.meaning) in GOES
        return is_plural_done(words, at, alive, self.grammar)

    def _names(self, token: Token) -> bool:
        """Whether a word as it is spelt, or what it is the plural of, is a name."""
        return any(form in self._own for form in nouns(token.spelt, self.language))

    def _is_done(self, words: Sequence[Token], at: int, earlier: Sequence[Match]) -> bool:
        """Whether a word is what somebody does, or it does: of French what follows who does it,
        past little words (qui marche, il neige, elle s'en va), and names that are verbs where they
        stand; of English what ends in -ing before an article (building a snowman, painting the
        wall)."""
        if self.language == "en":
            return self._does_to(words, at)
        if self.language != "fr":
            return False
        done = is_reflexive(words, at) or self._is_homograph_done(words, at, earlier)
        return done or is_after_doer(words, at, self.grammar)

    def _is_homograph_done(self, words: Sequence[Token], at: int, earlier: Sequence[Match]) -> bool:
        """Whether a word of French is a verb although it is a name: somebody alive is named before
        it in its clause."""
        if self.language != "fr" or words[at].spelt not in HOMOGRAPHS:
            return False
        begin, _ = clause(words, at)
        if at == 0 and len(words) > 1 and words[1].folded in ASKED_FOR:
            return True  # plante un arbre
        named = [m for m in earlier if m.first >= begin]
        alive = any(m.is_noun and self._gait(m.meaning) in GOES for m in named)
        return alive and is_homograph_done(words, at, named[-1].last, self.grammar)

    def _does_to(self, words: Sequence[Token], at: int) -> bool:
        """Whether a word of English in -ing is done to what follows it, and is no thing."""
        word, after = words[at].folded, words[at + 1 : at + 2]
        named = at > 0 and words[at - 1].folded in self.grammar.determiners | self.grammar.of
        ends = len(word) > SHORTEST_DOING and word.endswith("ing") and "-" not in word
        return ends and not named and bool(after) and after[0].folded in self.grammar.determiners

    def _phrase(self, said: list[str]) -> Found | None:
        if said[0] in self.grammar.little:
            # Only as the lexicon has it: um avô is a grandfather, uma avó is none; and under the
            # sea is another place than the sea.
            found = self._own.get(phrase(said))
            leads = found and found.role == "place" and said[0] in self.grammar.within
            return (found, self.language) if found and (leads or not self._by_hand) else None
        *rest, last = said
        forms = [phrase([*rest, form]) for form in nouns(last, self.language)]
        if self.language != "en":
            forms += [phrase([form, *said[1:]]) for form in nouns(said[0], self.language)]
        elif len(said) == 2 and min(map(len, said)) >= PART and not self._action(last):
            joined = self._first([said[0] + form for form in nouns(last, self.language)])
            if joined and joined[0].exact:
                return joined  # a grass hopper; but where the sun rose no rockrose
        return self._first(forms)

    def _word(self, token: Token, before: str) -> Found | None:
        word = token.folded
        noun = self._first(self._nouns(token)) or self._compound(token, before)
        named = self.language == "fr" and before in ARTICLES and not self._acts(word)
        is_name = named and noun is None and word not in self.grammar.asking
        verb = None if is_name else self._action(word)  # une enseigne, un film, but la danse
        if self.language == "fr" and verb and before in INFINITIVE and ACTION + word in self._own:
            return verb
        bare = token.spelt == word and self._unaccented(word)
        if token.marked and ((bare and noun) or (noun and noun[1] != self.language)):
            return verb  # le même chat: no mémé; traîner: no trainer of English
        # All names in é but those in té are masculine: une marche is no marché.
        if bare and before in FEMININE and not word.removesuffix("s").endswith("te"):
            return verb
        quality = self.language == "fr" and is_quality(word, before, self.grammar)
        if quality or (bare and before not in self.grammar.determiners | TO_THE | {""}):
            return verb  # des gens marchent: no marché; le vent souffle: no soufflé
        named = noun is not None and before in self.grammar.determiners | self.grammar.of
        acts = self._acts(word) and not (noun and noun[0].exact and before in PICTURED)
        if verb and (noun is None or not (noun[0].exact or named) or acts):
            return verb
        return noun

    def _nouns(self, token: Token) -> list[str]:
        """The names a word may stand for: of French one that ends in é none that does not; of who
        goes somewhere also the woman's (une avocate is no avocado)."""
        if self.language != "fr":
            return [*nouns(token.folded, self.language)]
        spelt = token.folded if "-" in token.folded else token.spelt  # un nouveau-né
        forms = [f for f in nouns(spelt, "fr") if not self._is_feminine(spelt, f)]
        return forms + [f for f in females(spelt) if f in self._own and self._lives(self._own[f])]

    def _is_feminine(self, word: str, form: str) -> bool:
        """Whether a form lacks an e that only who is alive may lose."""
        bare = word.removesuffix("s") == form + "e" and form in self._own
        return bare and not self._lives(self._own[form])

    def _lives(self, meaning: Meaning) -> bool:
        """Whether it is somebody, or an animal."""
        return self._gait(meaning) in GOES

    def _gait(self, meaning: Meaning) -> str:
        return self.lexicon.concepts.get(meaning.value, ("",))[0]

    def _unaccented(self, word: str) -> bool:
        """Whether a word is only a name where its last letter is é."""
        spelt = self._own.get(word.removesuffix("s")[:-1] + "é")
        return self.language == "fr" and spelt is not None and spelt == self._own.get(word)

    def _acts(self, word: str) -> bool:
        """Whether the form is one that verbs have and nouns have not."""
        if self.language == "en":
            return word.endswith("ing")
        return self.language == "fr" and word.endswith("ant")

    def _action(self, word: str) -> Found | None:
        # Verbs of English are other words of French: la race, une lecture, elle propose.
        tongues = ("fr",) if self.language == "fr" else self._tongues
        for form in verbs(word, self.language):
            for tongue in tongues:
                if found := self.lexicon.phrases[tongue].get(ACTION + form):
                    return found, tongue
        return None

    def _first(self, forms: Iterable[str]) -> Found | None:
        """Of the language before English."""
        tried = [form.replace("-", " ") for form in forms]
        for tongue in self._tongues:
            if tongue != self.language and not self._by_hand:
                return self._borrowed(tried[0])
            forms = tried
            if tongue != self.language:
                # Only plurals, and no feminine: Islande is no island.
                forms = [f for f in tried if f in (tried[0], tried[0].removesuffix("s"))]
            known = [m for form in forms if (m := self.lexicon.phrases[tongue].get(form))]
            if tongue != self.language:
                # Of English behind another language only what is called so: French rayons are no
                # rayon, and so no socks.
                known = [m for m in known if m.exact]
            if known:
                # As it is written before its stem: des baskets are shoes, and no basketball.
                first = known[:1] if tried[0] in self.lexicon.phrases[tongue] else known
                alike = [m for m in known if m.exact and m.value in {one.value for one in first}]
                return (alike or known)[0], tongue
        return None

    def _borrowed(self, word: str) -> Found | None:
        """A word of English in another language's prompt, as it is and if it is that itself: of
        what is only like something too much means something else there (burro, stern, tuna)."""
        found = self.lexicon.phrases["en"].get(word) if len(word) >= BORROWED else None
        return (found, "en") if found and found.exact else None

    def _compound(self, token: Token, before: str) -> Found | None:
        named, holding = before in self.grammar.determiners, self.grammar.containers
        forms = partial(nouns, language=self.language)
        found = by_parts(token, named, self.language, self._own, holding, forms)
        return (found, self.language) if found else None

    def _paints(self, words: Sequence[Token], at: int) -> bool:
        """Whether a word that is a colour and a thing is said of a thing here: before it in
        English, after it in French."""
        near = words[at + 1 : at + 2] if self.grammar.last else words[max(0, at - 1) : at]
        word = near[0].folded if near else ""
        if not near or near[0].ends_phrase or word in self.grammar.little:
            return False
        called = self._first(self._nouns(near[0]))
        return called is not None or (not self.grammar.last and self._action(word) is None)


def _senses(lexicon: Lexicon, language: str) -> dict[str, dict[str, Meaning]]:
    """Words of several senses, and by which words beside them which one is meant."""
    found: dict[str, dict[str, Meaning]] = {}
    for key, meaning in lexicon.contexts.items():
        tongue, word, near = key.split(" ", 2)
        if tongue == language:
            found.setdefault(word, {})[near] = meaning
    return found
