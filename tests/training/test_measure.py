"""Prompts to measure with, counting, intervals, sheets and the report's table."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from phosphene.render.worker.embedded.compositor import HEIGHT, WIDTH
from phosphene.render.worker.embedded.vocabulary import PLATES, SLOTS
from training.gallery import gallery
from training.judge import ASKED, BOTH, Judge
from training.measure import (
    GROUPS,
    Case,
    Outcome,
    alone,
    cases,
    fair,
    meant,
    plain,
    tally,
    verdict,
)
from training.report import figures, fit, missed
from training.sheets import curve, rgb, write
from training.stage import scene
from training.world import WORLD, held_out

VALUES = {
    "subject": "fox",
    "colour": "red",
    "place": "sea",
    "time": "dawn",
    "motion": "hop",
    "weather": "rain",
    "size": "large",
    "count": "one",
    "other": "nothing",
    "other_colour": "blue",
    "relation": "beside",
    "camera": "still",
    "mood": "calm",
}
SKILL = dict.fromkeys(ASKED, (98, 100)) | {"motion": (80, 100)}
PAIR = VALUES | {"other": "owl", "other_colour": "pink", "relation": "watching"}


def outcome(group: str, **wrong: str) -> Outcome:
    return judged(meant(VALUES), group, **wrong)


def judged(told: Mapping[str, str | None], group: str = "seen", **wrong: str) -> Outcome:
    """A clip of which everything is seen as told, but for what is wrong."""
    seen = VALUES | {slot: value for slot, value in told.items() if value} | wrong
    both = frozenset((seen["subject"], seen["other"]))
    return Outcome(Case(group, "text", dict(told), 0), dict(told), seen, not wrong, both)


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
    text = plain(PAIR | {"mood": "gloomy", "camera": "closer"})
    assert text == (
        "a large red fox watching a pink owl on the sea at dawn in the rain zooming in gloomy"
    )


def test_only_what_a_prompt_tells_is_counted() -> None:
    silent = judged(dict.fromkeys(SLOTS))
    made = [outcome("seen"), outcome("seen", colour="blue"), outcome("French"), silent]
    counted = {what: (right, total) for what, right, total in tally(made, "seen")}
    assert counted["colour"] == (1, 2)
    assert counted["subject"] == (2, 2)
    assert counted["words read"] == (22, 22)
    assert counted["exactly one"] == (2, 3)
    assert counted[BOTH] == counted["relation"] == (0, 0)


def test_what_goes_without_saying_need_not_be_read() -> None:
    told = meant(VALUES | {"mood": "gloomy"})
    silent = dict.fromkeys(SLOTS)
    unread = replace(judged(told), read=silent)
    counted = {what: (right, total) for what, right, total in tally([unread], "seen")}
    assert counted["words read"] == (3, 11)  # one, nobody else, a still camera


def test_of_two_only_both_and_what_is_between_them_are_asked() -> None:
    told = meant(PAIR)
    assert told["motion"] is None
    assert not alone(Case("seen", "", told, 0))
    wrong = replace(judged(told), both=frozenset(("owl", "cat")))
    made = [judged(told, colour="blue"), wrong, judged(told, relation="chasing")]
    counted = {what: (right, total) for what, right, total in tally(made, "seen")}
    assert counted[BOTH] == (2, 3)
    assert counted["relation"] == (2, 3)
    assert counted["subject"] == counted["colour"] == counted["exactly one"] == (0, 0)
    assert counted["place"] == (3, 3)


def test_size_and_motion_are_not_asked_while_the_camera_moves() -> None:
    asked = {
        told: fair(Case("seen", "", meant(VALUES | dict(told)), 0))
        for told in ((), (("camera", "up"),), (("count", "two"),))
    }
    assert {"size", "motion"} <= asked[()]
    assert asked[()] - asked[("camera", "up"),] == {"size", "motion"}
    assert asked[()] - asked[("count", "two"),] == {"size"}
    assert all("relation" not in one for one in asked.values())


def test_a_clip_is_judged_by_what_is_seen_of_it() -> None:
    torch.manual_seed(0)
    shown = scene(VALUES, np.random.default_rng(1))
    seen, one, both = verdict(Judge(), shown)
    assert all(seen[slot] in WORLD.values[slot] for slot in seen)
    assert set(seen) == {*ASKED} - {BOTH, "exactly one"}
    assert isinstance(one, bool)
    assert len(both) == 2


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
