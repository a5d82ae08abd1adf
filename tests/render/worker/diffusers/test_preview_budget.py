"""The rule of what previews may cost."""

from server.render.worker.diffusers.preview_budget import SHARE, Ledger, affordable, learned


def test_the_share_holds_at_every_moment() -> None:
    ledger = Ledger()
    for _ in range(200):
        ledger = Ledger(ledger.drawn + 1.0, ledger.previews)
        if affordable(ledger, 0.4):
            ledger = Ledger(ledger.drawn, ledger.previews + 0.4)
        assert ledger.previews <= SHARE * ledger.drawn
    assert ledger.previews > 0.9 * SHARE * ledger.drawn


def test_what_nobody_has_measured_is_not_risked() -> None:
    assert not affordable(Ledger(1000.0), None)
    assert affordable(Ledger(), 0.0)


def test_the_cost_of_a_frame_follows_what_was_measured() -> None:
    assert learned(None, 3.0, 6) == 0.5
    assert learned(0.5, 9.0, 6) == 1.0
    assert learned(None, 3.0, 0) == 3.0
