"""Lists of names that others keep, as rules."""

import json
from datetime import date

import pytest

from phosphene.cli.name_import import ImportedName, plan_import, read_names, rule_file_text
from phosphene.errors import BadInput
from phosphene.trust.policy import decide
from phosphene.trust.refusal_rules import Rules
from phosphene.trust.rule_file import Layer, merged_rules, read_layers
from tests.trust.shipped import RULES

GROUPS = merged_rules(read_layers(""), date(2027, 1, 1)).names
WANTED = ImportedName(
    "Zorble Fluxington", holder="Ada", until=date(2030, 1, 1), aliases={"Zorbie Flux": None}
)


def answer(**cells: str) -> dict[str, object]:
    return {key: {"type": "literal", "value": value} for key, value in cells.items()}


@pytest.mark.parametrize(
    "text",
    [
        "label,aliases,holder,until\nZorble Fluxington,Zorbie Flux,Ada,2030-01-01\n",
        "\ufeffName;Also;Holder;Until\nZorble Fluxington;Zorbie Flux;Ada;2030-01-01\n",
        'item\titemLabel\titemAltLabel\townerLabel\tendDate\nQ1\t"Zorble Fluxington"\t'
        "Zorbie Flux\tAda\t2030-01-01T00:00:00Z\n",
        "item,itemLabel,ownerLabel,until\nQ1,Zorble Fluxington,Ada,2030-01-01\nQ1,Zorbie Flux,,\n",
        json.dumps(
            {
                "results": {
                    "bindings": [
                        answer(
                            item="http://www.wikidata.org/entity/Q1",
                            itemLabel="Zorble Fluxington",
                            itemAltLabel="Zorbie Flux",
                            ownerLabel="Ada",
                            until="2030-01-01T00:00:00Z",
                        )
                    ]
                }
            }
        ),
        json.dumps(
            [{"label": "Zorble Fluxington", "aliases": ["Zorbie Flux"], "holder": "Ada",
              "until": "2030-01-01"}]
        ),
    ],
)  # fmt: skip
def test_every_form_says_the_same(text: str) -> None:
    assert read_names(text) == [WANTED]


def test_an_entity_of_wikidata_has_all_its_languages() -> None:
    entity = {
        "id": "Q1",
        "labels": {"fr": {"value": "Zorble le Grand"}, "en": {"value": "Zorble Fluxington"}},
        "aliases": {"de": [{"value": "Zorbel"}]},
    }
    (name,) = read_names(json.dumps({"entities": {"Q1": entity}}))
    assert (name.name, [*name.aliases]) == ("Zorble Fluxington", ["Zorble le Grand", "Zorbel"])


def test_names_of_a_list_are_not_cut_at_their_commas() -> None:
    listed = [{"label": "Zorble", "aliases": ["Zorble Davis, Junior"], "holder": ["Ada", "Bo"]}]
    (name,) = read_names(json.dumps(listed))
    assert ([*name.aliases], name.holder) == (["Zorble Davis, Junior"], "Ada, Bo")
    (name,) = read_names("label;aliases\nZorble;Zorble One, Zorble Two\n")
    assert [*name.aliases] == ["Zorble One", "Zorble Two"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("one,two\n1,2\n", "label"),
        ("label,until\nZorble,soon\n", "soon"),
        ("{", "JSON"),
        ('{"a": 1}', "neither"),
        ("[1]", "objects"),
    ],
)
def test_a_list_that_cannot_be_read_says_why(text: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        read_names(text)


def test_an_imported_name_is_refused_and_its_layer_reads_as_it_was_meant() -> None:
    made = plan_import([WANTED], "character", "list-1", RULES, GROUPS)
    assert (made.names, made.spellings, made.left_out) == (1, 2, ())
    layer = Layer("it", rule_file_text(made.file, ["of Ada's"]))
    again = merged_rules([layer], date(2027, 1, 1))
    assert again == made.file
    refusal = decide("zorbie flux at sea", Rules(again, "list-1"))
    assert refusal is not None
    assert refusal.rule == "names/character/zorble-fluxington"


@pytest.mark.parametrize(
    ("spelling", "why"),
    [
        ("Bright Star", "common words"),
        ("Yo", "too short"),
        ("★★★", "no letters"),
        ("Mickey Mouse", "refused already"),
        ("mickeymouse", "refused already"),
        ("Zorbie  Flux!", "twice"),
    ],
)
def test_what_would_refuse_the_innocent_is_left_out_and_said(spelling: str, why: str) -> None:
    other = ImportedName("Quixolotl", aliases={spelling: None})
    made = plan_import([WANTED, other], "character", "1", RULES, GROUPS)
    (left,) = made.left_out
    assert (left.name, left.spelling, left.why) == ("Quixolotl", spelling, why)
    assert made.spellings == 3


def test_a_kind_that_is_none_is_said() -> None:
    with pytest.raises(BadInput, match="'planet' is none of brand, character, person"):
        plan_import([WANTED], "planet", "1", RULES, GROUPS)
