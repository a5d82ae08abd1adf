from pathlib import Path

import numpy as np
import pytest
import torch

from phosphene.render.worker.embedded.nouns.network import NounTransformer
from tests.render.worker.embedded.toy import nouns
from training.add import Known, added, learn, parsed, projection, vector_of
from training.nouns.concepts import TABLE, as_line, concepts
from training.nouns.icon import parse
from training.nouns.packages import scaled


def test_a_picture_of_any_size_becomes_an_icon() -> None:
    svg = '<svg viewBox="100 0 200 400"><rect x="100" y="0" width="200" height="400"/></svg>'
    (sheet,) = parse(f"<svg>{scaled(svg)}</svg>")
    points = np.array([point for segment in sheet.segments for point in segment])
    assert points.min(0) == pytest.approx([8, 0])
    assert points.max(0) == pytest.approx([24, 32])
    with pytest.raises(ValueError, match="viewBox"):
        scaled("<svg><path/></svg>")


def test_the_vector_of_a_drawing_is_where_its_latents_lie() -> None:
    torch.manual_seed(1)
    axes = torch.linalg.qr(torch.randn(2304, 96)).Q
    places = torch.randn(150, 96)
    mean = (places @ axes.T + 3).view(150, 16, 144)
    where = projection(mean[:140], places[:140] * 2 + 1)
    told = torch.stack([vector_of(one[None], where) for one in mean[140:]])
    assert torch.allclose(told, places[140:] * 2 + 1, atol=0.02)


def test_it_learns_the_concept_and_keeps_what_it_knows() -> None:
    torch.manual_seed(2)
    net = NounTransformer(width=32, layers=1, heads=2)
    knows = Known(torch.randn(8, 16, 144) * 0.3 + 1, torch.zeros(8, 96))
    tokens, vector = torch.randn(8, 16, 144) * 0.3 - 2, torch.ones(96)
    losses = learn(net, tokens, vector, knows, 1.0)
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])


def test_the_model_has_one_more_drawing_and_the_others_stay(tmp_path: Path) -> None:
    model = nouns()
    _, concept = parsed(["a.svg", "--names", "Type writer, typewriter", "--gait", "rock"])
    plates = np.zeros((2, 9, 96, 96), np.uint8)
    plates[:, -1, 24:72, 24:72] = 255
    grown = added(model, concept, plates, torch.ones(96))
    assert grown.concepts["type-writer"].rows == (len(model.vectors), 1)
    assert torch.equal(grown.vectors[:-1], model.vectors)
    grown.save(tmp_path)
    table = tmp_path / "concepts.tsv"
    table.write_text(TABLE.read_text().splitlines()[0] + "\n" + as_line(concept))
    assert concepts(table)["type-writer"] == concept
