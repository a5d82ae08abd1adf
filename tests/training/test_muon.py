"""The optimizer."""

import copy

import pytest
import torch
from torch import nn

from training.muon import Muon, orthogonal


@pytest.mark.parametrize("shape", [(32, 32), (96, 32), (32, 96), (8, 200)])
def test_updates_are_nearly_orthogonal(shape: tuple[int, int]) -> None:
    torch.manual_seed(0)
    values = torch.linalg.svdvals(orthogonal(torch.randn(shape), steps=5))
    assert values.max() < 1.3
    assert values.median() > 0.6


def test_it_solves_a_small_problem() -> None:
    torch.manual_seed(2)
    net = nn.Linear(8, 4)
    weight, bias = net.parameters()
    optimizer = Muon([weight], [bias], 0.05)
    inputs, wanted = torch.randn(256, 8), torch.randn(4, 8)
    first = last = 0.0
    for step in range(150):
        loss = ((net(inputs) - inputs @ wanted.T - 1) ** 2).mean()
        first, last = (loss.item(), 0.0) if step == 0 else (first, loss.item())
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
    assert last < first / 20


def test_parameters_without_gradient_stay() -> None:
    still = nn.Parameter(torch.ones(3, 3))
    Muon([still], [], 0.1).step()
    assert torch.equal(still, torch.ones(3, 3))


def test_its_state_survives_a_checkpoint() -> None:
    def one_step(optimizer: Muon, weight: nn.Parameter) -> None:
        weight.grad = torch.arange(12.0).reshape(3, 4) / 7
        optimizer.step()

    weight = nn.Parameter(torch.ones(3, 4))
    bias = nn.Parameter(torch.ones(3))
    optimizer = Muon([weight], [bias], 0.1)
    bias.grad = torch.ones(3)
    one_step(optimizer, weight)
    twin, twin_bias = (nn.Parameter(p.detach().clone()) for p in (weight, bias))
    resumed = Muon([twin], [twin_bias], 0.1)
    resumed.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    twin_bias.grad = torch.ones(3)
    one_step(optimizer, weight)
    one_step(resumed, twin)
    assert torch.equal(weight, twin)
    assert torch.equal(bias, twin_bias)
