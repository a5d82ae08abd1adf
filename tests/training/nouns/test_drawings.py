from pathlib import Path

import numpy as np
import pytest
import torch

from phosphene.render.worker.embedded.nouns.autoencoder import PlateAutoencoder
from phosphene.render.worker.embedded.nouns.network import VECTOR, NounTransformer
from phosphene.render.worker.embedded.nouns.person_shape import CARD
from training.nouns import course
from training.nouns.card import FIELDS
from training.nouns.concepts import concepts
from training.nouns.course import Course
from training.nouns.denoiser import FACES, Lessons, loss, oftener, opened, split
from training.nouns.drawings import labels, means, rows, space
from training.nouns.handover import restored, save


def test_every_plate_of_the_pool_is_of_a_known_drawing() -> None:
    found = rows([0, 1])
    assert found.shape == (2, len(concepts()))
    cook = list(concepts()).index("cook")
    assert {labels()[k][0] for k in found[:, cook]} == {"cook"}


def test_drawings_that_are_alike_have_vectors_alike() -> None:
    torch.manual_seed(0)
    kinds = torch.randn(150, 16, 144)
    near = kinds[0] + 0.1 * torch.randn(16, 144)
    tokens = torch.cat([kinds, near[None]])
    where = space(tokens, torch.ones(len(tokens), dtype=torch.bool))
    vectors = where.vector(tokens)
    assert vectors.shape == (151, VECTOR)
    away = (vectors - vectors[150]).norm(dim=1)
    assert int(away[:150].argmin()) == 0
    assert away[0] < 0.5 * away[1:150].min()


def test_the_mean_of_a_drawing_is_that_of_its_plates() -> None:
    tokens = torch.arange(3.0)[:, None, None].expand(3, 16, 144)
    found = means(tokens, np.array([5, 5, 7]))
    assert [float(found[k, 0, 0]) for k in (5, 6, 7)] == [0.5, 0.0, 2.0]


def test_the_denoiser_learns_with_every_parameter() -> None:
    torch.manual_seed(0)
    net = NounTransformer(width=32, layers=1, heads=2)
    matrices, others = split(net)
    assert {id(p) for p in matrices + others} == {id(p) for p in net.parameters()}
    assert all(p.ndim == 2 for p in matrices)
    cards = torch.zeros(4, len(CARD), dtype=torch.long)
    people = torch.randn(4, 16, 144)
    none = torch.zeros(1, dtype=torch.long)
    taught = Lessons(torch.randn(1, 16, 144), none, torch.randn(1, VECTOR), people, cards, 0.4)
    tokens, told = taught.draw(net, 10)
    assert tokens.shape == (10, 16, 144)
    assert told.shape == (10, VECTOR)
    torch.autograd.backward(loss(net, tokens, told))
    missing = [name for name, p in net.named_parameters() if p.grad is None]
    assert not missing


def test_faces_are_learned_from_oftener_than_things() -> None:
    names, found = list(concepts()), oftener(2 * len(concepts())).tolist()
    assert [found.count(len(names) + names.index(name)) for name in ("wizard", "cat")] == [FACES, 1]
    assert {*found} == {*range(2 * len(names))}


def test_a_card_has_the_fields_that_are_shapes_and_any_of_them_may_be_left_open() -> None:
    assert {field: len(FIELDS[field]) for field in CARD} == CARD
    rows = opened(torch.zeros(4000, len(CARD), dtype=torch.long))
    left = rows == torch.tensor(list(CARD.values()))
    assert 0.04 < float(left.float().mean()) < 0.08
    net = NounTransformer(width=32, layers=1, heads=2)
    assert net.person(rows).shape == (4000, VECTOR)


def test_an_autoencoder_is_handed_over_in_half_precision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(course, "RUN", tmp_path)
    net = PlateAutoencoder()
    Course("one", 1).save({"net": net.state_dict()})
    save("one", tmp_path / "kept")
    again = restored(tmp_path / "kept")
    plates = torch.rand(1, 9, 96, 96)
    with torch.no_grad():
        assert torch.allclose(again.encode(plates), net.encode(plates), atol=0.02)
