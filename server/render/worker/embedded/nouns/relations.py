"""What two things of a prompt are to each other: by the words between them, by what is done, and
else by what they are."""

from collections.abc import Mapping, Sequence
from typing import Final

from phosphene.render.worker.embedded.nouns.rims import RIMS

HANDY: Final = frozenset(("thing", "music", "sport", "food", "fruit"))
"""Kinds that somebody holds."""
ROOTED: Final = frozenset(("building", "plant", "furniture", "sky"))
"""Kinds that nobody holds or rides."""
LOOSE: Final = frozenset(("wave", "volcano", "ferris-wheel", "roller-coaster", "carousel", "tent"))
"""Of those kinds what nothing is put on."""
PUT_ON: Final = frozenset(("building", "furniture"))
"""Kinds that something is put on."""
PICKED: Final = frozenset(("plant", "sky", "crawler", "bird"))
"""Kinds of which one may hold one where it is said."""
AIRY: Final = frozenset(("balloon", "kite", "umbrella", "bouquet", "rose", "lantern"))
"""What is held although its kind is not."""
LIFTED: Final = frozenset(("umbrella", "baby", "cat", "lantern", "candle"))
BLOWN: Final = frozenset(("bubbles", "candle", "cake", "cupcake", "balloon"))
"""What one blows, or blows out."""
RIDEABLE: Final = frozenset(("animal", "vehicle"))
RIDDEN: Final = frozenset(
    ("skateboard", "skis", "dragon", "unicorn", "ice-skate", "whale", "dolphin")
)
"""What else one rides on."""
_WORDS: Final[Mapping[str, str]] = {
    word: relation
    for relation, said in (
        ("riding", "riding rides ride rode astride chevauche chevauchant monte"),
        ("riding", "driving drives drive conduit conduisant roule roulant fait faisant font"),
        ("riding", "fahrt fahren fahrend reitet reiten reitend radelt monta montando montado"),
        ("riding", "montada conduce conduciendo maneja manejando cabalga cavalca guida guidando"),
        ("riding", "dirige dirigindo andando pilota pilotando rijdt rijden rijdend fietst fietsen"),
        ("riding", "aker korer cyklar cykler rider jezdzi jedzie jadacy jadaca jada"),
        ("riding", "едет едут ездит катается катаются скачет їде їдуть їздить катається"),
        ("holding", "holding holds hold carrying carries tient tenant porte-bonheur"),
        ("wearing", "wearing wears wear dressed portant porte vetu vetue"),
        ("eating", "eating eats eat drinking drinks drink mange mangeant boit buvant"),
        ("blowing", "blowing blows blow souffle soufflant soufflent"),
        ("behind", "behind derriere"),
        ("above", "above over au-dessus dessus"),
        ("chasing", "chasing chases chase pursuing poursuit poursuivant"),
        ("watching", "watching watches watch looking regarde regardant observe"),
        ("beside", "beside next near and et pres cote"),
    )
    for word in said.split()
}
_ACTIONS: Final[Mapping[str, str]] = {
    "ride": "riding",
    "drive": "riding",
    "skateboard": "riding",
    "eat": "eating",
    "drink": "eating",
}
"""What one does to what is named beside it; with the thing of any other action, it is held."""
DONE: Final = frozenset(
    ("riding", "holding", "wearing", "eating", "blowing", "chasing", "watching")
)
"""Of the relations what one does; the others are where something is."""
PERCHES: Final = frozenset(
    (*("rock", "headstone", "box", "gift", "book", "books", "wood", "crane", "statue", "fountain"),
     *("trash-can", "mailbox", "piano", "cake", "suitcase", "briefcase", "television"))
)  # fmt: skip
"""What else than furniture and buildings something is put on."""
DECKS: Final = frozenset(("boat", "ship", "cruise-ship", "ferry"))
"""What one stands on, also where one is in it: behind a sail nobody is seen."""
_ON: Final = frozenset(
    ("on", "sur", "onto", "upon", "atop", "auf", "sobre", "sulla", "sul", "op", "на")
)  # or, alone between the two, the "à" of "à vélo"
_IN: Final = frozenset(
    ("in", "inside", "into", "within", "dans", "dedans", "nel", "nella", "num", "numa")
)
_PLACED: Final = (
    _IN | _ON | {"with", "avec", "by", "at", "of", "from", "for", "to", "de", "du", "des"}
)
"""Words that say where something is, or what it has: the last of them is that of what follows."""
_BY: Final = frozenset(("en", "in", "em", "auf", "op", "pa", "na", "на"))
"""Right before the vehicle that somebody goes by, in many languages."""
_WITH: Final = frozenset(
    (*("with", "avec", "mit", "con", "com", "met", "med", "z", "ze", "с", "з", "зі"),
     *("playing", "plays", "joue", "using", "doing", "in", "en"))
)  # fmt: skip


def said_of_two() -> frozenset[str]:
    """The words that say what two things are to each other."""
    return frozenset(_WORDS)


def word_for(relation: str, between: Sequence[str], doing: Sequence[str]) -> tuple[int, int]:
    """Which word between two says what one does to the other, and which of what is done (`doing`:
    actions); -1 for none. Where something only is (beside, on) no word is told."""
    if relation not in DONE:
        return -1, -1
    by_word = (k for k, w in enumerate(between) if _WORDS.get(w) == relation)
    by_deed = (k for k, action in enumerate(doing) if _ACTIONS.get(action) == relation)
    return next(by_word, -1), next(by_deed, -1)


def relation(
    between: Sequence[str], action: str | None, first: str, second: str, concept: str
) -> str:
    """One of cast.RELATIONS, of two of these kinds. `between`: the folded words between them;
    `action`: what somebody does; `concept`: who the second is."""
    said = next((_WORDS[w] for w in reversed(between) if w in _WORDS), None)
    if concept == "kite" and first == "person":
        return "holding"  # whoever flies it has its string
    if said is None:
        said = _ACTIONS.get(action or "")
    rides = second in RIDEABLE or concept in RIDDEN
    if said == "holding" and (second in PICKED or concept in LIFTED):
        return said
    placed = next((w for w in reversed(between) if w in _PLACED), "")
    if said is None and concept in DECKS and placed in _ON | _IN:
        return "on"
    if said is None and rides and (_ON & {*between} or between == ["a"]):
        said = "riding"
    if said is None and placed in _IN:
        if concept in RIMS:
            return "inside"
        if second == "vehicle":
            said = "riding"
    goes = second == "vehicle" and first == "person" and _BY & {*between[-2:]}
    if said is None and rides and goes:
        said = "riding"
    firm = (second in PUT_ON and concept not in LOOSE) or concept in PERCHES
    if said is None and _ON & {*between} and firm:
        return "on"
    if said is None and (_WITH & {*between} or (action and first == "person")):
        said = _carried(second, concept)
    return _sensible(said or "beside", second, concept, rides)


def _carried(second: str, concept: str) -> str:
    """What one does with what one has: hold, wear, or have it at one's side."""
    if second == "clothes":
        return "wearing"
    if concept in RIDDEN:
        return "riding"
    held = second in HANDY or concept in AIRY
    return "holding" if held else "beside"


def _sensible(said: str, second: str, concept: str, rides: bool) -> str:
    """Not what nobody would understand from a picture."""
    # A picture of it would be taken for a fault: what is left is that both are there.
    if said == "riding" and not rides:
        return "holding" if second in HANDY else "beside"
    if said == "blowing" and concept not in BLOWN:
        return "beside"
    if said == "eating" and second in ROOTED | {"vehicle", "person"}:
        return "beside"
    rooted = second in ROOTED and concept not in AIRY
    if said in ("holding", "wearing") and (rooted or second in RIDEABLE | {"person", "figure"}):
        return "beside"
    return said
