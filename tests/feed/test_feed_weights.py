from pathlib import Path

import pytest

from phosphene.errors import BadInput
from phosphene.feed.feed_weights import AS_THEY_ARE, WORTH, read_feed_weights


def written(folder: Path, text: str) -> str:
    path = folder / "weights.toml"
    path.write_text(text)
    return str(path)


def test_what_a_file_leaves_out_stays(tmp_path: Path) -> None:
    found = read_feed_weights(
        written(tmp_path, "[outcomes]\nlike = 0.9\n[terms]\nquality = 0.5\nowed = 0\n")
    )
    assert (found.outcomes.like, found.outcomes.save) == (0.9, WORTH.save)
    assert [found.multiplier_of(term) for term in ("quality", "owed", "taste")] == [0.5, 0, 1]
    assert read_feed_weights("") == AS_THEY_ARE


@pytest.mark.parametrize(
    "text",
    ["[terms]\nqualty = 1\n", "[outcomes]\nlikes = 1\n", "[terms]\nquality = 'much'\n", "[terms"],
)
def test_what_is_misspelled_is_said(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput, match=r"weights\.toml"):
        read_feed_weights(written(tmp_path, text))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No such file"):
        read_feed_weights(str(tmp_path / "none.toml"))
