"""Stands for a program that another process forks: ``python -I -S launcher.py SOCKET WORDS...``.

It gives its open files, its words and its environment to ``SOCKET``, an abstract name, and ends as
what was forked with them ends (tests/forked_programs.py). It imports next to nothing.
"""

import os
import socket
import sys


def main() -> None:
    name, *words = sys.argv[1:]
    files = [file for file in map(int, os.listdir("/proc/self/fd")) if is_open(file)]
    environ = [name + b"=" + value for name, value in os.environb.items()]
    heads = [b" ".join(b"%d" % file for file in files), b"%d" % len(words)]
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as asked:
        asked.connect("\0" + name)
        body = b"\0".join([*heads, *map(os.fsencode, words), *environ])
        socket.send_fds(asked, [body], files)
        for file in files:
            os.close(file)  # who reads from them sees the end of what was forked
        status = asked.recv(16)
    end_as(int(status or b"1"))


def is_open(file: int) -> bool:
    """Not so the one by which they were listed."""
    try:
        os.fstat(file)
    except OSError:
        return False
    return True


def end_as(status: int) -> None:
    """Less than 0 is the signal that ended it."""
    if status < 0:
        os.kill(os.getpid(), -status)
    os._exit(status)


main()
