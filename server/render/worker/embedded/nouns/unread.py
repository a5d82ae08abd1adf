"""What a prompt says, and nothing that is drawn was read from: its nouns and verbs, so that whoever
asks knows before that they stay away."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from phosphene.render.worker.embedded.nouns.finite_verbs import ONWARD, is_after_doer
from phosphene.render.worker.embedded.nouns.grammar import Grammar
from phosphene.render.worker.embedded.nouns.grammar import words as words_of
from phosphene.render.worker.embedded.nouns.lemma import nouns, verbs
from phosphene.render.worker.embedded.nouns.lexicon import Lexicon
from phosphene.render.worker.embedded.nouns.relations import said_of_two
from phosphene.render.worker.embedded.nouns.tokens import Token

SHORTEST: Final = 3
"""Letters of the shortest noun or verb that is told."""
PLAIN: Final = words_of(
    "get gets getting got go goes going gone went come comes coming came make makes making made "
    "take takes taking took put puts putting give gives giving gave let lets keep keeps kept see "
    "sees seen look looks looked find finds show shows stand stands standing stood lie lies lay "
    "stay stays live lives living start starts starting begin begins try tries trying use uses "
    "using fill fills filled cover covers covered surrounded left turn turns become becomes happen "
    "feel feels feeling want wants need needs like likes love loves seem seems appear appears "
    "paper close-up resolution quality detail details hd video ratio fps mm minimalist realism"
)
"""Verbs that show nothing of their own, and what everything here is made of."""
NO_THINGS: Final = words_of("own same best rest others dead living even few bit lot")
"""What follows an article of English and is no thing: on its own, so that even a bear sleeps."""
PLAIN_FRENCH: Final = words_of(
    "va vont vient viennent tient met mettent prend prennent reste restent devient laisse semble "
    "commence peut peuvent veut doit voit regarde regardent porte portent papier"
)


class UnreadWords:
    """Finds them in the prompts of a language: all nouns and verbs of English, and those of both
    that their place shows."""

    def __init__(self, language: str, grammar: Grammar, lexicon: Lexicon) -> None:
        self._language = language
        self._grammar = grammar
        self._content = lexicon.content
        self._plain = (
            grammar.little | grammar.never | grammar.media | grammar.containers | grammar.camera
            | grammar.asking | grammar.manner | grammar.within | grammar.when | grammar.without
            | grammar.determiners | grammar.vague | grammar.owners | frozenset(grammar.colours)
            | frozenset(grammar.numbers) | PLAIN | PLAIN_FRENCH | said_of_two() | ONWARD
        )  # fmt: skip

    def find_unread(self, words: Sequence[Token], taken: Collection[int]) -> Iterator[int]:
        """Those that are none of the words `taken`: of what is drawn, told already or about the
        camera."""
        tells = {"en": self._is_content, "fr": self._is_in_place}.get(self._language)
        for k, word in enumerate(words):
            if tells and k not in taken and not self._is_plain(word) and tells(words, k, taken):
                yield k

    def _is_plain(self, word: Token) -> bool:
        short = len(word.folded) < SHORTEST or not word.folded[0].isalpha()
        return word.ends_phrase or short or word.folded in self._plain

    def _is_content(self, words: Sequence[Token], at: int, taken: Collection[int]) -> bool:
        """Whether a word of English is a noun or a verb, and does not tell what the noun after it
        is like (a birthday cake)."""
        word = words[at].folded
        if at + 1 in taken and not word.endswith(("ing", "s")):
            return False
        if any(form in self._content for form in (*nouns(word, "en"), *verbs(word, "en"))):
            return True
        return self._is_named(words, at, taken) and word not in NO_THINGS

    def _is_in_place(self, words: Sequence[Token], at: int, taken: Collection[int]) -> bool:
        """Whether a word of French is a noun after its article, or a verb after who does it."""
        return self._is_named(words, at, taken) or self._is_done(words, at, taken)

    def _is_named(self, words: Sequence[Token], at: int, taken: Collection[int]) -> bool:
        """Whether a word ends what an article begins: a pangolin, his nets, le toit."""
        before = words[at - 1] if at else None
        after = words[at + 1] if at + 1 < len(words) else None
        if before is None or before.folded not in self._grammar.determiners or at + 1 in taken:
            return False
        if before.folded == "l":
            return words[at].start - before.end <= 1  # l'eau calme
        return after is None or after.ends_phrase or after.folded in self._grammar.little

    def _is_done(self, words: Sequence[Token], at: int, taken: Collection[int]) -> bool:
        if is_after_doer(words, at, self._grammar):
            return True
        led = at + 1 < len(words) and words[at + 1].folded in self._grammar.determiners
        return at - 1 in taken and led
