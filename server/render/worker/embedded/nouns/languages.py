"""The languages that are read, and which of them a prompt is in."""

from collections.abc import Mapping
from typing import Final

from phosphene.render.worker.embedded.nouns.english import ENGLISH
from phosphene.render.worker.embedded.nouns.french import FRENCH
from phosphene.render.worker.embedded.nouns.grammar import Grammar, words

GRAMMARS: Final[Mapping[str, Grammar]] = {
    "en": ENGLISH,
    "fr": FRENCH,
    # From here on little words and denials only: things are CLDR's labels, and it is English and
    # French that were written by hand.
    "de": Grammar(
        words(
            "ein eine einen einem einer der die das den dem des und im am mit auf in von zu "
            "ist sind unter uber vor hinter durch"
        ),
        without=words("ohne kein keine keinen"),
        last=True,
    ),
    "es": Grammar(
        words("un una unos unas el la los las y en con de del al por sobre bajo que para es esta"),
        without=words("sin ningun ninguna"),
    ),
    "it": Grammar(
        words(
            "un una uno il lo la i gli le e in con di del della nel nella sul sulla che per al alla"
        ),
        without=words("senza nessun nessuna"),
    ),
    "pt": Grammar(
        words("um uma uns umas o a os as e em com de do da no na nos nas que por ao"),
        without=words("sem nenhum nenhuma"),
    ),
    "nl": Grammar(
        words("een de het en in op met van aan onder naar die dat is zijn door"),
        without=words("zonder geen"),
        last=True,
    ),
    "sv": Grammar(
        words("en ett och i pa med av den det som under over till ar vid"),
        without=words("utan ingen inga"),
        last=True,
    ),
    "da": Grammar(
        words("en et og i pa med af den det som under over til er ved"),
        without=words("uden ingen"),
        last=True,
    ),
    "pl": Grammar(
        words("i w na z ze do pod nad przy jest sie ktory ktora o u"), without=words("bez")
    ),
    "ru": Grammar(words("и в на с со по под над у к из за который которая"), without=words("без")),
    "uk": Grammar(words("і й та в у на з із по під над до за який яка"), without=words("без")),
    "ja": Grammar(words("の を が は に で と")),
    "zh": Grammar(words("的 在 一 只 个 和 着 了 是")),
}

LETTERS: Final[Mapping[str, str]] = {
    "fr": "çèêëàâîïôûùœ",
    "de": "ßäöü",
    "es": "ñ¿¡",
    "pt": "ãõç",
    "sv": "åäö",
    "da": "æøå",
    "pl": "ąćęłńśźż",
    "uk": "іїєґ",
    "ru": "ыэё",
}
"""Letters that tell a language, or some."""
KANA: Final = ("\u3040", "\u30ff")


def guess(words: list[str], text: str) -> list[str]:
    """The languages with most little words and letters of their own; several if as many have it,
    all of them for a prompt that has none."""
    votes = {
        code: sum(w in grammar.little or w in grammar.without for w in words)
        for code, grammar in GRAMMARS.items()
    }
    for code, letters in LETTERS.items():
        votes[code] += any(c in letters for c in text.lower())
    votes["ja"] += any(KANA[0] <= c <= KANA[1] for c in text)
    # Ties are kept: the lexicon decides them, by which language knows most of the other words.
    best = max(votes.values())
    return [code for code, count in votes.items() if count == best]
