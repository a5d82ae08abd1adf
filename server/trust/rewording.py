"""What might be asked for instead of a text with protected names: the names say what they are."""

import re
from collections.abc import Sequence
from typing import Final

from phosphene.refusal_totals import PromptLanguage
from phosphene.trust.matching import RuleMatch
from phosphene.trust.other_scripts import has_other_script
from phosphene.trust.refusal_rules import Spelling

_FRENCH_WORDS = "le la les l un une des du d et dans sur avec au aux qui en est sous par pour"
_ENGLISH_WORDS = "the a an of in with and at by to is his her its under from over"
_FRENCH: Final = frozenset(_FRENCH_WORDS.split())
_ENGLISH: Final = frozenset(_ENGLISH_WORDS.split())
_DETERMINER: Final = (
    "my|your|his|her|its|our|their|this|that|every|each|another|some|no|"
    "mon|ma|ton|ta|son|sa|notre|votre|leur|ce|cet|cette|chaque|quelque|aucun|aucune"
)
_NUMBER: Final = (
    r"\d+|two|three|four|five|six|seven|eight|nine|ten|many|several|few|"
    "deux|trois|quatre|cinq|sept|huit|neuf|dix|plusieurs|quelques|mes|tes|ses|ces|nos|vos|leurs"
)
_ADJECTIVE: Final = (
    "young|old|little|small|tiny|big|large|huge|giant|tall|short|happy|sad|angry|cute|real|famous|"
    "beautiful|handsome|bright|dark|red|blue|green|yellow|white|black|golden|evil|good|brave|lonely|"
    "tired|sleepy|smiling|dancing|singing|flying|running|cartoon|vintage|original|classic|"
    "jeune|vieux|vieil|vieille|petit|petite|grand|grande|gros|grosse|joli|jolie|beau|bel|belle|"
    "vrai|vraie|pauvre|célèbre|gentil|gentille|méchant|méchante|nouveau|nouvelle"
)
_ARTICLE: Final = r"an?|the|une?|le|la|les|du|des"
_BARE_ARTICLE = re.compile(rf"(?:\b(?:{_ARTICLE})\s+|\bl['’]\s*)$", re.IGNORECASE)
_DESCRIBED = re.compile(
    rf"\b(?:(?:{_ARTICLE}|{_DETERMINER})\s+(?:(?:{_ADJECTIVE})\s+){{1,2}}|(?:{_DETERMINER})\s+)$",
    re.IGNORECASE,
)
_COUNTED = re.compile(rf"\b(?:{_NUMBER})\s+(?:\w+\s+)?$", re.IGNORECASE)
_OWN_ARTICLE = re.compile(r"^(?:an?|the|une?|le|la|les|des|du)\s+", re.IGNORECASE)
_ELISION = re.compile(r"\b([dD])e (une?)\b")


def reword(found: Sequence[RuleMatch], text: str) -> str | None:
    """The text with every name, and nothing else, replaced by what it is, in its own language.
    None: it would be no sentence (two of somebody)."""
    french = is_french(text)
    for one in sorted(found, key=lambda one: -one.start):
        assert isinstance(one.what, Spelling)
        name, group = one.what.name, one.what.group
        english = name.en or group.en
        before = text[: one.start]
        # "Two of a tall singer" is no prompt that anybody would ask for: no proposal is better than
        # one that must be laughed at.
        if _COUNTED.search(before):
            return None
        instead = (name.fr or group.fr) if french else english
        text = _replaced(before, instead) + text[one.end :]
    return _ELISION.sub(r"\1'\2", text) if french else text


def _replaced(before: str, instead: str) -> str:
    """What stands instead behind what was before it, with one article between them."""
    described = _DESCRIBED.search(before)
    if described:
        bare = _OWN_ARTICLE.sub("", instead)
        # A young young wizard, un petit petite créature: once, as the name has it.
        said = described.group().split()[-1].lower()[:4] == bare.lower()[:4]
        return before[: described.start()] + instead if said else before + bare
    if _OWN_ARTICLE.match(instead):
        before = _BARE_ARTICLE.sub("", before)
    return before + instead


def is_french(text: str) -> bool:
    """Whether more of its small words are French than English."""
    words = re.findall(r"\w+", text.lower())
    return sum(w in _FRENCH for w in words) > sum(w in _ENGLISH for w in words)


def language_of(text: str) -> PromptLanguage:
    """In which language a text is, as far as its letters and its small words tell."""
    if has_other_script(text):
        return "other"
    return "fr" if is_french(text) else "en"
