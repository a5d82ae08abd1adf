from pathlib import Path

import pytest
import torch

from training.nouns import course
from training.nouns.course import Course


@pytest.fixture(autouse=True)
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(course, "RUN", tmp_path)
    return tmp_path


def test_a_course_ends_when_its_time_is_used_up_and_goes_on_where_it_was(runs: Path) -> None:
    first = Course("one", minutes=1)
    for step in first.steps(lambda: {"weight": torch.tensor(3.0)}):
        first.note(1.0)
        first.spent += 20
        assert step < 4
    assert (first.step, first.done) == (3, 1)
    again = Course("one", minutes=2)
    assert again.load() == {"weight": torch.tensor(3.0)}
    assert again.step == 3
    assert 0.5 <= again.done < 1


def test_losses_are_averaged_into_lines_of_the_log(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(course, "LOG_EVERY", 2)
    one = Course("one", minutes=1)
    for loss in (1.0, 2.0, 5.0, 5.0):
        one.note(loss, lambda: {"dB": 30.0})
    lines = (runs / "one.csv").read_text().splitlines()
    assert lines == ["step,cpu,loss,dB", "0,0,1.5,30.0", "0,0,5.0,30.0"]
