import numpy as np
import pytest

from phosphene.watermark.fields import BITS, COLUMNS, ROWS, fields_of, pattern_of

KEY = b"a key of sixteen"


def test_the_fields_of_a_key_are_the_same_for_ever() -> None:
    fields = fields_of(KEY)
    # What was marked once is to be read in years, by other versions of every library.
    assert fields.sync[100, [0, 50, 287]].tolist() == pytest.approx(
        [-0.0943, -0.0068, -0.1899], abs=1e-3
    )
    assert fields.carrier[511, [0, 50, 287]].tolist() == pytest.approx(
        [1.4386, 1.15, 0.6301], abs=1e-3
    )
    assert fields.owner[:8].tolist() == [58, 40, 16, 28, 4, 60, 15, 14]
    assert fields.turn[:8].tolist() == [-1, 1, 1, 1, -1, 1, -1, 1]


def test_each_bit_has_as_many_cells() -> None:
    counts = np.bincount(fields_of(KEY).owner, minlength=BITS)
    assert counts.min() == counts.max() == ROWS * COLUMNS // 64 // BITS


def test_two_keys_have_nothing_in_common() -> None:
    one, other = fields_of(KEY), fields_of(b"another key, 16.")
    assert abs(float((one.sync * other.sync).mean())) < 0.03
    assert abs(float((one.sync * one.carrier).mean())) < 0.03


@pytest.mark.parametrize("size", [(1024, 576), (832, 480), (333, 187)])
def test_a_pattern_is_the_same_in_every_size(size: tuple[int, int]) -> None:
    small, large = fields_of(KEY).sync, fields_of(KEY, *size).sync
    rows, columns = (np.arange(a) * b // a for a, b in zip((ROWS, COLUMNS), size, strict=True))
    again = large[rows][:, columns]
    assert np.corrcoef(small.ravel(), again.ravel())[0, 1] > 0.5
    assert large.std() == pytest.approx(1, abs=1e-3)


def test_a_word_turns_the_carrier_only() -> None:
    fields = fields_of(KEY)
    one, other = pattern_of(fields, 0), pattern_of(fields, (1 << 64) - 1)
    assert np.allclose((one + other) / 2, 0.4 * fields.sync, atol=1e-5)


def test_a_picture_that_is_too_small_for_a_mark_has_none() -> None:
    assert np.isfinite(pattern_of(fields_of(KEY, 16, 16), 5)).all()
