from phosphene.render.dispatch.pass_counters import PassCounters
from phosphene.status import Passes


def test_what_a_lost_worker_made_still_counts() -> None:
    ledger = PassCounters()
    worker = [Passes(1, 4, 0.5), Passes(2, 1, 0.25)]
    before = ledger.total_passes([("theatre", worker)])
    ledger.add_lost_worker("theatre", worker)
    assert ledger.total_passes([]) == before == {
        ("theatre", "1"): Passes(1, 4, 0.5),
        ("theatre", "2"): Passes(2, 1, 0.25),
    }  # fmt: skip
    grown = ledger.total_passes([("theatre", [Passes(1, 1, 0.5)]), ("wan", [Passes(1, 2, 9.0)])])
    assert grown["theatre", "1"] == Passes(1, 5, 1.0)
    assert grown["wan", "1"] == Passes(1, 2, 9.0)
