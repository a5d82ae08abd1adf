"""What of a prompt is said and not meant to be drawn: what is denied, verbs, where two meet, and
details of a place."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from phosphene.render.worker.embedded.nouns.finite_verbs import VAPOURS, is_done_to_oneself
from phosphene.render.worker.embedded.nouns.first_names import is_name
from phosphene.render.worker.embedded.nouns.grammar import Grammar
from phosphene.render.worker.embedded.nouns.grammar import words as words_of
from phosphene.render.worker.embedded.nouns.main_thing import INDEFINITE, MOVES
from phosphene.render.worker.embedded.nouns.match import Match
from phosphene.render.worker.embedded.nouns.tokens import Token, clause

SENTENCE_ENDS: Final = frozenset(".!?:;")
CALLED: Final = words_of(
    "named called nommé nommée nommés appelé appelée baptisé baptisée prénommé prénommée"
)
"""Before the name of whom or what is named already."""
LIKE: Final = words_of("like comme")
NO_SIMILE: Final = words_of(
    "looks look looked looking shaped dressed disguised would d s is was i we you they to just "
    "feels forme deguise deguisee est ressemble"
)
"""Before "like" where what follows is seen."""
ARTICLES: Final = words_of("a an the un une des le la les de du")
AMBIENCE: Final = words_of(
    "sun moon star cloud rainbow snowflake droplet leaf fallen-leaf hyacinth flower musical-note "
    "lightning balloon lantern candle"
)
"""What is said of how a place is, after it."""
PLURAL: Final = 2
"""Words of a plural and how it is."""
LISTED: Final = 3
"""Words of a list of two."""
EVENTS: Final = words_of("fight battle war duel contest competition game match race")
FIGHTS: Final = EVENTS | words_of("combat bataille lutte encounter rencontre")
AGAINST: Final = words_of("with against versus vs avec contre")
"""After a fight, before whom it is with: the one who is seen."""
STEPS: Final = words_of("premiers premier petits petit grands grand derniers les des mes tes ses")
"""Before a "pas" that is a step."""
LIGHTS: Final = words_of("sun moon full-moon star cloud rainbow snowflake")
"""What one sees of the sky in a place, without being asked for it."""
ONLY: Final = words_of("just only juste seulement rien que with avec et and")
"""Before what is all that there is to see of a place: just waves."""
SHINING: Final = words_of("sun star")
LAMPS: Final = words_of("lights neons lumieres guirlandes lampions")
"""What a place is lit by, in the plural."""
UNDER: Final = words_of("in under beneath below au sous unter bajo sotto sob onder pod")
"""Before the light that something is in: in the sun, au soleil, sous les étoiles."""
MODALS: Final = words_of("could will would should must may might cannot can")
"""Before what somebody can do, of English: pigs can fly."""
NEVER: Final = words_of("never jamais")
DENIED: Final = 3
"""So many words after a "without" are denied."""


def without_denied(found: list[Match], words: Sequence[Token], grammar: Grammar) -> list[Match]:
    """Without what is denied."""
    return [m for m in found if not _is_denied(m, words, grammar)]


def _is_denied(match: Match, words: Sequence[Token], grammar: Grammar) -> bool:
    """Whether a "without" is a few words before it in its sentence."""
    if _leads_elsewhere(words, match.first, grammar):
        return False  # pas de voitures, where "en ville" is a phrase
    for k in range(match.first - 1, max(-1, match.first - 1 - DENIED), -1):
        if words[k].folded in SENTENCE_ENDS or _leads_elsewhere(words, k, grammar):
            return False
        called = words[k + 1 : k + 2] and words[k + 1].ends_phrase  # oh no, my ice cream
        if words[k].folded in grammar.without and not called:
            return not (_is_step(words, k) or _is_of_a_verb(words, k, match, grammar))
    return False


def _leads_elsewhere(words: Sequence[Token], at: int, grammar: Grammar) -> bool:
    """Whether a word leads from what is denied to where it is not: no cars in the city."""
    leads = words[at].folded in grammar.within - grammar.determiners and words[at].folded != "a"
    return leads and at > 1 and words[at - 1].folded not in grammar.without | grammar.determiners


def _is_of_a_verb(words: Sequence[Token], at: int, match: Match, grammar: Grammar) -> bool:
    """Whether what is denied is a verb and not its object (never trust a monkey), and whether a
    "lieu" of French is a place, and not instead of it."""
    if words[at].folded == "lieu":
        return at == 0 or words[at - 1].folded != "au"
    verb = words[at].folded in NEVER and at + 1 < match.first
    return verb and words[at + 1].folded not in grammar.determiners


def _is_step(words: Sequence[Token], at: int) -> bool:
    """Whether a "pas" of French is what somebody takes: les premiers pas de bébé."""
    return words[at].folded == "pas" and at > 0 and words[at - 1].folded in STEPS


def without_verbs(found: list[Match], words: Sequence[Token], grammar: Grammar) -> list[Match]:
    """Without nouns that are verbs here (he watches, to fly), verbs that are none (a washing
    machine), and what somebody does to a part of themselves (she paints her nails)."""
    doers = grammar.owners | ({"to"} if grammar.owners else frozenset[str]())
    doers |= MODALS if grammar.last else frozenset[str]()
    before = {m.first: words[m.first - 1].folded if m.first else "" for m in found}
    return [
        m
        for m in found
        if not (m.is_noun and before[m.first] in doers)
        and not (m.role == "action" and grammar.last and _is_named(m, before[m.first], words))
        and not (m.role == "action" and is_done_to_oneself(words, m.last))
    ]


def _is_named(match: Match, before: str, words: Sequence[Token]) -> bool:
    """Whether a verb of English is a noun for its article: a swim. A kiss is still one."""
    kiss = match.meaning.value == "hug" and not words[match.first].folded.endswith("ing")
    return before in ("a", "an", "the") and not kiss


def without_names(
    found: list[Match], words: Sequence[Token], names: Collection[str]
) -> list[Match]:
    """Without the names of whom or what is named already: my dog Max, un chat nommé Oscar."""
    ends = {m.last for m in found if m.is_noun}
    return [
        m
        for m in found
        if not (words[m.first].spelt in names or is_name(words[m.first]))
        or m.last - m.first > 1
        or not (m.first in ends or (m.first and words[m.first - 1].spelt in CALLED))
    ]


def without_light(found: list[Match], words: Sequence[Token]) -> list[Match]:
    """Without the sun or the stars that something else is only under (a sun as large as a house
    hung beside an ice cream that melted in the sun), and the lights of a place."""
    asked = [m for m in found if m.role in ("subject", "action")]
    places = [m.first for m in found if m.role == "place"]

    def is_light(match: Match) -> bool:
        lights = match.is_noun and words[match.last - 1].folded in LAMPS
        return lights and any(at < match.first for at in places)

    return [
        m for m in found
        if not is_light(m) and (m in asked[:1] or not _is_overhead(m, words))
    ]  # fmt: skip


def _is_overhead(match: Match, words: Sequence[Token]) -> bool:
    """Whether a word that says "under" is right before it, past an article and one word more."""
    if match.meaning.value not in SHINING or not match.is_noun:
        return False
    near = words[max(0, match.first - 3) : match.first]
    led = [k for k, word in enumerate(near) if word.folded in UNDER]
    return bool(led) and not any(word.ends_phrase for word in near[led[-1] :])


def without_similes(found: list[Match], words: Sequence[Token]) -> list[Match]:
    """Without what somebody or something is only likened to: she dances like a butterfly."""
    return [m for m in found if not _is_likened(m, words)]


def _is_likened(match: Match, words: Sequence[Token]) -> bool:
    """Whether "like a" is before it, past what tells how it is."""
    for k in range(match.first - 1, max(-1, match.first - 1 - DENIED), -1):
        if words[k].folded in ARTICLES and k > 2 and _is_as_as(words, k - 1):
            return True
        if words[k].folded in LIKE:
            near = k + 1 == match.first or words[k + 1].folded in ARTICLES
            return near and (k < 1 or words[k - 1].folded not in NO_SIMILE)
        if words[k].ends_phrase:
            return False
    return False


def _is_as_as(words: Sequence[Token], at: int) -> bool:
    """Whether an "as" is the second of two: as tall as a giraffe."""
    return words[at].folded == words[at - 2].folded == "as"


def without_events(found: list[Match], words: Sequence[Token], grammar: Grammar) -> list[Match]:
    """Without what two are at: of a tennis match between a bear and a fox, or a pillow fight
    between two grandpas, these are meant."""
    kept = []
    for k, m in enumerate(found):
        at = m.last + (m.last < len(words) and words[m.last].folded in EVENTS)
        fights = words[at - 1].folded in EVENTS
        said = [w.folded for w in words[at : at + 2]]
        two = [n for n in found[k + 1 : k + 3] if n.role == "subject"]
        several = len(two) > 1 or (two and fights and {*said} & {*grammar.numbers})
        if not (said[:1] and said[0] in grammar.between and m.role == "subject" and several):
            kept.append(m)
    return kept


def is_fight(lost: Match, words: Sequence[Token]) -> bool:
    """Whether what cannot be drawn is only a fight, of whom is told next: a boss fight with a
    dragon."""
    follows = words[lost.last : lost.last + 1]
    against = bool(follows) and follows[0].folded in AGAINST
    return against and words[lost.last - 1].folded in FIGHTS


def without_details(
    found: list[Match],
    words: Sequence[Token],
    grammar: Grammar,
    gaits: Mapping[str, tuple[str, str]],
) -> list[Match]:
    """Without what clauses of their own tell of what the first calls, which is only a place: bare
    plurals ("a narrow alley, lanterns, spices" asks for the alley), and what lies over all there
    and on it: soleil et lavande, the sun on the desks."""
    if not found or not found[0].is_noun:
        return found
    _, end = clause(words, found[0].first)
    if any(m.role != "place" for m in found if m.first < end):
        return found
    lit = {
        clause(words, m.first)[0]
        for m in found
        if m.first >= end and m.meaning.value in LIGHTS and _is_the_light(m, words)
    }

    def is_detail(m: Match) -> bool:
        if _bare_plural(m, words, grammar):
            return True
        moves = gaits.get(m.meaning.value, ("",))[0] in MOVES and m.meaning.value not in LIGHTS
        return not moves and (clause(words, m.first)[0] in lit or _is_bare(m, words, grammar))

    return [m for m in found if m.role != "subject" or m.first < end or not is_detail(m)]


def _is_the_light(match: Match, words: Sequence[Token]) -> bool:
    """Whether it is that of the sky, and none of several: le soleil, october sun."""
    begin, _ = clause(words, match.first)
    return not INDEFINITE & {w.folded for w in words[begin : match.first]}


def _is_bare(match: Match, words: Sequence[Token], grammar: Grammar) -> bool:
    """Whether a clause is nothing but a plural, and a word that tells how it is: church bells,
    bells ringing, étals colorés, just waves."""
    begin, end = clause(words, match.first)
    while begin < match.first and words[begin].folded in ONLY:
        begin += 1
    said = [w.folded for w in words[begin:end]]
    plural = words[match.last - 1].folded.endswith(("s", "x"))
    plain = grammar.little | grammar.within | grammar.determiners | set(grammar.numbers)
    return plural and len(said) <= PLURAL and not any(w in plain for w in said)


def _bare_plural(match: Match, words: Sequence[Token], grammar: Grammar) -> bool:
    """Whether a clause is nothing but a plural without an article."""
    alone = not match.first or words[match.first - 1].ends_phrase
    closed = match.last == len(words) or words[match.last].ends_phrase
    word = words[match.last - 1].folded
    if word in VAPOURS:
        begin, end = clause(words, match.first)
        return all(w.folded not in grammar.determiners for w in words[begin:end])
    if alone and closed and word.endswith(("s", "x")):
        return True
    return match.meaning.value in AMBIENCE and _is_list(words, match.first, grammar)


def _is_list(words: Sequence[Token], at: int, grammar: Grammar) -> bool:
    """Whether a clause is one or two names without an article."""
    said = [w.folded for w in words[slice(*clause(words, at))]]
    return len(said) == 1 or (len(said) == LISTED and said[1] in grammar.joining)
