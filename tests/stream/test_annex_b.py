from phosphene.stream.annex_b import nal_units


def test_three_and_four_byte_start_codes() -> None:
    assert list(nal_units(b"\0\0\1ab\0\0\0\1cd\0\0\1ef\0")) == [b"ab", b"cd", b"ef"]
