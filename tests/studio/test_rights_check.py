"""What the registry of rights says of a text that names several entries."""

from datetime import date

import pytest
from msgspec.structs import replace

from phosphene.errors import Stage
from phosphene.meaning.meaning_messages import CloseWork, TextRead
from phosphene.rights import Right
from phosphene.studio.dialogue import Dialogue, join_dialogue
from phosphene.studio.rights_check import judge_rights, make_layer
from phosphene.studio.rights_descriptions import (
    Described,
    described_rights,
    find_described,
    judge_described,
)
from phosphene.studio.rights_found import ASKS, PREFIX
from phosphene.trust.close_works import closeness_thresholds

TODAY = date(2026, 11, 30)


def right(name: str, **told: object) -> Right:
    given = {"kind": "character", "state": "confirmed", "holder": "H.", "domain": "h.example"}
    given |= {"name": name, "id": name, "terms": "ask us"}
    return Right(**(given | told), at=0.0)  # type: ignore[arg-type]


LAYER = make_layer(
    1,
    (
        right("Quarnifex", state="asks", mode="refuse"),
        right("Zorbleflux", mode="refuse"),
        right("Blivenka", mode="licence", licensed=("anna",)),
        right("Trovandik", mode="licence", licensed=("ben",)),
    ),
    TODAY,
)


def test_a_question_hides_no_refusal() -> None:
    for text in ("Quarnifex and Zorbleflux", "Zorbleflux and Quarnifex"):
        refusal = judge_rights(text, "", LAYER).refusal
        assert refusal is not None
        assert refusal.code == "rights"
    found = judge_rights("Quarnifex at sea", "", LAYER)
    assert found.refusal is not None
    assert (found.refusal.code, found.claimed) == (ASKS, True)


def test_each_of_several_wants_its_licence() -> None:
    alone = judge_rights("Blivenka at sea", "anna", LAYER)
    assert alone.refusal is None
    assert [one.name for one in alone.licences] == ["Blivenka"]
    for text in ("Blivenka meets Trovandik", "Blivenka meets Zorbleflux"):
        refusal = judge_rights(text, "anna", LAYER).refusal
        assert refusal is not None
        assert refusal.code == "rights"
    asked = judge_rights("Blivenka meets Quarnifex", "anna", LAYER)
    assert asked.refusal is not None
    assert asked.refusal.code == ASKS
    assert [one.name for one in asked.licences] == ["Blivenka"]


def remix(*before: str, stage: Stage = "remix") -> Dialogue:
    return Dialogue(stage, before)


def test_a_remix_draws_what_its_parents_name_and_a_name_in_two_parts_is_one() -> None:
    for before, text in (("Zorbleflux at sea", "at night"), ("a big Zorb", "leflux at sea")):
        refusal = judge_rights(text, "", LAYER, remix(before)).refusal
        assert refusal is not None
        assert (refusal.code, refusal.stage, refusal.allowed) == ("rights", "remix", None)
    owned = judge_rights("at night", "anna", LAYER, remix("Blivenka at sea"))
    assert [one.name for one in owned.licences] == ["Blivenka"]
    assert owned.refusal is None
    assert judge_rights("at night", "eve", LAYER, remix("Blivenka at sea")).refusal is not None


def test_what_was_asked_before_has_been_answered() -> None:
    assert judge_rights("at night", "", LAYER, remix("Quarnifex at sea")).refusal is None
    for text, before in (("Quarnifex", "Quarnifex"), ("nifex at sea", "the Quar")):
        assert judge_rights(text, "", LAYER, remix(before)).refusal is not None


def test_a_line_answers_for_what_it_adds() -> None:
    on_air = remix("Blivenka and Zorbleflux at sea", stage="steering")
    assert judge_rights("at night", "eve", LAYER, on_air).refusal is None
    assert judge_rights("Blivenka jumps", "eve", LAYER, on_air).refusal is not None
    split = remix("Blivenka at sea with Zorb", stage="steering")
    refusal = judge_rights("leflux jumps", "eve", LAYER, split).refusal
    assert refusal is not None
    assert refusal.stage == "steering"


DESCRIBED = ("a purple lizard with a brass monocle", "it repairs clocks", "an island of clocks")
LIZARD = right("Zorbleflux", mode="licence", licensed=("anna",), described=DESCRIBED)
SHARED = ("lizard", "brass", "monocle", "clocks", "snail")


def closest(score: float, shared: tuple[str, ...] = SHARED) -> TextRead:
    return TextRead(0, (CloseWork(PREFIX + LIZARD.id, score, shared),))


def test_only_what_was_confirmed_describes_and_a_look_alike_is_only_asked() -> None:
    assert described_rights([replace(LIZARD, state="asks")], TODAY) == {}
    known = Described(described_rights([LIZARD], TODAY), works=100)
    ask, refuse = closeness_thresholds(100)
    sure, close = refuse + 0.1, (ask + refuse) / 2
    refused = judge_described(closest(sure), "eve", known)
    assert refused.refusal is not None
    assert (refused.refusal.code, refused.refusal.rule) == ("rights", "rights/Zorbleflux")
    assert "ask us" in refused.refusal.message
    for score, shared in ((sure, SHARED[:4]), (close, SHARED)):
        asked = judge_described(closest(score, shared), "eve", known).refusal
        assert asked is not None
        assert (asked.code, asked.ask, asked.layer) == (ASKS, True, "meaning")
    for far in (closest(ask - 0.01), closest(sure, SHARED[:2])):
        assert judge_described(far, "eve", known).refusal is None
    licensed = judge_described(closest(sure), "anna", known)
    assert (licensed.refusal, [one.name for one in licensed.licences]) == (None, ["Zorbleflux"])


@pytest.mark.asyncio
async def test_a_description_over_several_texts_is_one() -> None:
    known = Described(described_rights([LIZARD], TODAY), works=100)

    async def read(text: str) -> TextRead:
        return closest(0.9 if "monocle" in text else 0.3)

    for before, on_air, refused in (
        (("a monocle",), False, True),
        (("a monocle",), True, False),
        (("a lizard",), False, False),
    ):
        said = join_dialogue("at night", remix(*before))
        found = await find_described(said, "", known, read, on_air=on_air)
        assert (found.refusal is not None) == refused
