"""Of many cases of one law `make test` tries a few, and `make soak` all."""

from collections.abc import Collection, Sequence
from typing import Any

import pytest

BREADTH = pytest.mark.breadth


def few_of(cases: Sequence[Any], few: Collection[Any]) -> list[Any]:
    """All cases for ``pytest.mark.parametrize``, those marked as breadth that are not (or, where
    they are tuples, begin with) one of ``few``. Raises ValueError where one of those is no case."""
    names = [case[0] if isinstance(case, tuple) else case for case in cases]
    if missing := set(few) - {*names}:
        raise ValueError(f"no cases: {missing}")
    return [
        case if name in few else wide(*case) if isinstance(case, tuple) else wide(case)
        for name, case in zip(names, cases, strict=True)
    ]


def wide(*values: Any) -> Any:
    """A case that only `make soak` tries."""
    return pytest.param(*values, marks=BREADTH)
