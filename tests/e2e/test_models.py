"""The choice among several models, as it is in a browser."""

import pytest

from tests.e2e.conftest import Run

pytestmark = pytest.mark.browser

LATE = """(async () => {
  const asked = globalThis.fetch, answers = [];
  globalThis.fetch = () => new Promise((resolve) => answers.push(() => resolve(Response.json(
    { models: [{ name: "one", forks: false }, { name: "two", forks: false }] }))));
  try {
    const choice = new m.ModelChoice(() => {});
    const free = choice.offer(true);
    while (answers.length < 2) await new Promise((resolve) => setTimeout(resolve));
    answers[1]();
    await free;
    const first = !choice.element.hidden;
    answers[0]();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return [first, !choice.element.hidden];
  } finally {
    globalThis.fetch = asked;
  }
})()"""


def test_an_answer_that_comes_late_takes_no_choice_away(run: Run) -> None:
    assert run("models", LATE) == [True, True]
