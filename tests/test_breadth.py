import pytest

from tests.breadth import few_of, wide


def test_all_cases_are_kept_and_those_that_are_not_of_the_few_are_breadth() -> None:
    cases = [("wan", 1), ("wan", 2), ("ltx", 1), ("ltx", 2)]
    assert few_of(cases, ["wan"]) == [*cases[:2], wide("ltx", 1), wide("ltx", 2)]
    assert few_of(["one", "two"], ["two"]) == [wide("one"), "two"]


def test_one_of_the_few_that_is_no_case_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="three"):
        few_of(["one", "two"], ["three"])
