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
PLAIN_FRENCH: Final = words_of(
    "va vont vient viennent tient met mettent prend prennent reste restent devient laisse semble "
    "commence peut peuvent veut doit voit regarde regardent porte portent papier"
)


class UnreadWords:
    """Finds them in the prompts of a language: all nouns and verbs of English, and of French those
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
        return any(form in self._content for form in (*nouns(word, "en"), *verbs(word, "en")))

    def _is_in_place(self, words: Sequence[Token], at: int, taken: Collection[int]) -> bool:
        """Whether a word of French is a noun after its article, or a verb after who does it."""
        before = words[at - 1] if at else None
        after = words[at + 1] if at + 1 < len(words) else None
        closed = after is None or after.ends_phrase or after.folded in self._grammar.little
        named = before is not None and before.folded in self._grammar.determiners
        if before is not None and before.folded == "l":
            closed = words[at].start - before.end <= 1  # l'eau calme
        return (named and closed and at + 1 not in taken) or self._is_done(words, at, taken)

    def _is_done(self, words: Sequence[Token], at: int, taken: Collection[int]) -> bool:
        if is_after_doer(words, at, self._grammar):
            return True
        led = at + 1 < len(words) and words[at + 1].folded in self._grammar.determiners
        return at - 1 in taken and led
