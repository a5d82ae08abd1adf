"""Words that are spelt like nouns and are verbs where they stand: a dog pants, le soleil se
couche."""

from collections.abc import Sequence
from typing import Final

from phosphene.render.worker.embedded.nouns.grammar import Grammar
from phosphene.render.worker.embedded.nouns.grammar import words as words_of
from phosphene.render.worker.embedded.nouns.tokens import Token

SINGULAR: Final = words_of("a an one each every another")
"""After which no plural is the head of a name: a car parks, and a car park."""
SINGULAR_ENDS: Final = ("ss", "us", "is", "ics")
"""How words end that are no plurals."""
ONWARD: Final = words_of(
    "at into through past across away up down off out around back over after for along towards "
    "against to"
)
"""What follows a verb oftener than a name."""
REFLEXIVE: Final = words_of("se s ne n")
"""Before nothing but verbs, of French."""
ARTICLES: Final = words_of("un une des ce cette mon ma mes ton ta tes son sa ses")
"""Of French, after which no verb stands, as after le, la and les, which are pronouns too."""
QUALITIES: Final = words_of(
    "fort forts basse basses mure mures malade malades blesse blesses blessee sourd sourds sourde "
    "muet muets muette clandestin clandestins expert experts"
)
"""Words of French that are names after an article, and else what something is like: un vent fort,
une voix basse."""
OLD: Final = words_of("vieux vieille ancien ancienne petit petite grand grande bel belle")
VERY: Final = words_of("bien tres trop plus pas assez")
HOMOGRAPHS: Final = words_of(
    "affiche coupe couronne cuisine enveloppe escalade ferme garde gare lave lime lit livre marche "
    "mime mine montre mouche parachute peche perche pile pioche place plane plante pompe porte "
    "pousse rame scie serre souffle telephone tire tombe torche trone vendange"
)
"""Words of French that are names, and verbs in the third person too."""
NAMES_GO_ON: Final = words_of("a au aux en de d du")
"""What follows a name as well as a verb: un lit a baldaquin, montre en main."""
WHEREABOUTS: Final = words_of("bord milieu fond large coin soleil pied sommet")
"""What makes a place of it: pêche au bord du lac."""
BASES: Final = words_of(
    "fly duck watch park train row wave ring rock box fish bat bow tie lock hook brush comb iron "
    "hammer sail ship plant flower fence dress swing bear jam dart bolt cook coach guard pilot "
    "nurse tower spring shower star smoke cross dock peel seal squash toast net nest shelter shop "
    "drum pipe fiddle skate ski surf ride race play dance march parade camp picnic float sled "
    "bubble balloon snake mushroom ghost fire rake shovel pick slide mime fan knit crochet "
    "kayak canoe hug saw mop sink bathe toast milk prune sprout stream bowl skateboard "
    "parachute bug garden sketch"
)
"""Names of English that are verbs too, as they follow several who do it: sparks fly."""
HOW: Final = words_of("alone together again by without happily and while when")
"""What follows a verb of whom has been named."""
STRIKES: Final = (
    words_of("hammer drum comb whip lash knock paint blanket carpet mirror echo") | BASES
)
"""What the weather does, where it is no word for something of its kind (wind chimes)."""
ASKED: Final = BASES | words_of("book water sail star paint iron note name mind")
"""Names of English that are what one asks somebody to do, before an article."""
ACTED: Final = words_of("ring rock wave fly smoke bubble shower spring cook")
"""Those of them that a thing does which is named with "the"."""
SEVERAL: Final = words_of("people children men women geese mice sheep kids we they you")
NATURE: Final = words_of(
    "rain snow wind fog mist hail sun sunlight moonlight light frost storm thunder dusk dawn night "
    "autumn winter pluie neige vent brume brouillard grele soleil lumiere givre orage tonnerre "
    "nuit aube automne hiver printemps"
)
"""What does something without being anything that one draws."""
VAPOURS: Final = words_of("steam smoke vapour vapor vapeur fumee")
PAST: Final = words_of("rose dove saw felt bore wound spoke stole")
"""Names that are also what was done."""
OWN: Final = words_of(
    "nails nail hair teeth tooth face lips lip eyes eye eyebrows eyelashes lashes beard moustache "
    "mustache hands hand legs leg feet foot toes toenails fingernails skin ears nose head back"
)
"""Parts of oneself: who paints them is no painter."""
OUT_OF_THE_GROUND: Final = ("sort", "surgi", "pouss", "jailli")
"""How verbs begin of what comes from below, in French."""
BODY: Final = words_of("nail nails chest palm palms calf calves temple temples sole soles trunk")
"""What belongs to somebody where it is said of whom: her nails are no nails."""
WHOSE: Final = words_of("his her my their your our its")
PRONOUNS: Final = words_of("se s me m te t y en ne n l lui nous vous")
"""Between who does something and the verb in French."""
REACH: Final = 3
"""So many words before a name its article is looked for."""


def is_third_person(
    words: Sequence[Token], doer: tuple[int, int], alive: bool, grammar: Grammar
) -> bool:
    """Whether the word after a name (the words from `doer[0]` to `doer[1]`, exclusive) is a verb of
    English in the third person: after one of them what ends in s does something, and after the
    living also where a word follows that leads on (the bear fishes for salmon)."""
    first, at = doer
    word = words[at].folded
    plain = word.endswith(SINGULAR_ENDS) and word[:-1] not in BASES
    if not word.endswith("s") or plain or len(word) <= REACH:
        return False
    if words[at - 1].folded.endswith("s") and not words[at - 1].folded.endswith(SINGULAR_ENDS):
        return False
    article = _article(words, first, grammar)
    follows = words[at + 1].folded if at + 1 < len(words) else ""
    # The school bell rings: after "the" only what a thing does as well as it is one, at an end.
    closed = follows == "" or words[at + 1].ends_phrase
    does = closed and article != "" and not {*bases_of(word)}.isdisjoint(ACTED)
    if article in SINGULAR or does or (alive and article != "" and follows in ONWARD):
        return True
    # The girl swings slowly, a girl alone: but girl scouts, and bird nests in a tree.
    leads = follows in grammar.determiners | HOW or follows.endswith("ly")
    placed = article != "" and (closed or follows in grammar.within | grammar.beside)
    return alive and not BASES.isdisjoint(bases_of(word)) and (leads or placed)


def bases_of(word: str) -> tuple[str, ...]:
    """Of what a verb of English may be the third person: flies, fly."""
    return word[:-1], word[:-2], word[:-3] + "y" if word.endswith("ies") else word


def is_plural_done(words: Sequence[Token], at: int, alive: bool, grammar: Grammar) -> bool:
    """Whether a word of English is what several before it do: sparks fly as somebody welds. After
    the living (`alive`) anything may follow (kids fly kites), after things only what leads on."""
    before = words[at - 1].folded if at else ""
    plural = before.endswith("s") and not before.endswith(SINGULAR_ENDS)
    if words[at].folded not in BASES or not (plural or before in SEVERAL):
        return False
    if alive or at + 1 == len(words):
        return True
    after = words[at + 1]
    leads = ONWARD | grammar.determiners | grammar.within | grammar.when
    return after.ends_phrase or after.folded in leads or after.folded.endswith("ly")


def is_asked(words: Sequence[Token], at: int, grammar: Grammar) -> bool:
    """Whether a word of English at the beginning is what somebody is asked to do: plant a tree,
    watch the cat jump, watch out for the shark."""
    if at or words[0].folded not in ASKED or len(words) == 1:
        return False
    return words[1].folded in (grammar.determiners | {"out"}) - {"two", "three", "four", "five"}


def is_cut(words: Sequence[Token], at: int) -> bool:
    """Whether a word of English is the first part of a don't."""
    after = words[at + 1] if at + 1 < len(words) else None
    return after is not None and after.folded == "t" and after.start == words[at].end + 1


def is_done_by_weather(words: Sequence[Token], at: int) -> bool:
    """Whether a word of English is what the rain or the wind before it does: the rain hammers on
    the roof."""
    word = words[at].folded
    does = word.endswith("s") and word.removesuffix("s") in STRIKES
    return does and at > 0 and words[at - 1].folded in NATURE


def is_past(words: Sequence[Token], at: int, named: bool) -> bool:
    """Whether a word of English that is a name is what somebody or something did: the sun rose
    over the hills. `named`: whether what is right before it is called."""
    if words[at].folded not in PAST or not at or at + 1 == len(words):
        return False
    follows = words[at + 1].folded
    leads = follows in ONWARD | {"from", "above"} or follows.endswith("ly")
    return leads and (named or words[at - 1].folded in NATURE | VAPOURS)


def is_of_a_body(words: Sequence[Token], at: int) -> bool:
    """Whether a word of English is a part of somebody: painting her nails."""
    return words[at].folded in BODY and at > 0 and words[at - 1].folded in WHOSE


def is_done_to_oneself(words: Sequence[Token], after: int) -> bool:
    """Whether a part of oneself follows a verb of English: painting her nails."""
    said = [w.folded for w in words[after : after + 2]]
    return len(said) > 1 and said[0] in WHOSE and said[1] in OWN


def _article(words: Sequence[Token], first: int, grammar: Grammar) -> str:
    """What is before a name and its adjectives, "" if that is no article."""
    for k in range(first - 1, max(-1, first - 1 - REACH), -1):
        word = words[k].folded
        if word in grammar.determiners:
            return word
        if words[k].ends_phrase or word in grammar.little or word in grammar.within:
            return ""
    return ""


def is_quality(word: str, before: str, grammar: Grammar) -> bool:
    """Whether a word of French tells what something is like, for the word before it: un avocat bien
    mûr is no wall."""
    named = before in grammar.determiners or before in OLD or before in ("", "au", "aux")
    return before in VERY if word == "mur" else word in QUALITIES and not named


def is_ground(words: Sequence[Token], at: int) -> bool:
    """Whether a word of French tells that something is on the ground: par terre."""
    if words[at].folded != "terre" or not at:
        return False
    leaves = at > 1 and words[at - 2].folded.startswith(OUT_OF_THE_GROUND)
    return words[at - 1].folded in ("par", "a") or (words[at - 1].folded == "de" and leaves)


def is_after_doer(words: Sequence[Token], at: int, grammar: Grammar) -> bool:
    """Whether a word of French follows a word for who does it, past its pronouns: qui marche, elle
    s'en va."""
    k = at - 1
    while k >= 0 and words[k].folded in PRONOUNS:
        k -= 1
    return k >= 0 and words[k].folded in grammar.owners


def is_reflexive(words: Sequence[Token], at: int) -> bool:
    """Whether a word of French is a verb for the pronoun before it: la neige se couche."""
    return at > 0 and words[at - 1].folded in REFLEXIVE


def is_homograph_done(words: Sequence[Token], at: int, before: int, grammar: Grammar) -> bool:
    """Whether one of HOMOGRAPHS is what somebody before it does: where it follows a name that ends
    at `before`, but for words that tell how that is, and an object or a place follows (un chat
    noir lit le journal). A name would have an article of its own."""
    if at + 1 == len(words):
        return False
    between = words[before:at]
    follows = words[at + 1].folded
    parts = grammar.little | grammar.within | grammar.never
    placed = at + 2 < len(words) and words[at + 2].folded in WHEREABOUTS
    leads = (grammar.determiners | grammar.within) - NAMES_GO_ON
    return (
        (follows in leads or (placed and follows == "au"))
        and len(between) <= REACH
        and not any(w.ends_phrase or w.folded in parts for w in between)
    )
