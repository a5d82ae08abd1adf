"""Calls of one form are made as one."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from phosphene.render.worker.diffusers.batching import batch_calls, call_together, form_of
from phosphene.render.worker.renderer import Forward


class Net(nn.Module):
    """Adds a number to each sample; remembers how many samples came in each call."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[int] = []

    def forward(self, hidden: Tensor, bias: Tensor, rate: Sequence[int] = ()) -> tuple[Tensor, ...]:
        self.seen.append(len(hidden))
        return hidden + bias[:, None], bias


def call(value: float, size: int = 1, **more: Any) -> dict[str, Any]:
    return {"hidden": torch.full((size, 3), value), "bias": torch.ones(size), **more}


def test_only_calls_of_one_form_meet() -> None:
    assert form_of(call(1.0)) == form_of(call(2.0, size=2)) != form_of(call(1.0, rate=None))
    assert form_of(call(1.0, rate=[24])) == form_of(call(5.0, rate=[24]))
    wide = {"hidden": torch.zeros(1, 4), "bias": torch.ones(1)}
    half = {name: one.half() for name, one in call(1.0).items()}
    assert len({form_of(one) for one in (call(1.0), wide, half)}) == 3


def test_what_has_no_batch_or_more_than_values_stays_alone() -> None:
    assert form_of(call(1.0, cache={"keys": torch.zeros(1)})) is None
    assert form_of({"hidden": torch.zeros(2, 3), "bias": torch.ones(1)}) is None
    assert form_of({"hidden": torch.tensor(1.0)}) is None
    assert form_of({}) is None


def test_what_has_no_batch_axis_has_to_be_the_same_and_is_given_as_it_is() -> None:
    # Of one number for each of its layers, and one layer, it looks like a batch of one.
    net, scale = Net(), torch.tensor([0.5])
    two = [call(1.0, rate=scale), call(2.0, rate=scale.clone())]
    assert form_of(two[0], ("rate",)) == form_of(two[1], ("rate",)) is not None
    assert form_of(call(1.0, rate=torch.tensor([1.0])), ("rate",)) != form_of(two[0], ("rate",))
    rates = list[Any]()
    net.register_forward_pre_hook(
        lambda _, __, given: rates.append(given["rate"]), with_kwargs=True
    )
    made = call_together(net, two, ("rate",))
    assert [one[0].tolist() for one in made] == [[[2.0] * 3], [[3.0] * 3]]
    assert rates == [scale]


def test_each_gets_its_own_result() -> None:
    net = Net()
    made = call_together(net, [call(1.0), call(2.0, size=2), call(3.0)])
    assert net.seen == [4]
    assert [one[0].tolist() for one in made] == [[[2.0] * 3], [[3.0] * 3] * 2, [[4.0] * 3]]
    assert [len(one[1]) for one in made] == [1, 2, 1]


def test_the_denoiser_of_one_clip_asks_and_the_models_own_does_not() -> None:
    net, said = Net(), list[Any]()

    def say(news: Any) -> Any:
        assert isinstance(news, Forward)
        said.append(news)
        return news.together([news.given])[0]

    own = batch_calls(net, say)
    assert own(**call(1.0))[0].tolist() == [[2.0] * 3]
    assert own(torch.zeros(1, 3), torch.ones(1))[0].tolist() == [[1.0] * 3]
    net(**call(1.0))
    assert len(said) == 1
    assert net.seen == [1, 1, 1]
