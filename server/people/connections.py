"""What is open in the name of a login on this instance, so that it closes when the login ends."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Final

Close = Callable[[], None]

NOBODY: Final = ""
"""The login of somebody who is not known by one yet."""


class OpenConnections:
    """Sockets and viewers by login."""

    def __init__(self) -> None:
        self._open: dict[str, dict[object, Close]] = {}

    @contextmanager
    def holding(self, login_id: str, close: Close) -> Iterator[None]:
        """While something is open in the name of a login; ``close`` is called when that ends."""
        # Who is new has no row yet that could end.
        if login_id == NOBODY:
            yield
            return
        # Not the callback itself: one login holds many sockets, and their callbacks may be equal.
        key = object()
        self._open.setdefault(login_id, {})[key] = close
        try:
            yield
        finally:
            of_login = self._open.get(login_id, {})
            of_login.pop(key, None)
            if not of_login:
                self._open.pop(login_id, None)

    def list_logins(self) -> Collection[str]:
        """Those in whose name something is open."""
        return tuple(self._open)

    def close_all(self, login_ids: Collection[str]) -> None:
        """Close what is open in the name of these logins."""
        for one in login_ids:
            # Taken out first: a ``close`` may end its ``holding`` at once, which changes what is
            # walked here.
            for close in list(self._open.pop(one, {}).values()):
                close()
