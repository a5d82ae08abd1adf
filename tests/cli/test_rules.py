"""``phosphene rules``, as an operator uses it."""

from pathlib import Path

import pytest

from phosphene.__main__ import main

pytestmark = pytest.mark.slow

LIST = "label,aliases,kind\nZorble Fluxington,Zorbie Flux,character\nBright Star,,character\n"


def test_a_list_becomes_a_layer_that_is_tried_and_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    names, made = tmp_path / "names.csv", tmp_path / "names.toml"
    names.write_text(LIST)
    assert main(["rules", "import", str(names), "--to", str(made)]) == 0
    said = capsys.readouterr().out
    assert "1 names in 2 spellings" in said
    assert "left out, common words: Bright Star" in said
    assert main(["rules", "import", str(names), "--to", str(made)]) == 1
    assert "is there already" in capsys.readouterr().err
    harsh = a_rule_against_rain(tmp_path)
    assert main(["rules", "test", str(made), str(harsh)]) == 3
    assert "new: categories/rain" in capsys.readouterr().out
    monkeypatch.setenv("PHOSPHENE_RULES", f"shipped {made}")
    assert main(["render", "zorbie flux", "-o", str(tmp_path / "no.mp4")]) == 1
    assert "Zorble Fluxington belongs to" in capsys.readouterr().err


def a_rule_against_rain(folder: Path) -> Path:
    file = folder / "harsh.toml"
    file.write_text(
        'version = "1"\n[[categories]]\ncode = "rain"\nmessage = "No rain."\nphrases = ["rain"]\n'
    )
    return file


def test_rules_that_refuse_nobody_who_is_innocent_pass(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names, made = tmp_path / "names.csv", tmp_path / "names.toml"
    names.write_text(LIST)
    assert main(["rules", "import", str(names), "--to", str(made)]) == 0
    assert main(["rules", "test", str(made)]) == 0
    assert "harmless prompts refused" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "one,two\n1,2\n", "label\nBright Star\n"])
def test_a_list_of_nothing_makes_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    names, made = tmp_path / "names.csv", tmp_path / "names.toml"
    names.write_text(text)
    assert main(["rules", "import", str(names), "--to", str(made), "--kind", "person"]) == 1
    assert str(names) in capsys.readouterr().err
    assert not made.exists()
