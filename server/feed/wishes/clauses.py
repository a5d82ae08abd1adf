"""A wish in French or English, cut into clauses: how much of something, and until when."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final, Literal

from msgspec import Struct

from phosphene.model import Polarity

MINUTE_S: Final = 60.0
HOUR_S: Final = 3600.0
DAY_S: Final = 86400.0
TODAY_S: Final = 18 * HOUR_S
"""Nobody says in which time zone they are: what is left of a day, and an evening, with room."""
LONGEST_S: Final = 366 * DAY_S

_NUMBERS: Final = (
    *("a|an|one|un|une", "two|deux", "three|trois", "four|quatre", "five|cinq", "six"),
    *("seven|sept", "eight|huit", "nine|neuf", "ten|dix"),
)
_NUMBER: Final = {word: n for n, words in enumerate(_NUMBERS, 1) for word in words.split("|")}
_UNITS: Final = {
    "minute": MINUTE_S,
    "hour": HOUR_S,
    "heure": HOUR_S,
    "day": DAY_S,
    "jour": DAY_S,
    "journee": DAY_S,
    "night": DAY_S / 2,
    "week": 7 * DAY_S,
    "semaine": 7 * DAY_S,
    "fortnight": 14 * DAY_S,
    "quinzaine": 15 * DAY_S,
    "month": 30 * DAY_S,
    "mois": 30 * DAY_S,
    "year": 365 * DAY_S,
    "an": 365 * DAY_S,
    "annee": 365 * DAY_S,
}
_SPAN: Final = re.compile(
    r"\b(?:for|during|over|within|in|pendant|pour|durant)\s+(?:the\s+next\s+|the\s+coming\s+|les?\s+"
    rf"|la\s+)?(?P<number>\d{{1,3}}|{'|'.join(_NUMBER)})?\s*(?:prochaine?s?\s+)?"
    rf"(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})s?\b(?:\s+(?:prochaine?s?|qui"
    r"\s+vien(?:t|nent)))?"
)
_MOMENTS: Final = {
    r"today|aujourd.hui|for now|right now|pour l.instant|pour le moment|en ce moment": TODAY_S,
    r"tonight|this evening|ce soir|cette nuit|this (?:after)?noon|cet apres.midi": 12 * HOUR_S,
    r"this morning|ce matin": 12 * HOUR_S,
    r"(?:until|till|jusqu.a) (?:tomorrow|demain)": DAY_S,
    r"this weekend|ce week.?end": 3 * DAY_S,
    r"this week|cette semaine": 7 * DAY_S,
    r"this month|ce mois(?:.ci)?": 30 * DAY_S,
    r"for ?ever|for good|always|pour toujours|toujours|a jamais|for life": None,
}
_MOMENT: Final = [(re.compile(rf"\b(?:{said})\b"), lasts) for said, lasts in _MOMENTS.items()]
_WHO: Final = r"(?:(?:je|j|on|nous|tu|vous|il|elle) )?"
_BETWEEN: Final = r"(?:(?!(?:et|mais|ou|puis|importe)\b)\w+ +)"
"""A word that may stand between ne and what goes with it."""
_OF: Final = r"(?:de|d|du|des|les?|la|l)"
_NE: Final = (
    rf"{_WHO}(?:ne|n) +{_BETWEEN}{{0,4}}?(?:(?:plus|pas|jamais|rien|aucune?s?)"
    rf"(?: +(?:du tout|de tout|jamais|rien|aucune?s?|voir|regarder|en|de|d|du|des))*"
    # Personne says how much, and of what.
    rf"|(?=personne\b))"
)
_NOT: Final = (
    r"(?:i )?(?:do not|don.?t|dont|never|will not|won.?t)"
    r"(?: +(?:ever|really|want|wanna|need|wish|like|love|care|show|give|me|us|to|for|see|watch))+"
    r"(?: +any(?:thing)?)?(?: +more)?(?: +of)?"
)
"""More that is not wanted is none, whatever stands between."""
# The longest first: "no more of" is none of it, "not so much" is less.
_MARKERS: Final[tuple[tuple[Polarity, str], ...]] = (
    (
        "less",
        r"not (?:so|too|that) (?:much|many)|not (?:so|more)|far fewer|fewer"
        r"|(?:a (?:bit|little) |much )?less|(?:un peu |beaucoup )?moins(?: (?:de|d|du|des))?"
        r"|pas (?:trop|tant|autant|plus)(?: (?:de|d))?|peu (?:de|d)",
    ),
    (
        "none",
        rf"{_NE}|{_NOT}|(?:{_WHO}en (?:ai|a|avons) )?(?:assez|marre|ras le bol) (?:de|d|du|des)"
        r"|plus du tout(?: (?:de|d|du|des))?|plus (?:voir|jamais)(?: (?:de|d|du|des))*"
        rf"|plus (?:de|d|des) (?={_BETWEEN}{{1,4}}?du tout\b)|du tout|at all"
        r"|non(?: merci)?(?: (?:aux?|a))?|no thanks?(?: you)?|j ai horreur (?:de|d|du|des)"
        r"|(?:i )?(?:can ?not|can ?t) (?:stand|bear|tolerate)|(?:i )?(?:could|can) do without"
        r"|(?:i (?:am |m )?)?(?:not (?:interested in|into)|bored (?:of|with|by))|i detest|je hais"
        r"|(?:please )?(?:no more|not any more|no longer|never again|never any|never|nothing"
        r"|none of|none"
        r"|without|not any|no|not|avoid|hide|remove|stop showing(?: me)?|stop|enough of|enough"
        r"|i hate|i dislike|(?:i.?m |i am )?(?:tired|sick) of|fed up with|get rid of)"
        r"|(?:s.?il (?:te|vous) plait )?(?:plus (?:rien|jamais|aucune?)(?: (?:de|d|des))?"
        r"|(?:plus|pas) (?:de|d|des) tout|pas (?:de|d|du|des)|pas|rien (?:de|d|qui|du|des)|rien"
        r"|aucune?s?|sans|jamais(?: (?:de|d))?|ni|evite[rz]?|arrete[rz]?(?: (?:de|d|les?|la))?"
        r"|cache[rz]?|enleve[rz]?|je (?:veux|voudrais) pas(?: (?:voir|de|d|du|des))*|je deteste)",
    ),
    (
        "more",
        r"(?:a (?:bit|little) |a lot |much |many |some |even )?more(?: of)?|lots of|plenty of|only"
        r"|mostly|just|i (?:want|love|like|would like|d like|wish)(?: to see| for)?|show me|give me"
        r"|(?:un peu |beaucoup )?plus (?:de|d|du|des)|davantage(?: (?:de|d))?|beaucoup (?:de|d)"
        r"|encore (?:plus )?(?:de|d|du|des)|seulement|uniquement|surtout"
        r"|(?:je|on|nous) (?:veux|veut|voulons|voudrais|souhaite)(?: voir)?"
        r"|j (?:aime|adore|aimerais)|montre[rz]?(?: moi)?|affiche[rz]?(?: moi)?",
    ),
)
_ONLY: Final = (
    r"nothing (?:but|except)|(?:rien )?que (?:de|d|du|des)|rien que|no less|pas moins"
    rf"|{_WHO}(?:ne|n) +(?:(?!(?:et|mais|ou|pas|jamais|{_OF})\b)\w+ +){{0,5}}?(?:d autre )?que"
    rf" {_OF}"
    rf"|{_WHO}n en (?:ai|a|avons) jamais assez (?:de|d|du|des)|(?:i )?(?:do not|don.?t|dont) mind"
    r"|(?:i )?(?:can ?not|can ?t|never)(?: (?:get|see|have))? enough(?: of)?"
)
"""Sounds like none of something, and is not."""
_EXCEPT: Final = (
    r"(?:tout|tous|toutes|everything|anything|everyone|all|every \w+|any \w+) (?:but|besides)"
    r"|(?:(?:tout|everything|anything|all) )?(?:sauf|hormis|excepte|except(?: for)?|excluding"
    r"|other than|apart from|a part (?=(?:les?|la|l|des?|d|du)\b))"
)
"""What follows is the opposite of what was asked."""
_MARKER: Final = re.compile(
    "|".join(
        rf"(?P<{polarity}{number}>\b(?:{said})\b)"
        for number, (polarity, said) in enumerate([("more", _ONLY), ("except", _EXCEPT), *_MARKERS])
    )
)
_GAP: Final = re.compile(r"[^\W_]")
"""A letter where the folded text has a blank: it was of a time."""
_CUT: Final = re.compile(
    r"(?P<cut>[,;.!?\n&/]|\b(?:and|or|nor|et|ou|puis|ainsi que)\b)|(?P<turn>\b(?:but|mais)\b)|"
    + _MARKER.pattern
)


class WishClause(Struct, frozen=True):
    """How much of what a wish asks for, as it is ``said``. ``timed``: whether it said for how long;
    ``lasts``: so many seconds, None for good."""

    polarity: Polarity
    said: str
    timed: bool = False
    lasts: float | None = None


def fold_letters(text: str) -> str:
    """Small letters without accents, one for each character of the text, so that places agree;
    apostrophes and hyphens are spaces."""
    folded = "".join((unicodedata.normalize("NFKD", c)[:1] or " ").lower()[:1] for c in text)
    return re.sub(r"['’`:‐-―-]", " ", folded)


def cut_clauses(text: str) -> list[WishClause]:
    """The clauses of a wish. One that does not say how much has the measure of the one before it,
    the first one then asks for more; one that does not say for how long has what is said next."""
    folded, times = _without_times(fold_letters(text))
    return [
        WishClause(polarity, _as_written(text, folded, start, end), *_nearest(times, start))
        for polarity, start, end in _measured(_parts(folded))
    ]


def _as_written(text: str, folded: str, start: int, end: int) -> str:
    """What is left of a clause, in the letters of who wrote it."""
    pairs = zip(text[start:end], folded[start:end], strict=True)
    left = "".join(_GAP.sub(" ", one) if plain == " " else one for one, plain in pairs)
    return " ".join(left.split()).strip(" '’:-")


Times = list[tuple[int, float | None]]


def _without_times(folded: str) -> tuple[str, Times]:
    """The text with blanks for how long, and where which spans of time stood."""
    times: Times = []

    def span(found: re.Match[str]) -> str:
        number = found["number"] or "1"
        count = int(number) if number.isdigit() else _NUMBER[number]
        times.append((found.start(), min(LONGEST_S, count * _UNITS[found["unit"]])))
        return " " * len(found[0])

    folded = _SPAN.sub(span, folded)
    for pattern, lasts in _MOMENT:
        times += [(found.start(), lasts) for found in pattern.finditer(folded)]
        folded = pattern.sub(lambda found: " " * len(found[0]), folded)
    return folded, sorted(times, key=lambda one: one[0])


def _nearest(times: Times, start: int) -> tuple[bool, float | None]:
    """Whether it is said for how long a clause is, and that: what is said next behind its
    beginning, else what was said last."""
    behind = [lasts for at, lasts in times if at >= start] or [lasts for _, lasts in times[-1:]]
    return bool(behind), behind[0] if behind else None


Kind = Literal["text", "cut", "turn", "measure"]
Part = tuple[Kind, str, int, int]


def _parts(folded: str) -> list[Part]:
    """The measures, cuts and what stands between them, in order."""
    found, at = list[Part](), 0
    for one in _CUT.finditer(folded):
        if folded[at : one.start()].strip():
            found.append(("text", "", at, one.start()))
        name = str(one.lastgroup)
        kind: Kind = "cut" if name == "cut" else "turn" if name == "turn" else "measure"
        found.append((kind, name.rstrip("0123456789"), one.start(), one.end()))
        at = one.end()
    if folded[at:].strip():
        found.append(("text", "", at, len(folded)))
    return found


def _measured(parts: Sequence[Part]) -> Iterator[tuple[Polarity, int, int]]:
    """Each text with how much of it."""
    polarity: Polarity = "more"
    for k, (kind, name, start, end) in enumerate(parts):
        if kind == "measure":
            polarity = _polarity(name, polarity)
        elif kind == "turn" and polarity != "more":
            polarity = "more"
        elif kind == "text":
            unmeasured = k == 0 or parts[k - 1][0] != "measure"
            if unmeasured and (said := _said_behind(parts[k + 1 : k + 4])):
                polarity = _polarity(said, polarity)
            yield polarity, start, end


def _said_behind(parts: Sequence[Part]) -> str:
    """The measure that is of the text before these and of none behind, or an empty string: spiders,
    never; snakes: none."""
    rest = parts[1:] if parts and parts[0][0] == "cut" else parts
    alone = len(rest) == 1 or (len(rest) > 1 and rest[1][0] in ("cut", "turn"))
    return rest[0][1] if rest and rest[0][0] == "measure" and alone else ""


def _polarity(name: str, before: Polarity) -> Polarity:
    if name == "except":
        return "none" if before == "more" else "more"
    return "more" if name == "more" else "less" if name == "less" else "none"
