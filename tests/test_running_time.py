from phosphene.running_time import RunningTime


def test_a_sleep_counts_as_one_round() -> None:
    clock = RunningTime(0.25, 100.0)
    assert [clock.end_round(now) for now in (100.125, 100.25, 160.25, 160.375)] == [
        *(0.125, 0.25, 0.5, 0.625)
    ]
    assert (clock.read(160.5), clock.read(170.0), clock.seconds) == (0.75, 0.875, 0.625)


def test_a_clock_that_is_set_back_counts_nothing() -> None:
    clock = RunningTime(0.25, 100.0)
    assert [clock.end_round(now) for now in (40.0, 40.125)] == [0.0, 0.125]
