"""The words of the page: the same in every language, each said somewhere, and none outside."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from phosphene.api.page_words import IN_MARKUP, SAID, Message, PageWords
from phosphene.language import LANGUAGES, NAMES

CLIENT = Path(__file__).parents[2] / "client_demo"
MARKUP = (CLIENT / "index.html", CLIENT / "manifest.webmanifest")
SCRIPTS = sorted(
    script for folder in ("", "embed", "rights") for script in (CLIENT / folder).glob("*.js")
)
CATEGORIES = {"en": {"one", "other"}, "fr": {"one", "other"}}
"""Plural categories (CLDR) that a message for a number says; French has ``many`` for a million,
where ``other`` says the same but for its "de"."""
_COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*$", re.DOTALL | re.MULTILINE)
_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"(?!\.split)|`((?:[^`\\]|\\.)*)`')
_MARKUP = re.compile(r'\$\{(?:[^{}]|\{[^}]*\})*\}|<[^>]*?(?: aria-label="([^"]*)"[^>]*)?>')


def read(language: str) -> dict[str, Message]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len(dict(pairs)) == len(pairs), [key for key, _ in pairs]
        return dict(pairs)

    text = (CLIENT / "words" / f"{language}.json").read_text(encoding="utf-8")
    messages: dict[str, Message] = json.loads(text, object_pairs_hook=unique)
    return messages


WORDS = {language: read(language) for language in LANGUAGES}


def forms(message: Message) -> list[str]:
    return [message] if isinstance(message, str) else list(message.values())


def places(message: Message) -> set[str]:
    return {name for text in forms(message) for name in re.findall(r"\{(\w+)\}", text)}


def name_of(script: Path) -> str:
    return script.relative_to(CLIENT).as_posix()


def code(script: Path) -> str:
    return _COMMENT.sub("", script.read_text(encoding="utf-8"))


def test_every_language_says_the_same_things_in_the_same_order() -> None:
    assert sorted(path.stem for path in (CLIENT / "words").iterdir()) == sorted(LANGUAGES)
    first, *others = WORDS.values()
    for other in others:
        assert list(other) == list(first)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_has_the_places_and_the_forms_that_it_needs(language: str) -> None:
    for key, message in WORDS[language].items():
        assert all(text.strip() for text in forms(message)), key
        assert places(message) == places(WORDS["en"][key]), key
        if not isinstance(message, str):
            assert set(message) == CATEGORIES[language], key


def test_french_is_set_as_french_is() -> None:
    for key, message in WORDS["fr"].items():
        for text in forms(message):
            assert not re.search(r"(?<!\u202f)[;:?!»](?!//)|«(?!\u202f)|'|\.\.\.", text), (
                key,
                text,
            )


def test_each_language_is_offered_by_its_own_name() -> None:
    offered = re.findall(r'(\w+): "(\w+)"', (CLIENT / "language.js").read_text())
    assert dict(offered) == NAMES


def test_each_message_is_said_and_each_that_is_said_is_there() -> None:
    said = {key for path in MARKUP for key in IN_MARKUP.findall(path.read_text())}
    for script in SCRIPTS:
        text = code(script)
        # A key that is put together could not be found, neither here nor by the bundle.
        assert not re.search(r'\b(?:t|parts)\((?!")', text.replace("(t(", "(")), script.name
        said |= {key for _, key in SAID.findall(text)}
    assert said == set(WORDS["en"])


def test_the_markup_has_words_by_their_keys_only() -> None:
    page = re.sub(r"<head>.*</head>", "", MARKUP[0].read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.findall(r' (?:aria-label|title|alt|placeholder)="(?!\{\{)[^"]+"', page)
    told = {text.strip() for text in re.split(r"<[^>]*>", page)} - {""}
    names = {"phosphene", "J", "K", "L", "N", "?"}
    assert not {text for text in told - names if not IN_MARKUP.fullmatch(text)}


def is_for_people(text: str) -> bool:
    """Whether a string holds words: letters with a space between, or one that begins as sentences
    and labels do."""
    if ":host" in text:  # styles
        return False
    plain = _MARKUP.sub(lambda found: found[1] or "|", text).strip("| \n")
    return bool(re.search(r"[A-Za-z]{2} [A-Za-z]", plain) or re.fullmatch(r"[A-Z][a-z]+.*", plain))


# What begins as words do and is none: names of the platform's own, of keys and of others.
NAMES_OF_CODE = re.compile(
    r"PushManager|Notification|AbortError|dark brown|"
    r"Arrow\w+|Page\w+|Home|End|Enter|Escape|Not\w+Error|Bearer.*|Content-Type|Mac OS X|Edge|"
    r"phosphene verify .*|Opera|English|Français|Phosphene|CC BY.* 4.0|Arrow|"
    r"common words|other letters|somebody else's entry|an estate|"  # conflicts of entries
    r"icon icon-.*|\$\{how\}State"
)


@pytest.mark.parametrize("script", SCRIPTS, ids=name_of)
def test_no_words_stand_in_the_code(script: Path) -> None:
    found = [one or two for one, two in _STRING.findall(code(script))]
    words = [text for text in found if is_for_people(text) and not NAMES_OF_CODE.fullmatch(text)]
    assert not words


def test_words_are_written_as_the_document_that_they_stand_in_has_them(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    told = {"a": 'it\'s "<b>"', "n": {"one": "a clip", "other": "{n} clips"}}
    (tmp_path / "words" / "en.json").write_text(json.dumps(told))
    words = PageWords(tmp_path, "en")
    assert words.fill("<p>{{a}}</p>") == "<p>it&#x27;s &quot;&lt;b&gt;&quot;</p>"
    assert json.loads(words.fill_json('{"description": "{{a}}"}')) == {"description": told["a"]}
    with pytest.raises(ValueError, match="the markup: n is said of a number"):
        words.fill("<p>{{n}}</p>")
