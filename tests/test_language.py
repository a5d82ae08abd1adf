"""In which language somebody is answered, and what is said in it."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import count
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import pytest
from msgspec import Meta, Struct

from phosphene.api.problem_pages import explanation
from phosphene.errors import kinds
from phosphene.language import (
    LANGUAGE,
    LANGUAGES,
    LONGEST,
    catalog,
    choose_language,
    is_telling,
    name_drawn,
    name_thing,
    say,
    translate,
)
from phosphene.people.personal_data import load_personal_data, texts_to_translate
from phosphene.render.worker.embedded.nouns.cast import RELATIONS
from phosphene.render.worker.embedded.nouns.lexicon import Lexicon
from phosphene.render.worker.embedded.nouns.looks import VALUES
from phosphene.render.worker.embedded.nouns.noun_slots import gerund
from phosphene.trust.refusal_rules import load_rules


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("FR-be", "fr"),
        ("de,fr;q=0.4,en;q=0.3", "fr"),
        ("en;q=0.2, fr ; q=0.7", "fr"),
        ("en,fr", "en"),
        ("de", "en"),
        ("*", "en"),
        ("fr;q=0", "en"),
        ("fr;q=much,en;q=0.1", "en"),
        ("frr", "en"),
        (",;,;q=", "en"),
    ],
)
def test_the_browser_gets_what_it_likes_best(asked: str, given: str) -> None:
    assert choose_language(asked) == given


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("around", ["{}", "a=b; {}", "a=b;{}; c=d"])
def test_what_was_chosen_on_the_page_comes_first(language: str, around: str) -> None:
    cookie = around.format(f"phosphene_language={language}")
    for asked in ("fr", "en", ""):
        assert choose_language(asked, cookie) == language


@pytest.mark.parametrize("cookie", ["phosphene_language=xx", "not_phosphene_language=en", "x"])
def test_a_choice_that_nobody_could_make_counts_for_nothing(cookie: str) -> None:
    assert choose_language("fr", cookie) == "fr"


ROOT = Path(__file__).parent.parent
SERVER = ROOT / "server"
WEIGHTS = SERVER / "render" / "worker" / "embedded" / "weights"
FRENCH = catalog("fr")
OF_OPERATORS = (
    "blobs/opening.py",
    *("bus/", "cli/", "client/", "client_demo/", "fleet/", "likeness/worker/", "render/worker/"),
    *("instance_files.py", "settings.py", "people/identity_verifiers.py", "render/preflight.py"),
    "render/dispatch/model_settings.py",
    *(
        "store/filesystem.py",
        "store/postgres_rows.py",
        "store/row_copy.py",
        "store/one_query.py",
        "store/opening.py",
        "store/postgres_connection.py",
        "store/schema.py",
    ),
    *("stream/webrtc/ice_servers.py", "stream/webrtc/udp.py"),
    *(
        "trust/certificates.py",
        "trust/credentials.py",
        "trust/refusal_rules.py",
        "trust/rule_file.py",
        "trust/signing.py",
        "trust/trusted_films.py",
    ),
)
"""What a server that starts, or a command, tells who runs it: in English, as their logs are."""
OF_CLIPS = {"render/worker/failure.py", "fleet/offers.py"}
"""What ends up as the reason of a clip that failed."""
ALSO_OF_OPERATORS = {
    "an identity key needs {0} bytes",
    "{0} holds no key of {1} hexadecimal digits",
    "public_url is {0}, but people keep their names here by passkeys for {1}: with another domain"
    " they could sign in no more",
}


BY_MSGSPEC = re.compile(r"Expected `|Object missing|Invalid enum|JSON is malformed")


class Sent(Struct):
    text: Annotated[str, Meta(min_length=1, max_length=3, pattern="^x")]
    number: Annotated[int, Meta(ge=1, le=5)] = 1
    kind: Literal["one", "two"] = "one"


@cache
def trees() -> tuple[tuple[str, ast.Module], ...]:
    named = {path.relative_to(SERVER).as_posix(): path for path in sorted(SERVER.rglob("*.py"))}
    return tuple(
        (name, ast.parse(path.read_text(encoding="utf-8")))
        for name, path in named.items()
        if not name.startswith(OF_OPERATORS) or name in OF_CLIPS
    )


@cache
def constants() -> dict[str, ast.expr]:
    """The texts that have a name in a module."""
    return {
        node.target.id: node.value
        for _, tree in trees()
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value
    }


def texts(node: ast.expr, named: Mapping[str, ast.expr]) -> list[str]:
    """What an expression may say, with its values as ``{0}``, ``{1}``."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            number = count()
            said = (
                part.value if isinstance(part, ast.Constant) else f"{{{next(number)}}}"
                for part in parts
            )
            return ["".join(map(str, said))]
        case ast.Name(id=name) if name in named:
            return texts(named[name], {})
        case ast.BoolOp(values=parts):
            return [text for part in parts for text in texts(part, named)]
        case ast.IfExp(body=one, orelse=other):
            return texts(one, named) + texts(other, named)
    return []


@cache
def raised() -> dict[str, str]:
    """What our errors tell whoever called, and which module does."""
    names = {kind.__name__ for kind in kinds().values()} | {"PhospheneError"}
    named = constants()
    return {
        text: module
        for module, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args
        if node.func.id in names | {"say"}
        for text in texts(node.args[0], named)
        if text not in ALSO_OF_OPERATORS
    }


@pytest.mark.slow
def test_why_a_clip_failed_is_there_in_french() -> None:
    (failure,) = (tree for name, tree in trees() if name == "render/worker/failure.py")
    reasons = {
        text
        for function in failure.body
        if isinstance(function, ast.FunctionDef) and function.name == "failure_reason"
        for node in ast.walk(function)
        if isinstance(node, ast.Return) and node.value
        for text in texts(node.value, {})
    }
    assert len(reasons) >= 4
    assert reasons <= set(FRENCH.said)


def told() -> set[str]:
    """What is said of each kind of error, by the rules, and of what is stored."""
    rules = load_rules()
    assert rules.for_minors
    assert rules.for_likeness
    stricter = (*rules.for_minors.categories, *rules.for_likeness.categories)
    refusals = [one.message for one in (*rules.categories, *stricter)] + [
        spelling.group.message for spellings in rules.spellings.values() for spelling in spellings
    ]
    of_kinds = {text for kind in kinds().values() for text in (kind.title, explanation(kind))}
    return of_kinds | set(refusals) | set(texts_to_translate(load_personal_data()))


@pytest.mark.slow
def test_all_that_callers_are_told_is_there_in_french() -> None:
    missing = {text: module for text, module in raised().items() if text not in FRENCH.said}
    assert not missing
    assert not told() - set(FRENCH.said)


@pytest.mark.slow
def test_nothing_is_translated_that_nobody_says() -> None:
    written = {
        text
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant | ast.JoinedStr)
        for text in texts(node, {})
    }
    of_others = {"Not Found", "Method Not Allowed", "Input data was truncated"}
    unsaid = set(FRENCH.said) - written - told() - set(raised()) - of_others
    assert not {text for text in unsaid if not BY_MSGSPEC.match(text)}


def test_a_translation_has_the_places_of_its_text_and_is_set_as_french_is() -> None:
    for english, french in FRENCH.said.items():
        assert french.strip(), english
        plain = french.replace(":value}", "}")
        assert set(re.findall(r"\{\w+\}", plain)) == set(re.findall(r"\{\w+\}", english)), english
        loose = re.search(r"(?<!\u202f)[;:?!»](?!//| ?\w+:)|«(?!\u202f)|'|\.\.\.", plain)
        assert not loose or "http" in french or "subject:" in french or "=" in french, french


@pytest.fixture
def in_french() -> Iterator[None]:
    token = LANGUAGE.set("fr")
    yield
    LANGUAGE.reset(token)


def test_english_is_left_as_it_is() -> None:
    for text in ("no clip 01abc", "whatever", "send a, not b"):
        assert translate(text) == text
    assert say("no clip {0}", "x") == "no clip x"


@pytest.mark.usefixtures("in_french")
@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("no clip 01abc", "pas de clip 01abc"),
        ("no clip 01abc of yours", "tu n’as pas de clip 01abc"),
        ("this is for moderators", "c’est réservé à la modération"),
        ("the clip is unlisted: any page may show it without a token", None),
        # Somebody may be called so.
        ("nobody here is called @live", "personne ici ne s’appelle @live"),
        ("a prompt needs words", "il faut des mots à une scène"),
        (
            "Ada\nLovelace is a real person, and nobody is drawn here who has not agreed to it.",
            None,
        ),
        ("what an operator wrote", "what an operator wrote"),
        ("“quoted”", "“quoted”"),
        ("no clip " + "x" * LONGEST, "no clip " + "x" * LONGEST),
    ],
)
def test_a_text_is_known_by_what_stands_round_its_places(english: str, french: str | None) -> None:
    said = translate(english)
    assert said == french if french else said != english


def test_each_text_is_found_again_once_its_places_are_filled(in_french: None) -> None:
    for english, french in FRENCH.said.items():
        filled = re.sub(r"\{(\w+)\}", r"<\1>", english)
        if is_telling(english):
            assert translate(filled) == re.sub(r"\{(\w+)(:value)?\}", r"<\1>", french)


def test_everything_that_the_model_draws_has_a_name_and_an_article_in_french() -> None:
    concepts = Lexicon.load(WEIGHTS).concepts
    assert not set(concepts) - set(FRENCH.drawn)
    assert not {name for name in concepts if not FRENCH.drawn[name][0]}


def test_looks_and_relations_have_a_name_in_french() -> None:
    looks = {value for values in VALUES.values() for value in values}
    assert not (looks | set(RELATIONS)) - {"", *FRENCH.drawn}


def test_what_somebody_does_has_a_name_in_french() -> None:
    done = {gerund(action) for action in Lexicon.load(WEIGHTS).actions}
    assert not done - {*FRENCH.drawn}


def test_what_is_drawn_is_named_with_its_article(in_french: None) -> None:
    assert (name_drawn("hot-air-balloon"), name_thing("fox")) == ("montgolfière", "un renard")
    assert (name_drawn("red"), name_thing("new-thing")) == ("rouge", "a new thing")


def test_english_calls_things_what_they_are() -> None:
    assert (name_drawn("hot-air-balloon"), name_thing("owl")) == ("hot air balloon", "an owl")


@pytest.mark.parametrize(
    "sent",
    [
        b"{}",
        b'{"text": 1}',
        b'{"text": ""}',
        b'{"text": "xxxx"}',
        b'{"text": "y"}',
        b'{"text": "x", "number": 9}',
        b'{"text": "x", "number": 0}',
        b'{"text": "x", "kind": "three"}',
        b"{",
        b"what",
        b"[]",
    ],
)
def test_what_a_document_lacks_is_told_in_french(sent: bytes, in_french: None) -> None:
    with pytest.raises(msgspec.DecodeError) as failed:
        msgspec.json.decode(sent, type=Sent)
    assert translate(str(failed.value)) != str(failed.value)
