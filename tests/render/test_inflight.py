import tempfile

from server.render.inflight import read_trace, write_trace


def test_what_was_noted_last_is_read() -> None:
    with tempfile.TemporaryFile() as file:
        assert read_trace(file.fileno()) == ()
        write_trace(file.fileno(), ["a", "b"])
        write_trace(file.fileno(), ["c"])
        assert read_trace(file.fileno()) == ("c",)
        write_trace(file.fileno(), [])
        assert read_trace(file.fileno()) == ()


def test_a_note_that_was_torn_is_none() -> None:
    with tempfile.TemporaryFile() as file:
        write_trace(file.fileno(), ["a" * 40])
        file.truncate(20)
        assert read_trace(file.fileno()) == ()
