"""The page as it is sent: two scripts and one style of all its files, without a build."""

import gzip
import json
import re
import shutil
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from phosphene.api.bundle import VLQ, Line, bundle, source_map
from tests.api.bundled import CLIENT, bundled_page

MOST = 60_000
FOR_OTHERS = ("index", "follow", "whep_viewer")
"""Bytes of script and style, compressed, before the first picture: 0.3 s of 1.6 Mbit/s."""


def script(name: str) -> str:
    return bundled_page().files[f"{name}.{bundled_page().version}.js"].decode()


def lines(mapping: str) -> list[tuple[int, int] | None]:
    """The number of the source and of its line, for each line of the script."""
    found, source, number = list[tuple[int, int] | None](), 0, 0
    for group in mapping.split(";"):
        values, value, shift = list[int](), 0, 0
        for letter in group:
            digit = VLQ.index(letter)
            value, shift = value | (digit & 31) << shift, shift + 5
            if digit < 32:
                values.append(-(value >> 1) if value & 1 else value >> 1)
                value = shift = 0
        if values:
            source, number = source + values[1], number + values[2]
        found.append((source, number) if values else None)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("language", "mark"), [("en", ""), ("fr", ".fr")])
def test_what_a_first_visit_needs_is_two_small_files(language: str, mark: str) -> None:
    needed = (f"page.{bundled_page().version}.css", f"page{mark}.{bundled_page().version}.js")
    asked = re.findall(r'(?:href|src)="/client/(page[^"]*)"', bundled_page().pages[language])
    assert asked == [*needed, needed[1]]
    assert sum(len(gzip.compress(bundled_page().files[name])) for name in needed) < MOST


def test_every_module_is_in_one_of_the_scripts() -> None:
    both = script("page") + script("later")
    for path in (*CLIENT.glob("*.js"), *(CLIENT / "protocol").glob("*.js")):
        name = path.relative_to(CLIENT).as_posix().removesuffix(".js")
        if name in {"sw", "verify", *(f"protocol/{one}" for one in FOR_OTHERS)}:  # or of its own
            continue
        assert both.count(f"const ${re.sub(r'[^a-z]', '_', name)} = (() => {{") == 1, name
    assert "/**" not in both
    assert f'from "./page.{bundled_page().version}.js"' in script("later")
    assert f'import("./later.{bundled_page().version}.js")' in script("page")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["page", "later"])
def test_a_source_map_leads_to_the_lines_of_the_files(name: str) -> None:
    found = json.loads(bundled_page().files[f"{name}.{bundled_page().version}.js.map"])
    for text, at in zip(script(name).split("\n"), lines(found["mappings"]), strict=False):
        if at is None or "} = $" in text:  # an import
            continue
        source = (CLIENT / found["sources"][at[0]]).read_text().split("\n")[at[1]]
        # What is said stands in its file by a key.
        word = re.findall(r"\w+", re.sub(r'"[^"]*"', "", text))[-1:]
        assert not word or word[0] in source, (found["sources"][at[0]], at[1], text)


def test_numbers_of_a_source_map_have_signs_and_any_size() -> None:
    numbers = [0, 15, 16, 700, 3, 40_000, 39_999]
    made = source_map([Line("x", "a.js", number) for number in numbers])
    assert lines(json.loads(made)["mappings"]) == [(0, number) for number in numbers]
    assert any(after < before for before, after in pairwise(numbers))


def test_each_language_has_its_words_where_they_are_said_and_no_table_of_them() -> None:
    page, french = script("page"), script("page.fr")
    assert 't("Like")' in page
    assert 't("J’aime")' in french
    for said in (page, french, script("later"), script("later.fr")):
        assert "rail.like" not in said
    assert '<html lang="fr">' in bundled_page().pages["fr"]
    assert "{{" not in bundled_page().pages["fr"] + bundled_page().pages["en"]
    assert f'from "./page.fr.{bundled_page().version}.js"' in script("later.fr")
    assert f'import("./later.fr.{bundled_page().version}.js")' in french


def folder(path: Path, **modules: str) -> Path:
    shutil.copytree(CLIENT / "words", path / "words")
    (path / "index.html").write_text((CLIENT / "index.html").read_text())
    for sheet in CLIENT.glob("*.css"):
        (path / sheet.name).touch()
    for name, text in modules.items():
        (path / f"{name}.js").write_text(text)
    return path


@pytest.mark.parametrize(
    ("modules", "said"),
    [
        (
            {
                "main": 'import { a } from "./one.js";\n',
                "one": 'import { b } from "./two.js";\nexport const a = b;\n',
                "two": 'import { a } from "./one.js";\nexport const b = a;\n',
            },
            "in a circle: main.js -> one.js -> two.js -> one.js",
        ),
        ({"main": 'import all from "./one.js";\n'}, "main.js: import all"),
        ({"main": "export default 1;\n"}, "main.js: export default"),
        ({"main": 't("no.such.key");\n'}, "main.js: no words for no.such.key in en"),
        (
            {
                "main": 'import { a } from "./one.js";\nimport("./one.js");\n',
                "one": "export const a = 1;\n",
            },
            "at once and later: one.js",
        ),
    ],
)
def test_what_cannot_be_joined_is_said(tmp_path: Path, modules: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        bundle(folder(tmp_path, **modules))


@pytest.mark.asyncio
async def test_the_files_are_kept_for_a_year_and_compressed(http: httpx.AsyncClient) -> None:
    page = await http.get("/")
    assert page.headers["content-encoding"] == "gzip"
    for name in bundled_page().files:
        answer = await http.get(f"/client/{name}")
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.content == bundled_page().files[name]
    plain = await http.get(f"/client/{name}", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == bundled_page().files[name]


@pytest.mark.asyncio
async def test_the_page_of_another_release_gets_files_under_its_names(
    http: httpx.AsyncClient,
) -> None:
    answer = await http.get("/client/later.0123456789abcdef.js")
    assert answer.headers["cache-control"] == "no-cache"
    assert 'from "./page.0123456789abcdef.js"' in answer.text
    assert (await http.get("/client/page.short.js")).status_code == 404
