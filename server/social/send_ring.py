"""The same bytes to many sockets by one system call, where the kernel has io_uring (Linux 5.4; see
io_uring_setup(2) and io_uring_enter(2)).

A ring is used as one call that returns when all is done: nothing is under way between two calls.
Containers often forbid it, as Docker's default profile does; then there is none, and each socket is
written to by a call of its own.
"""

import ctypes
import errno
import mmap
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# The same on every architecture since these calls exist.
SETUP: Final = 425
ENTER: Final = 426
OP_SENDMSG: Final = 9
GET_EVENTS: Final = 1
# MSG_DONTWAIT and MSG_NOSIGNAL: who does not read keeps nobody waiting, who is gone is an error of
# that one.
FLAGS: Final = 0x40 | 0x4000
ENTRIES: Final = 1024
SQ_RING: Final = 0
SQ_ENTRIES: Final = 0x10000000
# struct io_uring_params, in words: entries of both queues, then where their parts lie in the ring.
PARAMS: Final = 30
SQ_AT: Final = 10
CQ_AT: Final = 20
FEATURES_AT: Final = 5
SINGLE_MMAP: Final = 1
WORD: Final = 0xFFFFFFFF

# struct io_uring_sqe: opcode, flags, ioprio, fd, offset, address, length, flags of sendmsg, user
# data, and what this operation does not read.
_entry = struct.Struct("<BBHiQQIIQ24x")
# struct io_uring_cqe: user data, result, flags.
_completion = struct.Struct("<QiI")
_user_data = struct.Struct("<32xQ24x")
_word = struct.Struct("<I")


class _Slice(ctypes.Structure):
    """struct iovec"""

    _fields_ = (("base", ctypes.c_char_p), ("length", ctypes.c_size_t))


class _Message(ctypes.Structure):
    """struct msghdr"""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint32),
        ("slices", ctypes.POINTER(_Slice)),
        ("slice_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class SendRing:
    """A submission and a completion queue shared with the kernel. For one thread."""

    def __init__(self, fd: int, params: "ctypes.Array[ctypes.c_uint32]") -> None:
        entries, completions = params[0], params[1]
        sq, cq = params[SQ_AT : SQ_AT + 10], params[CQ_AT : CQ_AT + 10]
        size = max(sq[6] + 4 * entries, cq[5] + _completion.size * completions)
        self._fd = fd
        self._ring = mmap.mmap(fd, size, mmap.MAP_SHARED, offset=SQ_RING)
        self._table = mmap.mmap(fd, _entry.size * entries, mmap.MAP_SHARED, offset=SQ_ENTRIES)
        struct.pack_into(f"<{entries}I", self._ring, sq[6], *range(entries))
        self._sq_tail_at, self._cq_head_at, self._cq_tail_at = sq[1], cq[0], cq[1]
        self._completions_at, self._completions_end = cq[5], cq[5] + _completion.size * completions
        self._enter = ctypes.CDLL(None, use_errno=True).syscall
        # All entries point to this one message, so that they stay as they are from one event to the
        # next: filling in 1,000 of them takes longer than sending.
        self._slice = _Slice()
        self._message = _Message(slices=ctypes.pointer(self._slice), slice_count=1)

    def make_entry(self, fd: int) -> bytes:
        """The entry of ``send_all`` for a socket."""
        address = ctypes.addressof(self._message)
        return _entry.pack(OP_SENDMSG, 0, 0, fd, 0, address, 1, FLAGS, fd)

    def send_all(self, entries: bytes, data: bytes) -> list[tuple[int, int]]:
        """Send ``data`` by the sockets of all ``entries``, which stand one after the other. Of the
        sockets that did not take all of it: which, and how many bytes they took or an errno with a
        minus sign."""
        self._slice.base, self._slice.length = data, len(data)
        size, short = ENTRIES * _entry.size, []
        for first in range(0, len(entries), size):
            part = entries[first : first + size]
            done = self._submit(part)
            short += [(fd, took) for fd, took, _ in self._reap() if took != len(data)]
            left = part[done * _entry.size :]
            short += [(fd, -errno.EAGAIN) for (fd,) in _user_data.iter_unpack(left)]
        return short

    def _submit(self, entries: bytes) -> int:
        """How many the kernel took: all of them, unless something is wrong with the ring. Returns
        once they are done."""
        tail, count = self._word(self._sq_tail_at), len(entries) // _entry.size
        at = tail % ENTRIES * _entry.size
        room = len(self._table) - at
        self._table[at : at + len(entries)] = entries[:room]
        self._table[: max(0, len(entries) - room)] = entries[room:]
        self._put(self._sq_tail_at, tail + count)
        done = 0
        # A signal may end the call early: what was taken is not given again.
        while done < count or self._completed() < count:
            taken = self._enter(ENTER, self._fd, count - done, count, GET_EVENTS, None, 0)
            if taken < 0 and ctypes.get_errno() != errno.EINTR:
                # What was not taken must not go out later, when its bytes are others.
                self._put(self._sq_tail_at, tail + done)
                break
            done += max(0, taken)
        return done

    def _completed(self) -> int:
        return (self._word(self._cq_tail_at) - self._word(self._cq_head_at)) & WORD

    def _reap(self) -> Iterator[tuple[int, int, int]]:
        head, count = self._word(self._cq_head_at), self._completed()
        ring = self._completions_end - self._completions_at
        at = self._completions_at + head * _completion.size % ring
        end = at + count * _completion.size
        over = max(0, end - self._completions_end)
        taken = self._ring[at : end - over]
        taken += self._ring[self._completions_at : self._completions_at + over]
        self._put(self._cq_head_at, head + count)
        return _completion.iter_unpack(taken)

    def _word(self, at: int) -> int:
        word: int = _word.unpack_from(self._ring, at)[0]
        return word

    def _put(self, at: int, word: int) -> None:
        _word.pack_into(self._ring, at, word & WORD)


@contextmanager
def open_send_ring() -> Iterator[SendRing | None]:
    """A ring, or None where the kernel has none or does not let us have it."""
    params = (ctypes.c_uint32 * PARAMS)()
    setup = getattr(ctypes.CDLL(None, use_errno=True), "syscall", None)
    fd = -1 if setup is None else setup(SETUP, ENTRIES, params)
    if fd < 0:
        yield None
        return
    try:
        # Before Linux 5.4 the queues were mapped one by one.
        yield SendRing(fd, params) if params[FEATURES_AT] & SINGLE_MMAP else None
    finally:
        os.close(fd)
