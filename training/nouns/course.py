"""What the trainings of nouns share: their clock, their log and their place to wait."""

import csv
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from training.pool import RUNS

RUN = RUNS / "nouns"
SAVE_EVERY = 60.0
"""Seconds of CPU between checkpoints."""
LOG_EVERY = 50
"""Steps between lines of the log."""
LOOK_EVERY = 5.0
"""Seconds between looks at a file that asks for quiet."""


@dataclass
class Course:
    """A training of some minutes of CPU that can be stopped and gone on with.

    `minutes`: how many it may use in all; `quiet`: while this file exists, it waits.
    """

    name: str
    minutes: float
    quiet: Path | None = None
    step: int = 0
    spent: float = 0.0
    _saved: float = 0.0
    _losses: list[float] = field(default_factory=list)

    @property
    def done(self) -> float:
        """How much of it is over, 0..1."""
        return min(1.0, self.spent / (60 * self.minutes))

    @property
    def path(self) -> Path:
        return RUN / f"{self.name}.pt"

    def load(self) -> dict[str, Any]:
        """What the last checkpoint keeps besides the course's own numbers; empty if there is
        none."""
        if not self.path.exists():
            return {}
        state: dict[str, Any] = torch.load(self.path, map_location="cpu")
        self.step, self.spent = state.pop("step"), state.pop("spent")
        self._saved = self.spent
        return state

    def save(self, state: Mapping[str, Any]) -> None:
        """Write a checkpoint beside the last one, then put it in its place."""
        RUN.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        torch.save({**state, "step": self.step, "spent": self.spent}, part)
        part.rename(self.path)
        self._saved = self.spent

    def steps(self, state: Callable[[], Mapping[str, Any]]) -> Iterator[int]:
        """Steps until the time is used up, with checkpoints of `state()` on the way."""
        while self.done < 1:
            self._wait()
            began = time.process_time()
            yield self.step
            self.step += 1
            self.spent += time.process_time() - began
            if self.spent - self._saved > SAVE_EVERY:
                self.save(state())
        self.save(state())

    def note(self, loss: float, measure: Callable[[], Mapping[str, float]] | None = None) -> None:
        """Count the loss of a step; now and then a line of the log, with what `measure` finds."""
        self._losses.append(loss)
        if len(self._losses) < LOG_EVERY:
            return
        mean = sum(self._losses) / len(self._losses)
        row = {"step": self.step, "cpu": round(self.spent), "loss": round(mean, 5)}
        self._losses.clear()
        self._write({**row, **(measure() if measure else {})})

    def _write(self, row: Mapping[str, float]) -> None:
        path = RUN / f"{self.name}.csv"
        new = not path.exists()
        with path.open("a", newline="") as file:
            writer = csv.writer(file)
            if new:
                writer.writerow(row)
            writer.writerow(row.values())

    def _wait(self) -> None:
        while self.quiet is not None and self.quiet.exists():
            time.sleep(LOOK_EVERY)
