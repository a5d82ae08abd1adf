"""The denoiser: shapes, what each guess may depend on, and the round trip to disk."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from phosphene.render.worker.embedded.autoencoder import LATENTS, tokens
from phosphene.render.worker.embedded.network import EmbeddedTransformer
from phosphene.render.worker.embedded.vocabulary import KEYS, PLATES, SCORE
from tests.render.worker.embedded import toy
from tests.render.worker.embedded.toy import WORLD

SLOTS = torch.tensor([WORLD.slot_indices({"subject": "whale", "place": "sea", "weather": "rain"})])
FREE = torch.tensor([WORLD.slot_indices({})])
SECOND = (KEYS, len(SCORE))


@pytest.fixture(scope="module")
def net() -> EmbeddedTransformer:
    """A small net whose zero-initialised layers have been shaken awake."""
    torch.manual_seed(1)
    small = toy.transformer(layers=2)
    with torch.no_grad():
        for parameter in small.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    frozen: EmbeddedTransformer = small.requires_grad_(False)
    return frozen


def noise(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(7))


def latents(kind: str, count: int = 1) -> Tensor:
    return noise(count, tokens(kind), toy.LATENTS[kind])


@pytest.mark.parametrize("kind", PLATES)
def test_every_plate_keeps_its_shape(net: EmbeddedTransformer, kind: str) -> None:
    sample = latents(kind, 2)
    guess = net(kind, sample, torch.tensor([0.1, 1.0]), SLOTS.expand(2, -1))
    assert guess.shape == sample.shape
    assert guess.dtype == torch.float32
    assert guess.isfinite().all()


@pytest.mark.parametrize("kind", PLATES)
def test_a_new_net_guesses_the_mean_plate(kind: str) -> None:
    guess = toy.transformer()(kind, latents(kind), torch.tensor([0.5]), SLOTS)
    assert torch.equal(guess, torch.zeros_like(guess))


@pytest.mark.parametrize("kind", ["subject", "far", "weather"])
def test_every_token_sees_every_other(net: EmbeddedTransformer, kind: str) -> None:
    sample, sigma = latents(kind), torch.tensor([0.5])
    changed = sample.clone()
    changed[0, -1] += 1
    change = (net(kind, sample, sigma, SLOTS) - net(kind, changed, sigma, SLOTS))[0]
    assert (change.abs().amax(1) > 1e-5).all()


def test_tokens_know_their_places(net: EmbeddedTransformer) -> None:
    flat = latents("middle")[:, :1].expand(-1, tokens("middle"), -1)
    guess = net("middle", flat, torch.tensor([0.5]), SLOTS)[0]
    assert torch.pdist(guess).min() > 1e-3


def test_the_guess_depends_on_the_noise_level(net: EmbeddedTransformer) -> None:
    low, high = (net("sky", latents("sky"), torch.tensor([at]), SLOTS) for at in (0.2, 0.9))
    assert not torch.allclose(low, high, atol=1e-3)


def test_examples_of_a_batch_do_not_see_each_other(net: EmbeddedTransformer) -> None:
    sample, sigma = latents("near", 2), torch.tensor([0.2, 0.9])
    slots = torch.cat([SLOTS, FREE])
    both = net("near", sample, sigma, slots)
    for i in range(2):
        alone = net("near", sample[i : i + 1], sigma[i : i + 1], slots[i : i + 1])
        assert torch.allclose(alone[0], both[i], atol=1e-5)


@pytest.mark.parametrize(
    ("kind", "slot", "matters"),
    [
        ("subject", "subject", True),
        ("subject", "colour", False),
        ("inks", "colour", True),
        ("subject", "place", False),
        ("sky", "time", True),
        ("sky", "weather", False),
        ("weather", "weather", True),
        ("weather", "subject", False),
        ("subject", "other", False),
        ("inks", "other_colour", False),
        ("sky", "mood", False),
    ],
)
def test_only_relevant_slots_matter(
    net: EmbeddedTransformer, kind: str, slot: str, matters: bool
) -> None:
    values = {"colour": "red", "place": "sea", "time": "day", "weather": "rain", "subject": "cat"}
    other = {"colour": "blue", "place": "city", "time": "night", "weather": "snow"}
    other |= {"other_colour": "blue", "mood": "gloomy"}
    changed = values | {slot: other.get(slot, "fox")}
    sample, sigma = latents(kind), torch.tensor([0.5])
    one, two = (
        net(kind, sample, sigma, torch.tensor([WORLD.slot_indices(v)])) for v in (values, changed)
    )
    assert torch.equal(one, two) != matters


@pytest.mark.parametrize(
    "kinds", [["far", "middle", "near"], ["near", "far"], ["subject"], ["sky", "sky"]]
)
def test_several_kinds_at_once_are_guessed_as_one_by_one(
    net: EmbeddedTransformer, kinds: list[str]
) -> None:
    samples = [latents(kind, i + 1) for i, kind in enumerate(kinds)]
    sigmas = [torch.linspace(0.2, 0.9, i + 1) for i in range(len(kinds))]
    slots = [torch.cat([SLOTS, *[FREE] * i]) for i in range(len(kinds))]
    many = net.forward_many(kinds, samples, sigmas, slots)
    assert len(many) == len(kinds)
    for guess, *given in zip(many, kinds, samples, sigmas, slots, strict=True):
        torch.testing.assert_close(guess, net(*given), atol=1e-5, rtol=1e-4)


def test_kinds_of_unequal_tokens_do_not_go_together(net: EmbeddedTransformer) -> None:
    kinds, sigma = ["sky", "far"], torch.tensor([0.5])
    with pytest.raises(RuntimeError, match="Sizes of tensors"):
        net.forward_many(kinds, [latents(k) for k in kinds], [sigma] * 2, [SLOTS] * 2)


def test_a_second_of_score_does_not_see_later_ones(net: EmbeddedTransformer) -> None:
    sample, past = noise(1, 4, *SECOND), noise(1, 3, *SECOND) * 0.5
    sigma = torch.full((1, 4), 0.5)
    whole = net("score", sample, sigma, SLOTS, past)
    later = past.clone()
    later[:, 2] += 1
    changed = net("score", sample, sigma, SLOTS, later)
    assert torch.allclose(whole[:, :3], changed[:, :3], atol=1e-5)
    assert not torch.allclose(whole[:, 3], changed[:, 3], atol=1e-3)


def test_one_second_at_a_time_agrees_with_all_at_once(net: EmbeddedTransformer) -> None:
    sample, past = noise(1, 4, *SECOND), noise(1, 3, *SECOND) * 0.5
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


def test_an_empty_past_is_no_past(net: EmbeddedTransformer) -> None:
    sample, sigma = noise(1, 1, *SECOND), torch.tensor([0.9])
    none = net("score", sample, sigma, SLOTS)
    assert torch.equal(none, net("score", sample, sigma, SLOTS, torch.zeros(1, 0, *SECOND)))


def test_a_new_net_holds_the_last_key_nearly() -> None:
    torch.manual_seed(3)
    net = toy.transformer()
    past = torch.full((1, 2, *SECOND), 0.75)
    with torch.no_grad():
        net.score.leave.weight.zero_()
        net.score.leave.bias.zero_()
        guess = net("score", noise(1, 1, *SECOND), torch.tensor([1.0]), SLOTS, past)
    assert torch.allclose(guess, torch.full_like(guess, 0.75))


def test_the_unconditional_guess_differs_from_the_told_one(net: EmbeddedTransformer) -> None:
    sample, sigma = latents("subject"), torch.tensor([0.7])
    told = net("subject", sample, sigma, SLOTS)
    assert not torch.equal(told, net("subject", sample, sigma, FREE))


@pytest.mark.parametrize("kind", ["", "sun", "Score"])
def test_an_unknown_kind_is_refused(net: EmbeddedTransformer, kind: str) -> None:
    with pytest.raises(KeyError):
        net(kind, latents("sky"), torch.tensor([0.5]), SLOTS)


def test_the_score_is_no_kind_of_plate(net: EmbeddedTransformer) -> None:
    with pytest.raises(KeyError):
        net.forward_many(["score"], [noise(1, 1, *SECOND)], [torch.tensor([0.5])], [SLOTS])


def test_a_slot_out_of_range_is_refused(net: EmbeddedTransformer) -> None:
    with pytest.raises(IndexError):
        net("sky", latents("sky"), torch.tensor([0.5]), SLOTS + 99)


def test_latents_of_another_kind_are_refused(net: EmbeddedTransformer) -> None:
    with pytest.raises(RuntimeError, match="shapes"):
        net("sky", latents("subject"), torch.tensor([0.5]), SLOTS)


def test_it_is_made_for_the_autoencoder() -> None:
    net = EmbeddedTransformer(
        WORLD.slot_sizes, width=32, layers=1, heads=2, score_width=32, score_layers=1
    )
    for kind in PLATES:
        sample = torch.zeros(1, tokens(kind), LATENTS[kind])
        assert net(kind, sample, torch.tensor([0.5]), SLOTS).shape == sample.shape


def test_saved_and_loaded_it_guesses_the_same(net: EmbeddedTransformer, tmp_path: Path) -> None:
    net.save_pretrained(tmp_path)
    again = EmbeddedTransformer.from_pretrained(tmp_path).eval()
    assert again.config.width == 32
    assert dict(again.config.latents) == toy.LATENTS
    sample, sigma = latents("sky"), torch.tensor([0.5])
    with torch.no_grad():
        ours, theirs = (n("sky", sample, sigma, SLOTS) for n in (net, again))
    assert 0 < (ours - theirs).abs().max() < 0.05 * ours.std()
    again.save_pretrained(tmp_path / "twice")
    twice = EmbeddedTransformer.from_pretrained(tmp_path / "twice")
    for one, two in zip(again.parameters(), twice.parameters(), strict=True):
        torch.testing.assert_close(one, two, atol=1e-4, rtol=1e-2)


@pytest.mark.parametrize("slot", ["motion", "other", "relation", "camera", "mood", "count"])
def test_the_score_is_told_how_all_moves(net: EmbeddedTransformer, slot: str) -> None:
    sample, sigma = noise(1, 1, *SECOND), torch.tensor([0.5])
    plain = {slot: values[0] for slot, values in WORLD.values.items()}
    changed = plain | {slot: WORLD.values[slot][1]}
    rows = [torch.tensor([WORLD.slot_indices(told)]) for told in (plain, changed)]
    assert not torch.equal(*(net("score", sample, sigma, row) for row in rows))


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="config"):
        EmbeddedTransformer.from_pretrained(tmp_path)
    toy.transformer().save_config(tmp_path)
    with pytest.raises(OSError, match="safetensors"):
        EmbeddedTransformer.from_pretrained(tmp_path)
