"""What a prompt says and does not show: what somebody says in quotation marks, whom somebody calls,
who went away, the clauses that only tell when, and whom a pronoun calls."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from phosphene.render.worker.embedded.nouns.grammar import Grammar
from phosphene.render.worker.embedded.nouns.grammar import words as words_of
from phosphene.render.worker.embedded.nouns.lexicon import Meaning
from phosphene.render.worker.embedded.nouns.match import Match
from phosphene.render.worker.embedded.nouns.tokens import Token, clause

_QUOTED: Final = re.compile(r"\"[^\"]+\"|“[^”]+”|«[^»]+»|„[^“”]+[“”]")
_ENDS: Final = re.compile(r"[.!?…,]")
SAID: Final = 3
"""So many words in quotation marks are a sentence, and not a "robot" of tins."""
NAMELESS: Final = words_of("someone somebody quelqu quelqu'un")
LEFT: Final = words_of(
    "dropped spilled left forgot forgotten lost abandoned oublie laisse perdu abandonne"
)
CALLS: Final = words_of("look watch see hey regarde regardez dis tiens viens eh oh")
ADVERTS: Final = words_of(
    "ad advert advertisement commercial trailer teaser spot promo pub publicite annonce "
    "bande-annonce reclame"
)
"""What a clip is called before a colon that tells what it shows: ad for sneakers: a girl runs."""
TITLE: Final = 3
"""So many words into a title such a word lies."""
SINCE: Final = words_of("que qu l le la")
"""After a "dès" that is typed without its accent: des enfants are some children."""
FAMILY: Final = words_of(
    "person man woman boy girl child baby old-man old-woman old-person mother bride groom"
)
"""For whom somebody wants a clip."""
POSSESSIVES: Final = words_of("my our his her their mon ma mes notre nos son sa ses leur leurs")
FOR: Final = words_of("for pour")
FAR: Final = 6
"""So many words before somebody such a word lies."""
OCCASIONS: Final = words_of(
    "birthday wedding anniversary party anniversaire mariage fete bapteme depart retraite"
)
HERS: Final = {"her": "woman", "his": "man", "my": "person", "our": "person", "their": "person"}
"""Whose a thing is, after what somebody does to it: riding her bike."""
SLANG: Final = words_of("dude bro")
"""Who may be spoken to, and whom one speaks of where a verb follows."""
CALLED: Final = words_of(
    "mum mom mummy mommy mama dad daddy papa grandma granny nana grandpa maman papi papy mamie "
    "mamy tonton tata"
)
SPEAKERS: Final = words_of("i we they je j nous on ils elles")
"""Pronouns for somebody who is not he or she."""
LEARNS: Final = words_of("learning trying wanting apprendre essayer vouloir aller partir")
"""Before what somebody does, at the beginning."""
MEALS: Final = words_of("diner dejeuner gouter souper")
"""Verbs of French that are names too."""
RIDER: Final = "rider"
"""Who has a horse, whatever else one may ride."""
NOT: Final = words_of("n ne")
"""Between a pronoun of French and its verb."""
BEING: Final = words_of("am m are re was were")
"""Between one of them and what they do."""


def spoken_words(text: str, words: Sequence[Token]) -> frozenset[int]:
    """Which words somebody says: "who ate my porridge?" growled the bear."""
    found: set[int] = set()
    for quoted in _QUOTED.finditer(text):
        said = [k for k, w in enumerate(words) if quoted.start() < w.start < quoted.end()]
        told = text[: quoted.start()].rstrip().endswith(":")
        if told or len(said) >= SAID or _ENDS.search(quoted.group()):
            found.update(said)
    return frozenset(found)


def without_absent(found: list[Match], words: Sequence[Token]) -> list[Match]:
    """Without whom somebody calls to look at something else (maman, regarde, un éléphant), without
    who went away from it (someone forgot an umbrella), and without nobody."""
    found = [m for m in found if not _is_nobody(words, m.first)]
    absent = [m for m in found if _is_called(m, words) or _is_gone(m, words)]
    if not any(m.role == "subject" and m not in absent for m in found):
        return found
    return [m for m in found if m not in absent]


def _is_nobody(words: Sequence[Token], at: int) -> bool:
    """Whether a "personne" of French has no article, and so is nobody: un sous-bois, personne."""
    return words[at].folded == "personne" and (at == 0 or words[at - 1].ends_phrase)


def recipient_words(found: list[Match], words: Sequence[Token]) -> frozenset[int]:
    """Which words say for whom a clip or a thing is, where there is something else: a video for my
    son with a dinosaur."""
    given = {m.first: at for m in found if (at := _given_from(m, words)) is not None}
    if not any(m.role == "subject" and m.first not in given for m in found):
        return frozenset()
    return frozenset(k for m in found if m.first in given for k in range(given[m.first], m.last))


def _given_from(match: Match, words: Sequence[Token]) -> int | None:
    """The "for" before "my" and somebody, or before "the birthday of my" and somebody."""
    begin, _ = clause(words, match.first)
    mine = match.first > begin and words[match.first - 1].folded in POSSESSIVES
    if match.meaning.value not in FAMILY or not mine:
        return None
    for k in range(match.first - 2, max(begin, match.first - FAR) - 1, -1):
        told = {w.folded for w in words[k + 1 : match.first - 1]}
        if words[k].folded in FOR:
            return k if not told or told & OCCASIONS else None
    return None


def _is_gone(match: Match, words: Sequence[Token]) -> bool:
    """Whether it is somebody without a name who left something behind."""
    after = [w.folded for w in words[match.last : match.last + 3]]
    nameless = any(w.folded in NAMELESS for w in words[match.first : match.last])
    return nameless and any(w in LEFT for w in after)


def _is_called(match: Match, words: Sequence[Token]) -> bool:
    """Whether it is somebody of a family, without an article, beside a word that calls."""
    if words[match.last - 1].folded not in CALLED or match.last - match.first > 1:
        return False
    near = [k for k in (match.first - 1, match.last) if 0 <= k < len(words)]
    past = (k + (1 if k >= match.last else -1) if words[k].ends_phrase else k for k in near)
    return any(0 <= k < len(words) and words[k].folded in CALLS for k in past)


def with_pronouns(found: list[Match], words: Sequence[Token], grammar: Grammar) -> list[Match]:
    """With whom a pronoun calls at the beginning of a clause, before anybody else is named: she
    combs her hair; but not what it does in il neige. Of English also whose the thing is to which
    something is done: riding her bike."""
    for k, word in enumerate(words):
        if any(m.role == "subject" and m.first < k for m in found):
            return found
        rest = [w.folded for w in words[k + 1 : k + 3]]
        follows = next(iter(rest[1:] if rest and rest[0] in NOT else rest), "")
        starts = not k or words[k - 1].ends_phrase
        starts = starts or words[k - 1].folded in grammar.when | grammar.joining
        called = grammar.pronouns.get(word.folded)
        if word.folded in SLANG and not follows.endswith("s"):
            called = None
        if starts and called and follows not in grammar.impersonal:
            one = Match(k, k + 1, Meaning("subject", called))
            return sorted([*found, one], key=lambda m: m.first)
        doing = starts and word.folded.endswith("ing") and grammar.last and follows in HERS
        if doing and not grammar.compounds:
            one = Match(k + 1, k + 2, Meaning("subject", HERS[follows]))
            return sorted([*found, one], key=lambda m: m.first)
    return found


def with_speakers(found: list[Match], words: Sequence[Token], grammar: Grammar) -> list[Match]:
    """With somebody for a pronoun right before what is done with something, of which nobody else
    is named before: we eat pizza, je danse avec un parapluie."""
    things = [m.first for m in found if m.role == "subject"]
    for does in (m for m in found if m.role == "action"):
        at = does.first - 1
        while at > 0 and words[at].folded in BEING:
            at -= 1
        speaks = at >= 0 and words[at].folded in SPEAKERS & grammar.owners
        if speaks and things and min(things) > does.first:
            one = Match(at, at + 1, Meaning("subject", "person"))
            return sorted([*found, one], key=lambda m: m.first)
    return found


def with_doer(
    found: list[Match], words: Sequence[Token], grammar: Grammar,
    actions: Mapping[str, tuple[str, str]],
) -> list[Match]:  # fmt: skip
    """With somebody who does what a prompt begins with, where nobody is named: eating a pizza,
    apprendre à faire du vélo."""
    does = next((m for m in found if m.role == "action"), None)
    things = [m for m in found if m.role == "subject"]
    if does is None or not things or min(m.first for m in things) < does.last:
        return found
    word = words[does.first].folded
    after = words[does.last].folded if does.last < len(words) else ""
    leads = after in grammar.determiners | grammar.within | grammar.beside
    before = [w.folded for w in words[: does.first]]
    infinitive = word.endswith(("er", "ir", "re")) and word not in MEALS and "j" in grammar.owners
    doing = word.endswith("ing") if grammar.last else infinitive
    learns = before[:1] and before[0] in LEARNS and len(before) == 2
    if leads and ((not before and doing) or learns):
        figure = actions[does.meaning.value][0]
        figure = "person" if figure == RIDER else figure
        one = Match(0, does.last - does.first, Meaning("subject", figure))
        return sorted([*found, one], key=lambda m: m.first)
    return found


def setting_words(words: Sequence[Token], grammar: Grammar) -> frozenset[int]:
    """Which words are of clauses that tell when something is ("while the village sleeps, ...") or
    for what a clip is ("ad for sneakers: ...")."""
    found: set[int] = set()
    at = 0
    while at < len(words):
        begin, end = clause(words, at)
        goes_on = begin < end < len(words)
        titled = goes_on and words[end].folded == ":"
        advert = titled and any(w.folded in ADVERTS for w in words[begin : min(end, begin + TITLE)])
        if goes_on and (advert or _tells_when(words, begin, grammar)):
            found.update(range(begin, end))
        at = end + 1
    return frozenset(found)


def _tells_when(words: Sequence[Token], at: int, grammar: Grammar) -> bool:
    """Whether a clause begins with a word that says when; of "des", whether it is "dès"."""
    word, after = words[at].folded, words[at + 1].folded if at + 1 < len(words) else ""
    return word in grammar.when and (word != "des" or after in SINCE)
