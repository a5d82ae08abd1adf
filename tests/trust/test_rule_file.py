"""Rules in layers: what is added, what does not hold any more, what is said of a broken one."""

from datetime import date
from pathlib import Path

import pytest

from phosphene.errors import BadInput
from phosphene.trust.policy import decide
from phosphene.trust.refusal_rules import load_rules

SITE = """
version = "site-1"
innocent = ["mickey the plumber"]
without = ["names/character/simba", "categories/hate"]

[[names]]
kind = "character"
code = "character"
message = "{name} belongs to {holder}."
en = "a robot"
fr = "un robot"
list = [
  { name = "Zorbleflux", holder = "Ada", until = 2027-03-01 },
]
"""


def site(tmp_path: Path, text: str = SITE) -> str:
    file = tmp_path / "site.toml"
    file.write_text(text)
    return f"shipped {file}"


def test_a_layer_adds_to_those_before(tmp_path: Path) -> None:
    rules = load_rules(site(tmp_path), date(2027, 1, 1))
    own, shipped = decide("zorbleflux at sea", rules), decide("mickey mouse at sea", rules)
    assert own is not None
    assert own.rule == "names/character/zorbleflux"
    assert own.message == "Zorbleflux belongs to Ada."
    assert shipped is not None
    assert decide("mickey the plumber at work", rules) is None


@pytest.mark.slow
def test_a_layer_says_what_does_not_hold(tmp_path: Path) -> None:
    rules = load_rules(site(tmp_path), date(2027, 1, 1))
    for text in ("simba at sunset", "a swastika", "kill the jews"):
        assert decide(text, load_rules()) is not None
        assert decide(text, rules) is None


def test_a_layer_is_without_one_rule_of_a_code(tmp_path: Path) -> None:
    text = 'version = "site-1"\nwithout = ["categories/hate/calls"]\n'
    rules = load_rules(site(tmp_path, text), date(2027, 1, 1))
    assert decide("exterminate all refugees", rules) is None
    assert decide("a swastika", rules) is not None


@pytest.mark.slow
def test_a_name_holds_until_its_day_has_passed(tmp_path: Path) -> None:
    layers = site(tmp_path)
    assert decide("zorbleflux at sea", load_rules(layers, date(2027, 3, 1))) is not None
    assert decide("zorbleflux at sea", load_rules(layers, date(2027, 3, 2))) is None


@pytest.mark.slow
def test_the_version_names_every_layer(tmp_path: Path) -> None:
    version, shipped = load_rules(site(tmp_path)).version, load_rules().version
    assert version.startswith(f"{shipped.partition('+')[0]}+site-1+")
    assert version != load_rules(site(tmp_path, SITE + "# seen by two\n")).version


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('version = "1"\nwithout = ["names/character/simbad"]', "simbad"),
        ('version = "1"\nwithin = ["names/character/simba"]', "within"),
        ('version = "1"\n[[names]]', "kind"),
    ],
)
def test_what_a_layer_says_wrong_is_said_with_its_name(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(BadInput, match=rf"site\.toml.*{why}"):
        load_rules(site(tmp_path, text))


def test_a_file_may_have_spaces_in_its_name(tmp_path: Path) -> None:
    file = tmp_path / "my own rules.toml"
    file.write_text('version = "mine"')
    assert decide("mickey mouse", load_rules(file)) is None
