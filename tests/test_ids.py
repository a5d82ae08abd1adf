from phosphene.ids import ALPHABET, made_at, new_id


def test_ids_sort_by_time_and_never_repeat() -> None:
    ids = [new_id(1_800_000_000 + second) for second in range(50)]
    assert ids == sorted(ids)
    assert len({new_id(1.0) for _ in range(1000)}) == 1000


def test_ids_are_safe_in_a_url() -> None:
    one = new_id(1_800_000_000.5)
    assert len(one) == 20
    assert set(one) <= set(ALPHABET)


def test_an_id_tells_when_it_was_made() -> None:
    assert made_at(new_id(1_800_000_000.25)) == 1_800_000_000.25
    assert made_at("somebody") == made_at("u" * 20) == 0.0
