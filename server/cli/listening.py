"""The socket that people come to: an address and a port, or a path in the file system."""

import os
import socket
import stat
import sys
from typing import Final

from phosphene.errors import BadInput
from phosphene.settings import Settings

BACKLOG: Final = 2048
UNIX: Final = "unix:"


def listen(settings: Settings) -> socket.socket:
    """The socket, about which people are told. Raises BadInput: the address cannot be used."""
    at_path = settings.host.startswith(UNIX)
    listener = _unix(settings.host.removeprefix(UNIX)) if at_path else _tcp(settings)
    # From now on a browser that is early waits instead of being refused.
    listener.listen(BACKLOG)
    where = settings.host if at_path else address_of(*listener.getsockname()[:2])
    print(f"Phosphene is on {where}  (Ctrl+C stops it)", file=sys.stderr, flush=True)
    return listener


def address_of(host: str, port: int) -> str:
    """As a browser takes it (RFC 3986: IPv6 addresses in brackets)."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _tcp(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    # Else a restart is refused its port for as long as the kernel keeps old connections
    # (TIME_WAIT).
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host.strip("[]"), settings.port))
    except OSError as error:
        listener.close()
        where = address_of(settings.host, settings.port)
        raise BadInput(f"cannot listen on {where}: {error.strerror}; try --port") from None
    return listener


def _unix(path: str) -> socket.socket:
    """Who may reach the folder may connect, as nginx under another user must."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if os.path.exists(path) and stat.S_ISSOCK(os.stat(path).st_mode):
            os.unlink(path)  # of a process that was killed
        listener.bind(path)
        os.chmod(path, 0o666)
    except OSError as error:
        listener.close()
        raise BadInput(f"cannot listen on {path}: {error.strerror}") from None
    return listener
