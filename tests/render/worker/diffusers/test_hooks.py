"""What comes out at a scheduler and at a decoder."""

import copy

import pytest
import torch
from diffusers import FlowMatchEulerDiscreteScheduler, UniPCMultistepScheduler

from phosphene.render.worker.diffusers.hooks import (
    SchedulerHook,
    SchedulerStep,
    hook_decode,
    hook_scheduler,
)
from tests.render.worker.diffusers import tiny


class Notes:
    """A listener that writes down what it hears."""

    def __init__(self) -> None:
        self.schedules: list[tuple[int | None, int]] = []
        self.steps: list[SchedulerStep] = []

    def on_schedule(self, copy_index: int | None, count: int) -> None:
        self.schedules.append((copy_index, count))

    def on_step(self, step: SchedulerStep) -> None:
        self.steps.append(step)


SCHEDULERS = [FlowMatchEulerDiscreteScheduler(), tiny.unipc()]


def walk(scheduler: object, clean: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
    """A whole schedule with the velocity of a perfect model."""
    one: UniPCMultistepScheduler = scheduler
    one.set_timesteps(5)
    sample = torch.lerp(clean, noise, float(one.sigmas[0]))
    for time in one.timesteps:
        sample = one.step(noise - clean, time, sample, return_dict=False)[0]
    return sample


@pytest.mark.parametrize("scheduler", SCHEDULERS, ids=lambda one: type(one).__name__)
def test_a_perfect_model_predicts_the_clean_sample_at_every_step(scheduler: object) -> None:
    notes = Notes()
    clean, noise = torch.randn(2, 1, 4, 2, 3, 3, generator=torch.Generator().manual_seed(1))
    end = walk(hook_scheduler(scheduler, SchedulerHook(notes)), clean, noise)
    assert notes.schedules == [(None, 5)]
    assert [(step.number, step.count, step.is_last) for step in notes.steps] == [
        (number, 5, number == 5) for number in range(1, 6)
    ]
    for step in notes.steps:
        assert torch.allclose(step.x0, clean, atol=1e-5)
    sigmas = [step.sigma for step in notes.steps]
    assert sigmas == sorted(sigmas, reverse=True)
    assert sigmas[-1] == 0
    assert torch.allclose(end, clean, atol=1e-5)


@pytest.mark.parametrize("scheduler", SCHEDULERS, ids=lambda one: type(one).__name__)
def test_a_truncated_schedule_begins_at_its_strength(scheduler: object) -> None:
    notes = Notes()
    clean, noise = torch.randn(2, 1, 4, 2, 3, 3, generator=torch.Generator().manual_seed(1))
    end = walk(hook_scheduler(scheduler, SchedulerHook(notes, 0.4)), clean, noise)
    assert 1 <= len(notes.steps) < 5
    assert all(step.sigma < 0.4 for step in notes.steps)
    assert torch.allclose(end, clean, atol=1e-5)


def test_copies_are_told_apart_by_the_order_of_their_schedules() -> None:
    notes = Notes()
    own = hook_scheduler(SCHEDULERS[0], SchedulerHook(notes))
    first, second = copy.deepcopy(own), copy.deepcopy(own)
    for one in (second, first, own):
        one.set_timesteps(3)
    assert notes.schedules == [(0, 3), (1, 3), (None, 3)]


def test_the_schedulers_own_is_left_as_it_is() -> None:
    theirs = FlowMatchEulerDiscreteScheduler()
    hook_scheduler(theirs, SchedulerHook(Notes()))
    assert type(theirs) is FlowMatchEulerDiscreteScheduler
    assert not hasattr(theirs, "hook")


def test_numbers_that_are_none_end_the_clip() -> None:
    one = hook_scheduler(SCHEDULERS[0], SchedulerHook(Notes()))
    one.set_timesteps(2)
    bad = torch.full((1, 4), float("inf"))
    with pytest.raises(ArithmeticError, match="not finite"):
        one.step(bad, one.timesteps[0], torch.zeros(1, 4))


def test_a_decoder_is_replaced_for_one_clip_only() -> None:
    vae = tiny.wan_vae()
    own = hook_decode(vae, lambda z: "seen")
    assert own.decode(torch.zeros(1)) == "seen"
    assert own.config is vae.config
    assert vae.decode(torch.zeros(1, 16, 1, 2, 2)).sample.shape == (1, 3, 1, 16, 16)
