import json
from typing import get_args

import pytest
from msgspec.structs import replace

from phosphene.events import Notice
from phosphene.language import LANGUAGES, catalog
from phosphene.model import Person
from phosphene.notifications import NoticeKind
from phosphene.people.push_message import (
    BY_MORE,
    BY_OUTCOME,
    BY_TWO,
    MANY,
    WORDS,
    compose_message,
    sentence_of,
)
from phosphene.trust.web_push import LONGEST

BEN = Person("ben-id", "ben")
LIKED = Notice(id="n", kind="liked", actor=BEN, clip="c1", at=1.0)


def test_every_kind_has_its_words() -> None:
    assert set(WORDS) == set(get_args(NoticeKind))
    told = {*WORDS.values(), *BY_TWO.values(), *BY_MORE.values(), *BY_OUTCOME.values(), MANY}
    for language in LANGUAGES[1:]:
        assert told <= set(catalog(language).said)


@pytest.mark.parametrize(
    ("notice", "english", "french"),
    [
        (LIKED, "@ben liked your clip", "@ben aime ton clip"),
        (
            replace(LIKED, count=2),
            "@ben and 1 other liked your clip",
            "@ben et 1 autre personne aiment ton clip",
        ),
        (
            replace(LIKED, kind="followed", count=9),
            "@ben and 8 others follow you",
            "@ben et 8 autres personnes te suivent",
        ),
        (replace(LIKED, kind="finished"), "Your clip is finished", "Ton clip est terminé"),
        (
            replace(LIKED, kind="likeness_matched", clip="", outcome="no"),
            "An operator has looked: the face in that clip was somebody else's",
            "Un opérateur a regardé : le visage de ce clip était celui de quelqu’un d’autre",
        ),
    ],
)
def test_what_a_notice_says(notice: Notice, english: str, french: str) -> None:
    assert (sentence_of(notice, "en"), sentence_of(notice, "fr")) == (english, french)


def test_it_is_said_in_the_browsers_language() -> None:
    french = json.loads(compose_message([LIKED, LIKED], 2, "", "fr").body)["notification"]
    assert (french["title"], french["lang"]) == ("2 nouveautés pour toi", "fr")
    assert json.loads(compose_message([LIKED], 2, "", "xx").body)["notification"]["lang"] == "en"


def test_a_press_leads_to_what_it_tells_of() -> None:
    for notice, path in (
        (LIKED, "/?clip=c1"),
        (replace(LIKED, kind="followed", clip=""), "/@ben"),
        (replace(LIKED, kind="decided", clip=""), "/?sheet=inbox"),
    ):
        said = json.loads(compose_message([notice], 1, "https://x.example", "en").body)
        assert said["notification"]["navigate"] == f"https://x.example{path}"


def test_many_are_one_with_the_newest_first() -> None:
    notices = [replace(LIKED, actor=Person(name, name), clip=name) for name in "abcde"]
    message = compose_message(notices, 12, "", "en")
    said = json.loads(message.body)
    assert said["app_badge"] == 12
    assert said["notification"]["title"] == "5 new things for you"
    assert said["notification"]["body"].split("\n") == [f"@{one} liked your clip" for one in "abc"]
    assert said["notification"]["navigate"] == "/?sheet=inbox"
    assert message.urgency == "low"
    # Of the next one likewise: what was not delivered yet is replaced.
    assert message.topic == compose_message(notices[1:], 12, "", "en").topic
    assert compose_message(notices[1:2], 12, "", "en").topic != message.topic


def test_who_writes_to_one_is_more_urgent_than_who_likes() -> None:
    replied = replace(LIKED, kind="replied")
    assert compose_message([LIKED, replied], 2, "", "en").urgency == "normal"


def test_the_longest_there_can_be_fits() -> None:
    long = replace(LIKED, kind="commented", text="\U0001f98a" * 500, actor=Person("x", "h" * 24))
    for notices in ([long], [replace(long, clip=str(one)) for one in range(20)]):
        assert len(compose_message(notices, 99, "https://" + "x" * 200, "en").body) < LONGEST
