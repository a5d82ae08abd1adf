"""First names that are words too: Rose walks along the beach, and a rose is a flower."""

from collections.abc import Callable, Collection, Sequence
from typing import Final

from phosphene.render.worker.embedded.nouns.finite_verbs import HOMOGRAPHS
from phosphene.render.worker.embedded.nouns.grammar import words as words_of
from phosphene.render.worker.embedded.nouns.lexicon import KIND, Meaning
from phosphene.render.worker.embedded.nouns.tokens import Token

WOMEN: Final = words_of(
    "grace hope joy faith rose lily violet daisy ruby pearl iris jasmine ivy hazel olive heather "
    "holly april june dawn summer autumn penny crystal ginger poppy willow amber jade "
    "marguerite aurore blanche colombe prune clémentine victoire capucine violette reine"
)
MEN: Final = words_of(
    "robin jack mark will bill frank art cliff dean drew grant chase max pat ray rusty gene nick "
    "don guy miles rob pierre olivier ange clément prince noël aimé"
)
IS: Final = words_of("is was has s gets loves wants est a était adore veut s'")
"""After a name at the beginning of a sentence."""
BESIDE: Final = words_of("and with of to for behind beside near avec et pour chez")
"""Before a name inside a sentence."""
JOINING: Final = words_of("and et")


def called(
    words: Sequence[Token], at: int, names: Collection[str], does: Callable[[str], bool]
) -> Meaning | None:
    """Who is called by a word that is written as a name, where it stands as one. `names`: those
    that are nothing else, folded or spelt; `does`: whether a word is what somebody does."""
    word = words[at]
    who = "woman" if word.spelt in WOMEN else "man" if word.spelt in MEN else ""
    if not who or not word.capital or _is_title(words):
        return None
    follows = words[at + 1] if at + 1 < len(words) else None
    before = words[at - 1] if at else None
    if before is None or before.ends_phrase:
        named = follows is not None and _acts(words, at, names, does)
    else:
        named = before.folded in BESIDE
    return Meaning.parse(KIND + who) if named else None


def is_name(word: Token) -> bool:
    """Whether a word may be one, as it is written."""
    return word.capital and word.spelt in WOMEN | MEN


def _acts(
    words: Sequence[Token], at: int, names: Collection[str], does: Callable[[str], bool]
) -> bool:
    """Whether somebody does or is something: no plural follows (rose petals)."""
    follows, then = words[at + 1], words[at + 2] if at + 2 < len(words) else None
    if follows.folded in JOINING:
        return then is not None and (then.spelt in names or is_name(then))
    return follows.folded in IS or follows.spelt in HOMOGRAPHS or does(follows.folded)


def _is_title(words: Sequence[Token]) -> bool:
    """Whether all is written as a title is, so that a capital tells nothing."""
    spoken = [w for w in words if w.folded.isalpha() and len(w.folded) > 2]
    return len(spoken) > 2 and all(w.capital for w in spoken)
