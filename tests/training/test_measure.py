"""Prompts to measure with, counting, intervals, sheets and the report's table."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from server.render.theatre.compositor import HEIGHT, WIDTH
from server.render.theatre.vocabulary import PLATES, SLOTS, held_out
from training.gallery import gallery
from training.measure import GROUPS, Case, Outcome, cases, plain, tally, wilson
from training.report import figures, fit, missed
from training.sheets import curve, rgb, write

VALUES = {
    "subject": "fox",
    "colour": "red",
    "place": "sea",
    "time": "dawn",
    "motion": "hop",
    "weather": "rain",
    "size": "large",
    "count": "one",
}
SKILL = dict.fromkeys(SLOTS, (98, 100)) | {"motion": (80, 100), "exactly one": (100, 100)}


def outcome(group: str, **wrong: str) -> Outcome:
    meant: dict[str, str | None] = dict(VALUES)
    return Outcome(Case(group, "text", meant, 0), meant, VALUES | wrong, not wrong)


def test_there_are_enough_prompts_and_they_keep_to_their_group() -> None:
    made = cases()
    assert len(made) == sum(GROUPS.values()) >= 200
    assert len({case.seed for case in made}) == len(made)
    for case in made:
        told = [str(case.meant[slot]) for slot in ("subject", "colour", "place")]
        if case.group == "held out":
            assert held_out(*told)
        if case.group == "seen":
            assert not held_out(*told)
    assert [c.text for c in made] == [c.text for c in cases()]


def test_a_plain_prompt_tells_everything() -> None:
    assert plain(VALUES) == "a large red fox hopping on the sea at dawn in the rain"


def test_only_what_a_prompt_tells_is_counted() -> None:
    silent = Outcome(Case("seen", "", dict.fromkeys(SLOTS), 0), {}, VALUES, True)
    made = [outcome("seen"), outcome("seen", colour="blue"), outcome("French"), silent]
    counted = {what: (right, total) for what, right, total in tally(made, "seen")}
    assert counted["colour"] == (1, 2)
    assert counted["subject"] == (2, 2)
    assert counted["words read"] == (16, 16)
    assert counted["exactly one"] == (2, 3)


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    [(0, 0, 0, 1), (0, 10, 0, 0.278), (10, 10, 0.722, 1), (50, 100, 0.404, 0.596)],
)
def test_wilson_intervals(right: int, total: int, low: float, high: float) -> None:
    assert wilson(right, total) == pytest.approx((low, high), abs=0.001)


def test_what_the_judge_cannot_tell_is_void() -> None:
    made = [outcome(group) for group in GROUPS]
    header, _, real, *rows = figures(made, SKILL)
    at = header.split(" | ").index("motion")
    assert "80/100" in real
    assert not fit(SKILL, "motion")
    assert [row.split(" | ")[at] for row in rows] == ["void"] * len(GROUPS)
    assert all("1/1" in row for row in rows)


def test_misses_name_what_was_seen_instead() -> None:
    made = [outcome("seen", place="city", motion="sway")]
    assert missed(made, SKILL) == ["- seen: “text” (place sea): read sea, seen city"]
    assert missed([outcome("seen")], SKILL) == []


def test_pictures_come_back_in_colour() -> None:
    picture = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    picture[:HEIGHT] = 63
    picture[HEIGHT : HEIGHT + HEIGHT // 4] = 102
    picture[HEIGHT + HEIGHT // 4 :] = 240
    red = rgb(picture, 8)
    assert red.shape == (HEIGHT // 8, WIDTH // 8, 3)
    assert np.abs(red[5, 5].astype(int) - (255, 1, 0)).max() < 12
    with pytest.raises(ValueError, match="reshape"):
        rgb(picture, 7)


def test_a_curve_is_drawn_from_gaps_too(tmp_path: Path) -> None:
    table = tmp_path / "loss.csv"
    rows = ["25,60,1.5,,0.9,0.8,0.7,", "50,120,0.3,0.4,0.3,0.3,0.3,0.1", "75,180,0.1,,,,,0.05"]
    table.write_text("\n".join([",".join(["step", "seconds", *PLATES]), *rows]))
    drawn = curve(table)
    write(drawn, tmp_path / "deep" / "curve.jpg")
    with Image.open(tmp_path / "deep" / "curve.jpg") as image:
        assert image.size == (720, 320)
    assert len(np.unique(drawn.reshape(-1, 3), axis=0)) > 6


def test_a_gallery_shows_different_scenes() -> None:
    sheet = gallery(1, columns=2, rows=1)
    assert sheet.shape == (HEIGHT // 4, 2 * WIDTH // 4, 3)
    left, right = np.split(sheet.astype(int), 2, axis=1)
    assert np.abs(left - right).mean() > 10
