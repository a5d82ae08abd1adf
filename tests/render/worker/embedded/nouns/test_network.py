import torch

from phosphene.render.worker.embedded.nouns.autoencoder import PlateAutoencoder
from phosphene.render.worker.embedded.nouns.network import (
    VECTOR,
    NounTransformer,
    cut,
    join,
    sample,
)


def test_tokens_hold_all_of_the_latents() -> None:
    latents = torch.randn(2, 16, 12, 12)
    assert torch.equal(join(cut(latents)), latents)
    assert cut(latents).shape == (2, 16, 144)


def test_a_plate_goes_through_the_autoencoder_in_its_own_measure() -> None:
    net = PlateAutoencoder().eval()
    net.mean.fill_(0.3)
    net.spread.fill_(2.0)
    plates = torch.rand(1, 9, 96, 96)
    with torch.no_grad():
        latents = net.encode(plates)
        assert latents.shape == (1, 16, 12, 12)
        assert torch.allclose(latents * 2 + 0.3, net.encoder(plates * 2 - 1), atol=1e-4)
        assert net.decode(latents).shape == (1, 9, 96, 96)


def test_a_drawing_follows_its_vector_and_its_noise_and_nothing_else() -> None:
    torch.manual_seed(0)
    net = NounTransformer(width=32, layers=1, heads=2).eval()
    torch.nn.init.normal_(net.leave.weight)
    torch.nn.init.normal_(net.final.weight)
    vectors, noise = torch.randn(2, VECTOR), torch.randn(1, 16, 144)
    first, second = sample(net, vectors, noise.expand(2, -1, -1), steps=2)
    again = sample(net, vectors[:1], noise, steps=2)[0]
    other = sample(net, vectors[:1], -noise, steps=2)[0]
    assert torch.allclose(first, again, atol=1e-4)
    assert not torch.allclose(first, second, atol=1e-2)
    assert not torch.allclose(first, other, atol=1e-2)
