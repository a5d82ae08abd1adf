"""Reads what somebody wishes for, in French or English: traits of clips, and not words of them."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from phosphene.feed.wishes.clauses import DAY_S, WishClause, cut_clauses
from phosphene.feed.wishes.traits import PromptWords
from phosphene.feed.wishes.vocabulary import WishVocabulary
from phosphene.model import FeedWish
from phosphene.text import EMPTY, plain_words

MORE_LASTS_S: Final = 7 * DAY_S
"""More of something fills the feed: if nothing is said, for a week; less and none of it until that
is taken back."""
MOST_WISHES: Final = 12
"""Of one sentence."""
_WORD: Final = re.compile(r"\w+")
_SAYS_NOTHING: Final = EMPTY | frozenset(
    plain_words(
        "please thing things stuff something anything everything content clips videos feed"
        " see seeing watch show me my want too much really very any all every about like just"
        " ever again more less kind kinds sort sorts type full lot bit now here feel feeling"
        " feelings makes make chose choses truc trucs quelque svp plait merci voir regarder"
        " montre trop vraiment tres genre sorte type contenu videos plein fasse fait font etre"
        " est soit donne donner si aussi avec moi d l s t m n de du des"
    )
)


class WishesRead(Struct, frozen=True):
    """What was made of a sentence. ``by_word``: words that nothing is known of, so that only clips
    whose words have them are meant; ``unread``: words that were passed over."""

    wishes: tuple[FeedWish, ...]
    by_word: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


class WishReader:
    """``words`` reads what the vocabulary does not have; ``new_id`` names wishes."""

    def __init__(
        self, words: PromptWords, vocabulary: WishVocabulary, new_id: Callable[[], str]
    ) -> None:
        self._words = words
        self._vocabulary = vocabulary
        self._new_id = new_id

    def read_wishes(self, text: str, now: float) -> WishesRead:
        """The wishes of a sentence, of which there may be none. ``now``: seconds since the
        epoch."""
        wishes, by_word, unread = list[FeedWish](), list[str](), list[str]()
        for clause in cut_clauses(text):
            if len(wishes) == MOST_WISHES:
                unread += [word for word in plain_words(clause.said) if not _tells_nothing(word)]
                continue
            traits, left = self._read_clause(clause.said)
            if traits:
                unread += left
            else:
                by_word += left
                traits = [f"word:{word}" for word in left]
            if traits:
                # In the order of the sentence.
                at = now + len(wishes) * 1e-6
                asked = clause.polarity, clause.said, tuple(traits)
                wishes.append(FeedWish(self._new_id(), *asked, at, _until(clause, now)))
        return WishesRead(tuple(wishes), tuple(by_word), tuple(unread))

    def _read_clause(self, text: str) -> tuple[list[str], list[str]]:
        """The traits that it names, and the telling words that name none."""
        found = [*_WORD.finditer(text)]
        words = [(plain_words(one[0]) or [""])[0] for one in found]
        traits, taken = dict[str, None](), set[int]()
        at = 0
        while at < len(words):
            meanings, length = self._vocabulary.wished.find_at(words, at)
            if length:
                traits |= dict.fromkeys(meanings)
                taken |= set(range(at, at + length))
            at += max(1, length)
        rest = _blanked(text, [found[k] for k in taken])
        for phrase in self._words.read_phrases(rest):
            traits |= {_as_wished(phrase.trait): None}
            taken |= {k for k, one in enumerate(found) if phrase.start <= one.start() < phrase.end}
        left = [
            words[k] for k in range(len(words)) if k not in taken and not _tells_nothing(words[k])
        ]
        return list(traits), left


def _as_wished(trait: str) -> str:
    """Anybody at all is people; any other value is itself."""
    return "group:person" if trait == "subject:person" else trait


def _blanked(text: str, found: Sequence[re.Match[str]]) -> str:
    """The text with blanks for some words, so that places stay."""
    letters = list(text)
    for one in found:
        letters[one.start() : one.end()] = " " * (one.end() - one.start())
    return "".join(letters)


def _tells_nothing(word: str) -> bool:
    return word in _SAYS_NOTHING or len(word) < 2 or word.isdigit()


def _until(clause: WishClause, now: float) -> float | None:
    if clause.timed:
        return None if clause.lasts is None else now + clause.lasts
    return now + MORE_LASTS_S if clause.polarity == "more" else None
