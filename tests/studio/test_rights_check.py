"""What the registry of rights says of a text that names several entries."""

from datetime import date

from phosphene.rights import Right
from phosphene.studio.rights_check import judge_rights, make_layer
from phosphene.studio.rights_found import ASKS

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
    asked = judge_rights("Quarnifex at sea", "", LAYER).refusal
    assert asked is not None
    assert asked.code == ASKS


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
