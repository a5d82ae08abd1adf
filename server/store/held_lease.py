"""A lease that this process holds."""

from collections.abc import Callable


class Lease:
    """Held until ``until`` for certain, on the clock of the store, and after that perhaps."""

    def __init__(self, name: str, number: int, until: float, lost: Callable[[], None]) -> None:
        self.name = name
        self.number = number
        self.until = until
        self.gone = False
        self._lost = lost

    def mark_lost(self) -> None:
        """Somebody else has it."""
        self.gone = True
        self._lost()
