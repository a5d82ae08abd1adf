"""The files of the policy's rules, TOML that operators edit, and how they are laid over each other.

The one that ships comes first, then those of the site and of a community: each adds to those before
and may say which of their rules do not hold, so that an update of the first arrives in all.
"""

import hashlib
import re
import tomllib
from collections.abc import Container, Iterator, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from phosphene.errors import BadInput

SHIPPED: Final = "shipped"
"""The layer that ships with Phosphene."""
_SHIPPED_FILES: Final = ("refusal_rules.toml", "persons.toml", "works.toml", "brands.toml")
"""Of which those after the first hold nothing but names."""


class Category(Struct, frozen=True, forbid_unknown_fields=True):
    """Refused when the text has one of ``phrases``, or one of each list of ``together``, these with
    at most ``within`` words of four letters and more between them (0: anywhere). Where they are
    ``ordered`` one of the first list stands before one of the last (0: side by side). Several may
    have one ``code``, and then a ``name`` each, so that one that is overturned takes none along."""

    code: str
    message: str
    phrases: tuple[str, ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    within: Annotated[int, Meta(ge=0)] = 0
    ordered: bool = False
    name: str = ""


class Name(Struct, frozen=True, forbid_unknown_fields=True):
    """A protected name: of one person, work or brand.

    ``holder``: whose it is, where that is not the person (of the dead: their estate). ``also``:
    other names of the same; ``proper``: common words that mean it where they have a capital and no
    article; ``unclear``: words that mean it only beside one of ``beside``; ``alone = false``: so
    does the name itself mean nothing alone; ``typos = false``: one letter more or less makes
    another word; ``innocent``: phrases with its words that stay allowed.
    """

    name: str
    holder: str = ""
    also: tuple[str, ...] = ()
    proper: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    innocent: tuple[str, ...] = ()
    alone: bool = True
    typos: bool = True
    until: date | None = None
    """The last day on which it is refused."""
    en: str = ""
    fr: str = ""


class Group(Struct, frozen=True, forbid_unknown_fields=True):
    """Names of one kind; ``message`` may hold ``{name}`` and ``{holder}``; ``en`` and ``fr`` stand
    in a rewording where a name has none of its own."""

    kind: str
    code: str
    message: str
    en: str
    fr: str
    list: tuple[Name, ...]


class RuleFile(Struct, frozen=True, forbid_unknown_fields=True):
    """What one file says. ``without``: rules of the files before that do not hold, as refusals name
    them (``names/character/simba``, ``categories/hate``)."""

    version: str
    without: tuple[str, ...] = ()
    innocent: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    names: tuple[Group, ...] = ()
    minors: tuple[Category, ...] = ()
    """Refused as well of who is a minor."""
    likeness: tuple[Category, ...] = ()
    """Refused of nobody: what people may never be shown in, if they say so of their likeness. Of
    these ``message`` is the name."""


class Layer(Struct, frozen=True):
    """A file by its name, and its text."""

    name: str
    text: str


def read_layers(layers: str) -> tuple[Layer, ...]:
    """The files that a setting names, with spaces between; nothing names the shipped one. Raises
    BadInput."""
    # One file may have spaces in its name.
    names = [layers] if Path(layers).is_file() else layers.split() or [SHIPPED]
    return tuple(_read_layer(name) for name in names)


def _read_layer(name: str) -> Layer:
    paths = _shipped_files() if name == SHIPPED else (Path(name),)
    try:
        # One text, so that a copy of it holds all and has the same version.
        return Layer(name, "\n".join(path.read_text(encoding="utf-8") for path in paths))
    except (OSError, ValueError) as error:
        raise BadInput(f"rules {name}: {error}") from None


def _shipped_files() -> Iterator[Path]:
    return (Path(__file__).with_name(file) for file in _SHIPPED_FILES)


def merged_rules(layers: Sequence[Layer], today: date) -> RuleFile:
    """All of them as one. Raises BadInput for one that says something unknown, or is without a rule
    that none before it has."""
    merged = RuleFile("")
    for layer in layers:
        try:
            merged = _add(merged, _parsed(layer.text), today)
        except (ValueError, BadInput) as error:
            raise BadInput(f"rules {layer.name}: {error}") from None
    return merged


@lru_cache(maxsize=2)
def _parsed(text: str) -> RuleFile:
    """Raises ValueError."""
    return msgspec.convert(tomllib.loads(text), RuleFile)


def version_of(layers: Sequence[Layer]) -> str:
    """The version that each says, and a hash that tells an edited copy from the original."""
    versions = "+".join(_parsed(layer.text).version for layer in layers)
    texts = "\0".join(layer.text for layer in layers)
    return f"{versions}+{hashlib.sha256(texts.encode()).hexdigest()[:8]}"


def rule_of_name(group: Group, name: Name) -> str:
    """How refusals name the rule of a protected name."""
    slug = "-".join(re.findall(r"\w+", name.name.lower()))
    return f"names/{group.kind}/{slug}"


def rule_of_category(category: Category) -> str:
    """How refusals name the rule of a category."""
    return "/".join(filter(None, (rule_of_code(category.code), category.name)))


def rule_of_code(code: str) -> str:
    """How all categories of a code are named together, and refusals by what a text means."""
    return f"categories/{code}"


def is_category_of(category: Category, rules: Container[str]) -> bool:
    """Whether the rules name a category, alone or with the others of its code."""
    return rule_of_category(category) in rules or rule_of_code(category.code) in rules


def rules_in(file: RuleFile) -> Iterator[str]:
    """Every rule of a file, as refusals name it."""
    for category in file.categories:
        yield from dict.fromkeys((rule_of_category(category), rule_of_code(category.code)))
    yield from (rule_of_name(group, name) for group in file.names for name in group.list)


def innocent_phrases(file: RuleFile) -> tuple[str, ...]:
    """The phrases that stay allowed, those of the names too."""
    names = (name for group in file.names for name in group.list)
    return (*file.innocent, *(phrase for name in names for phrase in name.innocent))


def _add(before: RuleFile, file: RuleFile, today: date) -> RuleFile:
    gone = set(file.without)
    if strange := gone.difference(rules_in(before)):
        raise BadInput(f"without {sorted(strange)[0]!r}: no rule before is called so")
    kept = tuple(one for one in before.categories if not is_category_of(one, gone))
    return RuleFile(
        version=file.version,
        innocent=before.innocent + file.innocent,
        categories=kept + file.categories,
        names=(*_kept(before.names, gone, today), *_kept(file.names, set(), today)),
        minors=before.minors + file.minors,
        likeness=before.likeness + file.likeness,
    )


def _kept(groups: Sequence[Group], gone: set[str], today: date) -> Iterator[Group]:
    for group in groups:
        held = (name for name in group.list if name.until is None or today <= name.until)
        yield replace(group, list=tuple(n for n in held if rule_of_name(group, n) not in gone))
