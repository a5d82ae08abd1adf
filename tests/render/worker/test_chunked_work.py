import pytest

from server.render.worker.chunked_work import Pieces, at_once, piece


def counted(many: int, done: list[int]) -> Pieces[str]:
    for number in range(many):
        done.append(number)
        yield
    return "all"


def test_a_work_stops_after_every_piece_and_says_what_it_came_to_at_the_end() -> None:
    done: list[int] = []
    work = counted(2, done)
    assert piece(work) is None
    assert done == [0]
    assert piece(work) is None
    assert piece(work) == ("all",)
    assert done == [0, 1]


def test_all_of_it_can_be_done_at_once() -> None:
    assert at_once(counted(5, [])) == "all"
    assert at_once(counted(0, [])) == "all"


def test_what_a_piece_raises_is_raised() -> None:
    def spoilt() -> Pieces[None]:
        yield
        raise ZeroDivisionError

    work = spoilt()
    assert piece(work) is None
    with pytest.raises(ZeroDivisionError):
        piece(work)
