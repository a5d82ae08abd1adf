"""Of nouns side by side the one that is meant: of a coffee shop the shop, of une boutique de café
la boutique."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from phosphene.render.worker.embedded.nouns.finite_verbs import VAPOURS
from phosphene.render.worker.embedded.nouns.gathered import HERS, PLAYED, TEAMS
from phosphene.render.worker.embedded.nouns.grammar import Grammar
from phosphene.render.worker.embedded.nouns.grammar import words as words_of
from phosphene.render.worker.embedded.nouns.lexicon import Meaning
from phosphene.render.worker.embedded.nouns.main_thing import TOGETHER
from phosphene.render.worker.embedded.nouns.match import Match
from phosphene.render.worker.embedded.nouns.matching import Matcher
from phosphene.render.worker.embedded.nouns.speech import CALLED
from phosphene.render.worker.embedded.nouns.tokens import Token

PEOPLE: Final = frozenset(
    ("person", "man", "woman", "boy", "girl", "child", "baby", "old-man", "old-woman", "old-person")
)
"""Whom an action makes somebody else: a man who surfs is a surfer."""
BEINGS: Final = words_of(
    "robot alien elf zombie skeleton ghost vampire troll fairy mermaid snowman dragon unicorn"
)
AFTER_THEM: Final = words_of(
    "hunter hunters slayer slayers tamer tamers trainer trainers rider riders killer killers "
    "whisperer catcher busters expert"
)
"""Whom these go after they are not: a vampire hunter."""
ANIMAL: Final = frozenset(("step", "hop", "crawl"))
"""The gaits of animals, and of nothing else."""
OTHER_ANIMALS: Final = words_of(
    "penguin duck swan owl bird parrot eagle bat bee octopus shark dolphin whale fish snake "
    "lobster crab sloth snail spider seal squid jellyfish"
)
ROLES: Final = words_of(
    "cook teacher student firefighter scientist artist singer office-worker judge pilot "
    "astronaut detective king queen wizard ninja superhero dancer juggler police-officer"
)
"""What an animal is in a story: a cat dj, the lion king. Whoever tends or rides them is none."""
DRESSED: Final = words_of("dressed disguised costume costumed deguise deguisee habille habillee")
"""Between somebody and an animal: who wears its fur is still a person."""
THINGS_RIDDEN: Final = words_of(
    "train bullet-train ship boat car bus truck castle house houses mushroom fruit mango cake"
)
"""What is no role: a ghost train is a train."""
UNFILLED: Final = words_of("cloud sea mountain river wall carpet school orchestra choir")
"""Of which much is said and which hold nothing: a mushroom cloud."""
OLD: Final = frozenset(("old-man", "old-woman", "old-person"))
"""Who are still that where a trade follows: an elderly watchmaker."""
ANYBODY: Final = Meaning("subject", "person", exact=False)
GROWS: Final = "sway"
"""The gait of plants."""
YOUNG: Final = words_of(
    "chick chicks cub cubs pup pups puppy puppies calf calves foal foals kitten kittens lamb lambs "
    "hatchling hatchlings fledgling fledglings joey joeys duckling ducklings kid kids"
)
"""What the young of an animal are called after its name: a penguin chick is no chick."""
KIN: Final = frozenset(("mother", "baby"))
"""Who is also said of animals, before their name."""
TREES: Final = frozenset(("tree", "fir", "palm-tree"))
"""Of which a forest is one, and not a place where some stand."""
GONE_BY: Final = frozenset(
    ("motorcycle", "bicycle", "scooter", "kick-scooter", "car", "taxi", "bus", "truck", "tractor",
     "boat", "sailboat", "ship", "canoe", "speedboat", "airplane", "helicopter")
)  # fmt: skip
"""What one goes by, and is not made of; en train de lire is no train."""
MATERIALS: Final = words_of("bois sable neige glace paille lave")
"""Of what something is made, in French after the word that else leads into a place."""
MADE_OF: Final = words_of(
    "glass wood bamboo straw gold stone brick clay paper cardboard wicker leather crystal ice iron"
)
"""Of what things are that hold something, before them in English."""
FIRST: Final = words_of("first last favourite favorite")
"""Before what somebody does or sees, after whose it is."""
IS_A: Final = ("is a", "is an", "was a", "was an", "est un", "est une", "etait un", "etait une")
"""Between somebody and the animal that they are: le chef d'orchestre est une grenouille."""
MUCH: Final = words_of("forest waterfall garden sky cave highway")
"""Lands that are of something in French, which stands there."""
OPEN: Final = frozenset(("farm", "hills", "garden"))
"""Lands that are nothing but snow where they are called so: a snow field."""
ROADS: Final = frozenset(("street", "highway"))
LANDS: Final = frozenset(
    ("desert", "forest", "mountains", "hills", "snow", "farm", "beach", "sea", "lake")
)
"""Through which ways lead, and which are more of the picture than the way is: a desert road."""
RELATIVE: Final = frozenset(("that",))
"""What leads on after a noun as well as after a verb: the van that fits everything."""
ADVERBS: Final = frozenset(("underwater", "indoors", "outdoors", "downtown"))
"""Places that are said after a thing without a word between, and are not that thing's head."""


def played_words(
    found: list[Match], words: Sequence[Token], gaits: Mapping[str, tuple[str, str]]
) -> frozenset[int]:
    """The words for somebody who is shown as an animal, which is what is seen: me on monday as a
    sloth, mon chef en homard."""
    played = (who for who, animal in pairwise(found) if _is_played(who, animal, words, gaits))
    return frozenset(k for who in played for k in range(who.first, who.last))


def choose_heads(found: list[Match], words: Sequence[Token], matcher: Matcher) -> list[Match]:
    """Of nouns side by side the one that is meant: the last in English, the first in French, where
    "de" joins them too."""
    grammar, gaits = matcher.grammar, matcher.lexicon.concepts
    kept: list[Match] = []
    for m in found:
        before = kept[-1] if kept else None
        alone = words[m.first].folded in ADVERBS
        if before and _does_lie(before, m, words, grammar, gaits):
            continue
        if (
            before
            and before.is_noun
            and m.is_noun
            and not alone
            # Riding her bike: who she is, and what she rides.
            and words[before.first].folded not in grammar.determiners - {"l"}
            and _joined(before, m, words, grammar)
        ):
            plants = gaits.get(before.meaning.value, ("",))[0] == GROWS
            woods = before.meaning.value in TREES and m.meaning.value == "forest"
            if m.role == "place" and plants and not woods:
                kept.append(m)  # a bamboo grove, a wheat field: the plants stand there
                continue
            if _is_much_of(before, m, grammar):
                kept.append(m)  # une forêt de bougies, une cascade de chocolat
                continue
            if grammar.compounds and before.role == "place" and m.role == "subject":
                kept.append(m)  # im Wald Gitarre: what is one thing is one word there
                continue
            if before.meaning.value == "snow" and m.role == "place" and m.meaning.value in OPEN:
                continue  # a snow field
            if grammar.last and _leads_through(m, before):
                continue
            if before.meaning.value in KIN and m.role == "subject":
                kept[-1] = m  # maman canard, bebe elephant, whatever the order
                continue
            later = grammar.last and not grammar.compounds
            later = later and not _is_vague(before, m, words, grammar)
            later = later and not _dressed_up(before, m, gaits)
            later = later and not _is_young(before, words[m.last - 1].folded, gaits)
            kept[-1] = m if later or _describes(before, m, words, grammar) else before
            continue
        kept.append(m)
    return kept


def _is_much_of(land: Match, thing: Match, grammar: Grammar) -> bool:
    """Whether a land of French tells how much there is of what follows."""
    much = not grammar.last and land.role == "place" and land.meaning.value in MUCH
    woods = land.meaning.value == "forest" and thing.meaning.value in TREES
    return much and thing.role == "subject" and not woods


def _does_lie(
    doer: Match, match: Match, words: Sequence[Token], grammar: Grammar,
    gaits: Mapping[str, tuple[str, str]],
) -> bool:  # fmt: skip
    """Whether a word for somebody is what somebody alive does here: an iguana sunbathing."""
    doing = grammar.last and words[match.last - 1].folded.endswith("ing")
    alive = gaits.get(doer.meaning.value, ("",))[0] in ANIMAL | {"walk", "swim", "fly"}
    somebody = match.meaning.value in PEOPLE and not match.meaning.exact
    return doing and somebody and doer.last == match.first and alive


def without_vapours(found: list[Match], words: Sequence[Token]) -> list[Match]:
    """Without steam and smoke where there is something else: a bowl of soup with steam."""
    subjects = [m for m in found if m.role == "subject"]
    vapours = [
        m for m in subjects if m.last - m.first == 1 and words[m.first].folded in VAPOURS
    ]  # fmt: skip
    return found if vapours == subjects else [m for m in found if m not in vapours]


def _leads_through(road: Match, land: Match) -> bool:
    """Whether a road is told by the land around it; a snowy street is a street."""
    both = road.role == land.role == "place" and road.meaning.value in ROADS
    return both and land.meaning.value in LANDS - {"snow"}


def _is_vague(before: Match, last: Match, words: Sequence[Token], grammar: Grammar) -> bool:
    """Whether the last of two nouns says less than the one before: of a coffee cup the coffee is
    meant, as of a cup of coffee; but of a snowy mountain the mountain."""
    word = words[last.last - 1].folded
    holds = before.role == "subject" and word in grammar.containers - UNFILLED
    holds = holds and not _is_material(before, last, words)
    holds = holds and (word not in TEAMS or before.meaning.value not in PLAYED)
    # The squirrel stole my acorn: before an article it is a verb, whatever else is called so.
    follows = words[last.last].folded if last.last < len(words) else ""
    acts = before.last == last.first and follows in grammar.determiners - RELATIVE
    aged = before.meaning.value in OLD and last.meaning == ANYBODY
    acts = acts or _is_clause(before, last, words, grammar)
    plays = word not in AFTER_THEM and _plays(before, last)
    return holds or acts or aged or word in grammar.vague or plays


def _is_clause(thing: Match, kin: Match, words: Sequence[Token], grammar: Grammar) -> bool:
    """Whether somebody of a family is right after a thing, and did something with it: the boat
    grandpa built."""
    after = words[kin.last] if kin.last < len(words) else None
    called = kin.last - kin.first == 1 and words[kin.first].folded in CALLED
    if not called or thing.last != kin.first or after is None or after.ends_phrase:
        return False
    goes_on = after.folded in grammar.little | grammar.within | {"s"}
    return not goes_on and not after.folded.endswith("ing")


def _is_material(before: Match, last: Match, words: Sequence[Token]) -> bool:
    """Whether it tells what the thing right after it is made of: a glass jar, a bamboo basket."""
    return before.last == last.first and words[before.last - 1].folded in MADE_OF


def _describes(before: Match, thing: Match, words: Sequence[Token], grammar: Grammar) -> bool:
    """Whether a word for somebody is an adjective here: un viejo is a man, un viejo faro none."""
    return words[before.first].folded in grammar.adjectives and thing.meaning.value not in PEOPLE


def _plays(being: Match, role: Match) -> bool:
    """Whether somebody who is no man does what people do: an alien dj is an alien."""
    is_other = role.role == "subject" and role.meaning.value not in BEINGS | THINGS_RIDDEN
    return being.meaning.exact and being.meaning.value in BEINGS and is_other


def _dressed_up(being: Match, role: Match, gaits: Mapping[str, tuple[str, str]]) -> bool:
    """Whether an animal does what people do: a frog chef is a frog, a dog walker none."""
    name = being.meaning.value
    animal = gaits.get(name, ("",))[0] in ANIMAL or name in OTHER_ANIMALS
    return animal and being.role == "subject" and role.meaning.value in ROLES


def _is_played(
    who: Match, animal: Match, words: Sequence[Token], gaits: Mapping[str, tuple[str, str]]
) -> bool:
    """Whether somebody is that animal, and wears no fur."""
    name, between = animal.meaning.value, [w.folded for w in words[who.last : animal.first]]
    beast = gaits.get(name, ("",))[0] in ANIMAL or name in OTHER_ANIMALS
    somebody = who.meaning.value in PEOPLE | ROLES and animal.role == "subject"
    as_one = between[-2:] in (["as", "a"], ["as", "an"]) and between.count("as") == 1
    as_one = as_one or between == ["en"] or " ".join(between) in IS_A
    ends = animal.last == len(words) or words[animal.last].ends_phrase
    return beast and somebody and as_one and ends and not DRESSED & {*between}


def _is_young(animal: Match, word: str, gaits: Mapping[str, tuple[str, str]]) -> bool:
    """Whether an animal's young are told: a seal pup is a seal."""
    name = animal.meaning.value
    return word in YOUNG and (gaits.get(name, ("",))[0] in ANIMAL or name in OTHER_ANIMALS)


def _joined(one: Match, two: Match, words: Sequence[Token], grammar: Grammar) -> bool:
    between = [w.folded for w in words[one.last : two.first]]
    if between[:1] == ["s"] and grammar.last:  # grandpa's rusty tractor, a puppy's first snow
        if FIRST & {*between} or words[two.last - 1].folded in HERS:
            return False
        return not any(w in grammar.little | grammar.within | set(".,;:!?") for w in between[1:])
    if not between and grammar.last and _does(words, one, two):
        return False
    if not between:
        return words[two.first].folded not in grammar.within
    apart = _told_apart(between, one, two, words)
    if apart is not None:
        return apart and not grammar.last
    joins = grammar.of if grammar.articles else ("de", "d", "en")
    rides = between == ["en"] and two.meaning.value in GONE_BY  # un homme en moto
    return not grammar.last and between[0] in joins and len(between) == 1 and not rides


def _told_apart(
    between: Sequence[str], one: Match, two: Match, words: Sequence[Token]
) -> bool | None:
    """Whether a word of French between two nouns joins them, None where that depends on it."""
    word = words[two.first].folded
    if between == ["en"] and word in TOGETHER:
        return False  # un pique-nique en famille
    if between == ["en"] and two.role == "place":
        return word in MATERIALS  # un château en sable, un chat en ville
    return True if between == ["aux"] and one.role == "place" else None  # un marché aux légumes


def _does(words: Sequence[Token], one: Match, two: Match) -> bool:
    """Whether two nouns are somebody and what they do: hamsters boxing, but a boxing match; a ship
    sailing, where that is a place to the lexicon."""
    plural = words[one.last - 1].folded.endswith("s") or two.role == "place"
    return plural and words[two.first].folded.endswith("ing")
