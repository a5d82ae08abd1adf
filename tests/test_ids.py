from server.ids import ALPHABET, new_id


def test_ids_sort_by_time_and_never_repeat() -> None:
    ids = [new_id(1_800_000_000 + second) for second in range(50)]
    assert ids == sorted(ids)
    assert len({new_id(1.0) for _ in range(1000)}) == 1000


def test_ids_are_safe_in_a_url() -> None:
    one = new_id(1_800_000_000.5)
    assert len(one) == 20
    assert set(one) <= set(ALPHABET)
