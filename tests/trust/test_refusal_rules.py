"""Rule files: the one that ships holds together, a broken one is named."""

from datetime import date
from pathlib import Path
from unicodedata import name

import pytest

from phosphene.errors import BadInput
from phosphene.trust.policy import decide
from phosphene.trust.refusal_rules import load_rules
from phosphene.trust.rule_file import SHIPPED, merged_rules, read_layers

OWN = """
version = "mine"
innocent = ["grumble bee"]

[[categories]]
code = "rude"
message = "Be kind."
phrases = ["grumble"]

[[names]]
kind = "brand"
code = "brand"
message = "{name} is ours."
en = "a thing"
fr = "une chose"
list = [{ name = "Zorbleflux" }]
"""


def test_an_operator_may_have_rules_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(OWN)
    rules = load_rules(file)
    rude, brand = decide("do not grumble", rules), decide("a zorbleflux at night", rules)
    assert rude is not None
    assert (rude.code, rude.rule, rude.message) == ("rude", "categories/rude", "Be kind.")
    assert brand is not None
    assert (brand.message, brand.allowed) == ("Zorbleflux is ours.", "a thing at night")
    assert decide("a grumble bee", rules) is None
    assert decide("Mickey Mouse", rules) is None


@pytest.mark.slow
def test_the_version_tells_an_edited_copy(tmp_path: Path) -> None:
    shipped = read_layers(SHIPPED)[0].text.encode()
    copy = tmp_path / "rules.toml"
    copy.write_bytes(shipped)
    assert load_rules(copy).version == load_rules().version
    copy.write_bytes(shipped + b"# mine\n")
    assert load_rules(copy).version != load_rules().version


@pytest.mark.parametrize(
    "text",
    [
        "",
        "version = 3",
        'version = "1"\nunknown = 1',
        'version = "1"\n[[categories]]\ncode = "a"',
        'version = "1"\ninnocent = ["!!!"]',
        'version = "1"\n[[categories]]\ncode = "a"\nmessage = "b"\nphrases = [""]',
        'version = "1"\n[[names]]\nkind="k"\ncode="c"\nmessage="m"\nen="e"\nfr="f"\n'
        'list=[{name="???"}]',
        "not toml at all",
        "\x00",
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(BadInput, match=r"mine\.toml"):
        load_rules(file)


def test_a_missing_or_binary_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nowhere"):
        load_rules(tmp_path / "nowhere")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="binary"):
        load_rules(tmp_path / "binary")


def test_no_shipped_name_mixes_letters() -> None:
    """Of such a one only the Latin part would be looked for: of "40k" in two scripts, 40k."""
    groups = merged_rules(read_layers(SHIPPED), date.today()).names
    spellings = {text for g in groups for n in g.list for text in (n.name, *n.also, *n.unclear)}
    letters = {text: [name(one, "") for one in text if one.isalpha()] for text in spellings}
    latin = {text: [one.startswith("LATIN") for one in names] for text, names in letters.items()}
    assert [text for text, found in latin.items() if any(found) and not all(found)] == []


def test_what_stays_allowed_of_a_name_is_part_of_its_entry(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(OWN.replace('"Zorbleflux"', '"Zorbleflux", innocent = ["zorbleflux tree"]'))
    rules = load_rules(file)
    assert decide("under a zorbleflux tree", rules) is None
    assert decide("a zorbleflux under a tree", rules) is not None
