from phosphene.feed.ranker.neighbours import WIDTH, Neighbours


def test_pairs_are_counted_in_one_direction() -> None:
    table = Neighbours()
    table.count_pair(1, 2, 1.0)
    table.count_pair(1, 2, 0.5)
    table.count_pair(1, 3, 1.0)
    ids, counts = table.neighbours_of(1)
    assert dict(zip(ids.tolist(), counts.tolist(), strict=True)) == {2: 1.5, 3: 1.0}
    assert not len(table.neighbours_of(2)[0])
    assert table.total[1] == 2.5


def test_the_strongest_stay() -> None:
    table = Neighbours()
    for other in range(1, WIDTH + 1):
        table.count_pair(0, other, float(other))
    table.count_pair(0, 9999, 1.0)
    ids, _ = table.neighbours_of(0)
    assert len(ids) <= WIDTH
    assert {WIDTH, 9999} <= set(ids.tolist())
    assert 1 not in ids
