"""The rule of what previews may cost."""

from phosphene.render.worker.diffusers.preview_budget import (
    SHARE,
    PreviewBudget,
    can_afford,
    learn_cost,
)


def test_the_share_holds_at_every_moment() -> None:
    budget = PreviewBudget()
    for _ in range(200):
        budget = PreviewBudget(budget.drawn + 1.0, budget.previews)
        if can_afford(budget, 0.4):
            budget = PreviewBudget(budget.drawn, budget.previews + 0.4)
        assert budget.previews <= SHARE * budget.drawn
    assert budget.previews > 0.9 * SHARE * budget.drawn


def test_what_nobody_has_measured_is_not_risked() -> None:
    assert not can_afford(PreviewBudget(1000.0), None)
    assert can_afford(PreviewBudget(), 0.0)


def test_the_cost_of_a_frame_follows_what_was_measured() -> None:
    assert learn_cost(None, 3.0, 6) == 0.5
    assert learn_cost(0.5, 9.0, 6) == 1.0
    assert learn_cost(None, 3.0, 0) == 3.0
