"""The page's modules as two scripts and its styles as one, put together without a build: a visit
asks for three files instead of eighty, and gets them without the comments. There is a pair of
scripts for each language, in which its words stand where they are said.

Each module is a function of its own, so that names of one do not meet those of another. What
``main.js`` imports is in the first script; what is only imported when it is wanted
(``import("./composer.js")``) is in the second. Source maps lead from their lines to those of the
files (ECMA-426).
"""

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from phosphene.api.page_words import PageWords
from phosphene.language import LANGUAGES

ENTRY: Final = "main.js"
CLIENT_MODULE: Final = "/client.js"
TABLE: Final = "table.js"
"""Has the words of the page where its modules are asked for one by one."""
VLQ: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

_COMMENT = re.compile(
    r"^[ \t]*(?:/\*\*(?:(?!\*/).)*\*/|//[^\n]*)$|/\*\* @[^\n]*?\*/ ?", re.MULTILINE | re.DOTALL
)
_STYLE_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_IMPORT = re.compile(r'^import \{ ([^}]*) \} from "([^"]+)";$')
_LATER = re.compile(r'\bimport\("([^"]+)"\)')
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|class|const) (\w+))")
_LISTED = re.compile(r'^export \* from "([^"]+)";$')
_SHEET = re.compile(r'^ *<link rel="stylesheet" href="/client/([\w.-]+)">\n', re.MULTILINE)
_PRELOAD = re.compile(r'^ *<link rel="modulepreload" href="[^"]+">\n', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a script, and which line of which file it comes from; ``source`` is empty for one
    that the bundle adds."""

    text: str
    source: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the page: its lines in the bundle, and what it imports at once and later."""

    name: str
    lines: tuple[Line, ...]
    imports: tuple[str, ...]
    later: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of a page by their names, plain and by gzip, and the page that asks for them in
    each language. ``version`` is a hash of all of them, and part of each name."""

    version: str
    pages: dict[str, str]
    files: dict[str, bytes]
    packed: dict[str, bytes]


def bundle(client: Path) -> Bundle:
    """The page of a folder. Raises ValueError: modules import each other in a circle, or in a way
    that this does not know, or say something that there are no words for."""
    index = (client / "index.html").read_text()
    styles = "".join(_plain_style(client / name) for name in _SHEET.findall(index))
    spoken = {name: PageWords(client, name) for name in LANGUAGES}
    scripts = {name: _scripts(client, words) for name, words in spoken.items()}
    every = [one for first, later in scripts.values() for one in (*first, *later)]
    told = styles + "".join(line.text for one in every for line in one.lines)
    version = hashlib.blake2b(told.encode(), digest_size=8).hexdigest()
    files = {f"page.{version}.css": styles.encode()}
    pages = dict[str, str]()
    for language, (first, later) in scripts.items():
        names = Names(version, language)
        files |= _files(first, later, names)
        pages[language] = _index(spoken[language].fill(index), names)
    # Here, so that the best level keeps nobody waiting: those of a first visit are 56 kB.
    packed = {name: gzip.compress(file, 9) for name, file in files.items()}
    return Bundle(version, pages, files, packed)


@cache
def bundle_once(client: Path) -> Bundle:
    """The same for a folder whose files stay as they are, put together once in a process: it takes
    0.2 s of CPU."""
    return bundle(client)


def _scripts(client: Path, words: PageWords) -> tuple[list[Module], list[Module]]:
    """The modules of the first script and those of the second, in a language."""
    first = _ordered(client, words, [ENTRY], set())
    wanted = [name for one in first for name in one.later]
    return first, _ordered(client, words, wanted, {one.name for one in first}, deep=True)


def _files(first: list[Module], later: list[Module], files: "Names") -> dict[str, bytes]:
    """Both scripts, and what leads from their lines to those of the modules."""
    names = [variable(module.name) for module in first]
    page = [*_joined(first), Line(f"export {{ {', '.join(names)} }};")]
    rest = [Line(f'import {{ {", ".join(names)} }} from "./{files.page}";'), *_joined(later)]
    rest.append(Line(f"export {{ {', '.join(variable(module.name) for module in later)} }};"))
    made = dict[str, bytes]()
    for name, lines in ((files.page, page), (files.later, rest)):
        script = "\n".join(line.text for line in lines).replace(LATER_FILE, files.later)
        made[name] = f"{script}\n//# sourceMappingURL={name}.map\n".encode()
        made[f"{name}.map"] = source_map(lines).encode()
    return made


@dataclass(frozen=True, slots=True)
class Names:
    """Of the files of a version in a language; those of the first language have no mark, as they
    had none before there were others."""

    version: str
    language: str

    @property
    def style(self) -> str:
        return f"page.{self.version}.css"

    @property
    def page(self) -> str:
        return f"page{self._mark}.{self.version}.js"

    @property
    def later(self) -> str:
        return f"later{self._mark}.{self.version}.js"

    @property
    def _mark(self) -> str:
        return "" if self.language == LANGUAGES[0] else f".{self.language}"


LATER_FILE: Final = "later.VERSION.js"


def variable(name: str) -> str:
    """The name that a module has within the scripts."""
    return "$" + re.sub(r"\W", "_", name.removesuffix(".js"))


def source_map(lines: Iterable[Line]) -> str:
    """Leads from each line of a script to the file and the line that it comes from (ECMA-426)."""
    sources = list(dict.fromkeys(line.source for line in lines if line.source))
    at, mappings = (0, 0), list[str]()
    for line in lines:
        if not line.source:
            mappings.append("")
            continue
        here = (sources.index(line.source), line.number)
        mappings.append("".join(map(_vlq, (0, here[0] - at[0], here[1] - at[1], 0))))
        at = here
    return json.dumps(
        {"version": 3, "sourceRoot": "/client/", "sources": sources, "mappings": ";".join(mappings)}
    )


def _vlq(number: int) -> str:
    """Five bits a letter, the lowest first; the sign is the lowest of all."""
    rest, letters = abs(number) << 1 | (number < 0), ""
    while True:
        rest, digit = rest >> 5, rest & 31
        letters += VLQ[digit | (32 if rest else 0)]
        if not rest:
            return letters


def _ordered(
    client: Path, words: PageWords, wanted: Iterable[str], known: Set[str], *, deep: bool = False
) -> list[Module]:
    """The modules that these need and that are not known, each after those that it imports;
    ``deep``: those too that they import when they are wanted."""
    done, found = set(known), list[Module]()
    if both := known & set(wanted):
        raise ValueError(f"imported at once and later: {', '.join(sorted(both))}")

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in done:
            return
        if name in above:
            raise ValueError(f"modules in a circle: {' -> '.join((*above, name))}")
        module = read_module(client, name, words)
        for one in module.imports:
            visit(one, (*above, name))
        done.add(name)
        found.append(module)
        for one in module.later if deep else ():
            visit(one, ())

    for name in wanted:
        visit(name, ())
    return found


def read_module(client: Path, name: str, words: PageWords) -> Module:
    """A module as a function of the scripts. Raises ValueError: it imports or exports in a way that
    this does not know, or says what there are no words for."""
    if name == TABLE:
        head = Line(f"const {variable(name)} = (() => {{")
        return Module(name, (head, Line("return { TABLE: {} };\n})();")), (), ())
    imports, exports = list[str](), list[str]()
    lines = [Line(f"const {variable(name)} = (() => {{")]
    for number, text in plain_lines((client / name).read_text()):
        if found := _IMPORT.match(text):
            for path, names in _parts_of(client, found[2], found[1].split(", "), name):
                imports.append(path)
                taken = ", ".join(names).replace(" as ", ": ")
                lines.append(Line(f"const {{ {taken} }} = {variable(path)};", name, number))
        else:
            if found := _EXPORT.match(text):
                exports.append(found[1])
            lines.append(Line(words.put_into(_EXPORT.sub("", text), name), name, number))
    if strange := [one.text for one in lines if re.match(r"(import|export)\b(?!\()", one.text)]:
        raise ValueError(f"{name}: {strange[0]}")
    later = [_path(one, name) for line in lines for one in _LATER.findall(line.text)]
    lines = [Line(_LATER.sub(_when_wanted, one.text), one.source, one.number) for one in lines]
    lines.append(Line(f"return {{ {', '.join(exports)} }};\n}})();"))
    return Module(name, tuple(lines), tuple(imports), tuple(later))


def _when_wanted(found: re.Match[str]) -> str:
    name = variable(found[1].removeprefix("./"))
    return f'import("./{LATER_FILE}").then(({{ {name} }}) => {name})'


def _parts_of(
    client: Path, specifier: str, names: Iterable[str], importer: str
) -> Iterator[tuple[str, list[str]]]:
    """The files that an import takes names from: of the client's module the parts that have them,
    since the page needs not all of it."""
    if specifier != CLIENT_MODULE:
        yield _path(specifier, importer), list(names)
        return
    parts = _client_parts(client)
    wanted: dict[str, list[str]] = {}
    for name in names:
        wanted.setdefault(parts[name.partition(" as ")[0]], []).append(name)
    yield from wanted.items()


@cache
def _client_parts(client: Path) -> dict[str, str]:
    """In which file of the client's module each name is."""
    index = "protocol/index.js"
    listed = [_LISTED.match(text) for _, text in plain_lines((client / index).read_text())]
    files = [_path(one[1], index) for one in listed if one]
    return {
        found[1]: file
        for file in files
        for _, text in plain_lines((client / file).read_text())
        if (found := _EXPORT.match(text))
    }


def _path(specifier: str, importer: str) -> str:
    """The file within the folder that an import names."""
    return (Path(importer).parent / specifier).as_posix()


def plain_lines(source: str) -> Iterator[tuple[int, str]]:
    """The lines of a file with their numbers from 0, without comments and indents."""
    bare = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), source)
    for number, line in enumerate(bare.split("\n")):
        if text := line.strip():
            yield number, text


def _joined(modules: Iterable[Module]) -> Iterator[Line]:
    for module in modules:
        for line in module.lines:
            for text in line.text.split("\n"):
                yield Line(text, line.source, line.number)


def _plain_style(path: Path) -> str:
    lines = _STYLE_COMMENT.sub("", path.read_text()).split("\n")
    return "".join(f"{text}\n" for line in lines if (text := line.strip()))


def _index(index: str, names: Names) -> str:
    """The page with one link instead of each kind's many."""
    for kind, link in (
        (_SHEET, f'  <link rel="stylesheet" href="/client/{names.style}">\n'),
        (_PRELOAD, f'  <link rel="modulepreload" href="/client/{names.page}">\n'),
    ):
        at = kind.search(index)
        if at is None:
            raise ValueError(f"index.html has nothing like {link.strip()}")
        index = index[: at.start()] + link + kind.sub("", index[at.start() :])
    return index.replace(f'src="/client/{ENTRY}"', f'src="/client/{names.page}"')
