"""The denoiser: shapes, what each guess may depend on, and the round trip to disk."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from server.render.theatre.network import (
    TOKENS,
    TheatreTransformer,
    patchify,
    unpatchify,
    where,
)
from server.render.theatre.vocabulary import CHANNELS, PLATE, PLATES, SIZES, indices

SLOTS = torch.tensor([indices({"subject": "whale", "place": "sea", "weather": "rain"})])


@pytest.fixture(scope="module")
def net() -> TheatreTransformer:
    """A small net whose zero-initialised layers have been shaken awake."""
    torch.manual_seed(1)
    small = TheatreTransformer(width=32, layers=2, score_width=32, score_layers=2)
    with torch.no_grad():
        for parameter in small.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    frozen: TheatreTransformer = small.eval().requires_grad_(False)
    return frozen


def noise(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(7))


def test_patches_come_back_as_the_plate() -> None:
    plate = noise(2, 12, PLATE, PLATE)
    assert patchify(plate).shape == (2, TOKENS, 12 * 144)
    assert torch.equal(unpatchify(patchify(plate)), plate)


def test_a_patch_is_a_square_of_the_plate() -> None:
    plate = torch.zeros(1, 4, PLATE, PLATE)
    plate[0, 2, 12:24, 24:36] = 1
    lit = patchify(plate)[0].sum(1)
    assert lit.nonzero().flatten().tolist() == [8 + 2]
    assert lit.max() == 144


def test_places_differ_from_each_other() -> None:
    places = where(64)
    assert places.shape == (TOKENS, 64)
    assert torch.cdist(places, places).fill_diagonal_(9).min() > 0.1


@pytest.mark.parametrize("kind", PLATES)
def test_every_plate_keeps_its_shape(net: TheatreTransformer, kind: str) -> None:
    sample = noise(2, CHANNELS[kind], PLATE, PLATE)
    guess = net(kind, sample, torch.tensor([0.1, 1.0]), SLOTS.expand(2, -1))
    assert guess.shape == sample.shape
    assert guess.dtype == torch.float32
    assert guess.isfinite().all()


def test_hints_are_one_colour_per_patch(net: TheatreTransformer) -> None:
    guess, hint = net.restore("subject", noise(1, 12, PLATE, PLATE), torch.tensor([0.5]), SLOTS)
    assert guess.shape == (1, 12, PLATE, PLATE)
    assert hint.shape == (1, TOKENS, 12)


def test_healing_part_of_a_batch_leaves_the_rest_alone(net: TheatreTransformer) -> None:
    told = (torch.tensor([0.5, 0.5]), SLOTS.expand(2, -1))
    sample = noise(2, 4, PLATE, PLATE)
    all_healed, _ = net.restore("far", sample, *told)
    none, _ = net.restore("far", sample, *told, 0)
    first, _ = net.restore("far", sample, *told, 1)
    assert torch.allclose(first[0], all_healed[0], atol=1e-5)
    assert torch.allclose(first[1], none[1], atol=1e-5)
    assert not torch.allclose(all_healed, none)


@pytest.mark.parametrize(
    ("kind", "slot", "matters"),
    [
        ("subject", "colour", True),
        ("subject", "place", False),
        ("sky", "time", True),
        ("sky", "weather", False),
        ("weather", "weather", True),
        ("weather", "subject", False),
    ],
)
def test_only_relevant_slots_matter(
    net: TheatreTransformer, kind: str, slot: str, matters: bool
) -> None:
    values = {"colour": "red", "place": "sea", "time": "day", "weather": "rain", "subject": "cat"}
    other = {"colour": "blue", "place": "city", "time": "night", "weather": "snow"}
    changed = values | {slot: other.get(slot, "fox")}
    sample, sigma = noise(1, CHANNELS[kind], PLATE, PLATE), torch.tensor([0.5])
    one, two = (net(kind, sample, sigma, torch.tensor([indices(v)])) for v in (values, changed))
    assert torch.equal(one, two) != matters


def test_a_strip_that_is_rolled_is_guessed_rolled_but_for_its_places() -> None:
    torch.manual_seed(2)
    net = TheatreTransformer(width=32, layers=2, score_width=32, score_layers=1).eval()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
        net.ends["far"].places.zero_()
        sample, sigma = noise(1, 4, PLATE, PLATE), torch.tensor([0.5])
        plain = net("far", sample, sigma, SLOTS)
        rolled = net("far", sample.roll(36, -1), sigma, SLOTS)
    assert torch.allclose(plain.roll(36, -1), rolled, atol=1e-4)


def test_a_second_of_score_does_not_see_later_ones(net: TheatreTransformer) -> None:
    sample, past = noise(1, 4, 8, 12), noise(1, 3, 8, 12) * 0.5
    sigma = torch.full((1, 4), 0.5)
    whole = net("score", sample, sigma, SLOTS, past)
    later = past.clone()
    later[:, 2] += 1
    changed = net("score", sample, sigma, SLOTS, later)
    assert torch.allclose(whole[:, :3], changed[:, :3], atol=1e-5)
    assert not torch.allclose(whole[:, 3], changed[:, 3], atol=1e-3)


def test_one_second_at_a_time_agrees_with_all_at_once(net: TheatreTransformer) -> None:
    sample, past = noise(1, 4, 8, 12), noise(1, 3, 8, 12) * 0.5
    whole = net("score", sample, torch.full((1, 4), 0.5), SLOTS, past)
    for second in range(4):
        alone = net(
            "score",
            sample[:, second : second + 1],
            torch.tensor([0.5]),
            SLOTS,
            past[:, :second] if second else None,
        )
        assert torch.allclose(alone[:, 0], whole[:, second], atol=1e-4)


def test_an_empty_past_is_no_past(net: TheatreTransformer) -> None:
    sample, sigma = noise(1, 1, 8, 12), torch.tensor([0.9])
    none = net("score", sample, sigma, SLOTS)
    assert torch.equal(none, net("score", sample, sigma, SLOTS, torch.zeros(1, 0, 8, 12)))


def test_a_new_net_holds_the_last_key_nearly() -> None:
    torch.manual_seed(3)
    net = TheatreTransformer(width=32, layers=1).eval()
    past = torch.full((1, 2, 8, 12), 0.75)
    with torch.no_grad():
        net.score.leave.weight.zero_()
        net.score.leave.bias.zero_()
        guess = net("score", noise(1, 1, 8, 12), torch.tensor([1.0]), SLOTS, past)
    assert torch.allclose(guess, torch.full_like(guess, 0.75))


def test_the_unconditional_guess_differs_from_the_told_one(net: TheatreTransformer) -> None:
    sample, sigma = noise(1, 12, PLATE, PLATE), torch.tensor([0.7])
    told = net("subject", sample, sigma, SLOTS)
    assert not torch.equal(told, net("subject", sample, sigma, torch.tensor([SIZES])))


@pytest.mark.parametrize("kind", ["", "sun", "Score"])
def test_an_unknown_kind_is_refused(net: TheatreTransformer, kind: str) -> None:
    with pytest.raises(KeyError):
        net(kind, noise(1, 4, PLATE, PLATE), torch.tensor([0.5]), SLOTS)


def test_a_slot_out_of_range_is_refused(net: TheatreTransformer) -> None:
    with pytest.raises(IndexError):
        net("sky", noise(1, 4, PLATE, PLATE), torch.tensor([0.5]), SLOTS + 99)


def test_saved_and_loaded_it_guesses_the_same(net: TheatreTransformer, tmp_path: Path) -> None:
    net.save_pretrained(tmp_path)
    again = TheatreTransformer.from_pretrained(tmp_path).eval()
    assert again.config.width == 32
    sample, sigma = noise(1, 4, PLATE, PLATE), torch.tensor([0.5])
    with torch.no_grad():
        ours, theirs = (n("sky", sample, sigma, SLOTS) for n in (net, again))
    assert torch.allclose(ours, theirs, atol=1e-5)
