import pytest

from bench.feed.obeyed_wishes import obeyed_shares

pytestmark = pytest.mark.slow


@pytest.mark.breadth
def test_wishes_are_obeyed_by_both_rankings() -> None:
    for share in obeyed_shares(people=3).values():
        assert share.broken == 0
        assert share.wished >= 0.95 * share.possible > 0
