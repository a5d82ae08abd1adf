"""The life of an instance, and who is told of its end."""

import pytest

from phosphene.lifecycle import Lifecycle


def fall(lifecycle: Lifecycle) -> None:
    with pytest.raises(RuntimeError), lifecycle.while_serving():
        raise RuntimeError


def test_all_who_asked_are_told_of_a_failure_once() -> None:
    lifecycle, told = Lifecycle(), list[str]()
    lifecycle.at_failure(lambda: told.append("one"))
    lifecycle.at_failure(lambda: told.append("other"))
    with lifecycle.while_serving():
        assert lifecycle.serving
    assert not told
    fall(lifecycle)
    assert told == ["one", "other"]
    assert (lifecycle.failed, lifecycle.serving) == (True, False)


def test_who_asks_after_the_failure_is_told_at_once() -> None:
    lifecycle, told = Lifecycle(), list[str]()
    fall(lifecycle)
    lifecycle.at_failure(lambda: told.append("late"))
    assert told == ["late"]
