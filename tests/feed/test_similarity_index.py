"""Nearness by the inverted index against the plain definition."""

import random

import pytest

from phosphene.feed.similarity_index import Space, total


def test_near_is_the_inner_product_with_every_document() -> None:
    dice = random.Random(3)
    documents = [
        {dice.choice("abcdefghij"): dice.uniform(0.1, 2) for _ in range(dice.randrange(6))}
        for _ in range(60)
    ]
    space = Space(documents)
    for vector in space.vectors[:20]:
        expected = [
            sum(value * other.get(feature, 0.0) for feature, value in vector.items())
            for other in space.vectors
        ]
        assert space.similarities(vector) == pytest.approx(expected)


def test_a_document_is_nearest_to_itself() -> None:
    space = Space([{"a": 1.0, "b": 1.0}, {"a": 1.0}, {"c": 1.0}])
    near = space.similarities(space.vectors[0])
    assert near[0] == pytest.approx(1.0)
    assert 0 < near[1] < 1
    assert near[2] == 0


def test_what_no_document_has_is_near_to_nothing() -> None:
    space = Space([{"a": 1.0}])
    assert space.similarities(space.mean_vector([({"z": 1.0}, 1.0)])) == [0.0]
    assert Space([]).similarities({"a": 1.0}) == []


def test_total_adds_shares() -> None:
    assert total([({"a": 1.0}, 0.5), ({"a": 1.0, "b": 2.0}, 0.25)]) == {"a": 0.75, "b": 0.5}
