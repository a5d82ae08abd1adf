import torch

from training.nouns.concepts import concepts
from training.nouns.drawings import labels
from training.nouns.export import anchors, sizes, table


def test_the_table_has_every_concept_and_where_its_drawings_are() -> None:
    names = labels()
    found = table({"labels": names}, torch.zeros(len(names), 96, 96))
    assert list(found) == list(concepts())
    for name, concept in found.items():
        first, count = concept.rows
        assert [label for label, _ in names[first : first + count]] == [name] * count
    assert sum(concept.rows[1] for concept in found.values()) == len(names)


def test_a_drawing_that_no_plate_was_of_is_told_and_measured_on_another() -> None:
    names = labels()
    alphas = torch.zeros(len(names), 96, 96)
    alphas[:, 10:80, 30:60] = 1
    first = next(k for k, (name, _) in enumerate(names) if name == "doctor")
    alphas[first] = 0
    found = table({"labels": names}, alphas)
    assert found["doctor"].unseen == (0,)
    assert found["doctor"].drawings == (1, 2)
    assert found["doctor"].head[1] < -1
    assert all(not concept.unseen for name, concept in found.items() if name != "doctor")


def test_a_size_is_of_a_concept_or_of_a_kind() -> None:
    known = {*concepts(), *(c.kind for c in concepts().values())}
    assert {*sizes()} <= known
    assert {c.kind for c in concepts().values()} <= {*sizes()}


def test_the_head_is_what_is_highest_and_the_back_what_is_high_in_the_middle() -> None:
    alpha = torch.zeros(96, 96)
    alpha[48:80, 16:80] = 1  # a body
    alpha[16:48, 72:80] = 1  # a neck at its right end
    head, back, low = anchors(alpha)
    assert head == (0.859, -1.0)
    assert back == (0.0, 0.0)
    assert low == 1.0
    assert anchors(torch.zeros(96, 96)) == ((0.0, 0.0), (0.0, 0.0), 0.0)
