import pytest

from phosphene.render.worker.chunked_work import ChunkedWork, run_all_chunks, run_next_chunk


def counted(many: int, done: list[int]) -> ChunkedWork[str]:
    for number in range(many):
        done.append(number)
        yield
    return "all"


def test_a_work_stops_after_every_piece_and_says_what_it_came_to_at_the_end() -> None:
    done: list[int] = []
    work = counted(2, done)
    assert run_next_chunk(work) is None
    assert done == [0]
    assert run_next_chunk(work) is None
    assert run_next_chunk(work) == ("all",)
    assert done == [0, 1]


def test_all_of_it_can_be_done_at_once() -> None:
    assert run_all_chunks(counted(5, [])) == "all"
    assert run_all_chunks(counted(0, [])) == "all"


def test_what_a_piece_raises_is_raised() -> None:
    def spoilt() -> ChunkedWork[None]:
        yield
        raise ZeroDivisionError

    work = spoilt()
    assert run_next_chunk(work) is None
    with pytest.raises(ZeroDivisionError):
        run_next_chunk(work)
