"""Bytes to many sockets by one call of the kernel, where it has io_uring."""

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from phosphene.social.send_ring import ENTRIES, SendRing, open_send_ring


@pytest.fixture
def ring() -> Iterator[SendRing]:
    with open_send_ring() as opened:
        if opened is None:
            pytest.skip("this kernel has no io_uring, or does not let us have it")
        yield opened


@pytest.fixture
def pairs() -> Iterator[list[tuple[socket.socket, socket.socket]]]:
    """More of them than a ring has entries."""
    with ExitStack() as stack:
        made = [socket.socketpair() for _ in range(ENTRIES + 100)]
        for pair in made:
            for one in pair:
                stack.enter_context(one)
        yield made


def entries(ring: SendRing, *sockets: socket.socket) -> bytes:
    return b"".join(ring.make_entry(one.fileno()) for one in sockets)


def test_all_get_the_same_however_often_the_ring_goes_round(
    ring: SendRing, pairs: list[tuple[socket.socket, socket.socket]]
) -> None:
    everybody = entries(ring, *(one for one, _ in pairs))
    said = [f"number {number}".encode() for number in range(9)]
    for data in said:
        assert ring.send_all(everybody, data) == []
    assert all(other.recv(1000) == b"".join(said) for _, other in pairs)


def test_it_is_told_who_took_less(
    ring: SendRing, pairs: list[tuple[socket.socket, socket.socket]]
) -> None:
    (reads, reader), (full, _), (some, _), (left, gone) = pairs[:4]
    gone.close()
    for one in (full, some):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        one.setblocking(False)
    with suppress(BlockingIOError):
        while True:
            full.send(bytes(100))
    long = bytes(100_000)
    short = dict(ring.send_all(entries(ring, full, left, reads), b"hello"))
    assert short == {full.fileno(): -errno.EAGAIN, left.fileno(): -errno.EPIPE}
    assert reader.recv(100) == b"hello"
    [(which, taken)] = ring.send_all(entries(ring, some), long)
    assert which == some.fileno()
    assert taken == -errno.EAGAIN or 0 < taken < len(long)


def test_what_is_no_socket_is_told_and_sends_nothing_to_others(ring: SendRing) -> None:
    one, other = socket.socketpair()
    fd = one.fileno()
    entry = ring.make_entry(fd)
    one.close()
    assert ring.send_all(entry, b"hello") == [(fd, -errno.EBADF)]
    assert other.recv(100) == b""
    other.close()
