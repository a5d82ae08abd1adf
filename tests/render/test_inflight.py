import tempfile

from phosphene.render.inflight import read_inflight, write_inflight


def test_what_was_noted_last_is_read() -> None:
    with tempfile.TemporaryFile() as file:
        assert read_inflight(file.fileno()) == ()
        write_inflight(file.fileno(), ["a", "b"])
        write_inflight(file.fileno(), ["c"])
        assert read_inflight(file.fileno()) == ("c",)
        write_inflight(file.fileno(), [])
        assert read_inflight(file.fileno()) == ()


def test_a_note_that_was_torn_is_none() -> None:
    with tempfile.TemporaryFile() as file:
        write_inflight(file.fileno(), ["a" * 40])
        file.truncate(20)
        assert read_inflight(file.fileno()) == ()
