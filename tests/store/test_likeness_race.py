"""Five hundred attempts while grants come and go: no clip and no frame without a yes. A hundred
thousand are ``python -m tests.soak.consent_attempts``."""

from pathlib import Path

import pytest

from phosphene.consent.terms import UseVerdict
from phosphene.store import likeness_standing
from tests.soak.consent_attempts import Attempts, run_attempts

pytestmark = [pytest.mark.slow, pytest.mark.asyncio]


def all_kinds_came(found: Attempts) -> bool:
    return min(found.granted, found.refused) > 25 and min(found.stopped, found.portraits) > 0


def a_fault_came(found: Attempts) -> bool:
    return found.faults > 0


async def test_no_frame_is_drawn_without_a_yes(tmp_path: Path) -> None:
    found = await run_attempts(tmp_path / "x.db", 500, 15, all_kinds_came)
    assert found.faults == 0
    assert found.made >= 500
    assert all_kinds_came(found)


async def test_a_decision_that_is_not_asked_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The judge of the attempts can see a fault."""
    blind = (UseVerdict("yes", "granted"),)
    monkeypatch.setattr(likeness_standing, "check_clip", lambda cx, clip_id, now: blind)
    assert a_fault_came(await run_attempts(tmp_path / "x.db", 100, 15, a_fault_came))


async def test_a_portrait_that_nobody_agreed_to_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likeness_standing, "agreed_entry", lambda cx, owner, now: 1)
    assert a_fault_came(await run_attempts(tmp_path / "x.db", 100, 15, a_fault_came))
