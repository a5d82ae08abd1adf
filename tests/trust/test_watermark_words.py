import secrets
import stat
from pathlib import Path

import pytest

from phosphene.trust.watermark_words import FILE, WatermarkWords


@pytest.fixture
def words(tmp_path: Path) -> WatermarkWords:
    return WatermarkWords(tmp_path, 0.6)


def test_a_clip_has_one_word_by_which_it_is_found(words: WatermarkWords, tmp_path: Path) -> None:
    mark = words.mark_of("a clip")
    assert mark == WatermarkWords(tmp_path, 0.6).mark_of("a clip")
    assert mark.word < 1 << 64
    assert words.mark_id_in(mark.word) == words.id_of("a clip")
    assert words.mark_of("another").word != mark.word


def test_words_that_nobody_made_here_are_none(words: WatermarkWords, tmp_path: Path) -> None:
    word = words.mark_of("a clip").word
    assert all(words.mark_id_in(word ^ 1 << bit) is None for bit in range(64))
    chance = (secrets.randbits(64) for _ in range(20_000))
    assert not [one for one in chance if words.mark_id_in(one) is not None]
    other = WatermarkWords(tmp_path / "other", 0.6)
    assert other.mark_id_in(word) is None
    assert other.field_key != words.field_key


def test_what_a_worker_is_given_is_not_the_key(words: WatermarkWords, tmp_path: Path) -> None:
    mark = words.mark_of("a clip")
    key = (tmp_path / FILE).read_bytes()
    assert mark.key not in key
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    # Orders are logged.
    assert mark.key.hex() not in repr(mark)
    assert str(mark.word) not in repr(mark)
