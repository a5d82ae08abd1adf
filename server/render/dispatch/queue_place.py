"""Room in the queue that is kept for a clip until it comes."""

from collections.abc import Callable

from phosphene.render.schedule import Asker


class QueuePlace:
    """Room that is kept for a clip which is not in the queue yet; ``ahead`` before everybody."""

    def __init__(
        self, asker: Asker, give_back: Callable[["QueuePlace"], None], *, ahead: bool
    ) -> None:
        self.asker = asker
        self.ahead = ahead
        self._give_back = give_back

    def release(self) -> None:
        """It is kept no longer; twice is the same as once."""
        self._give_back(self)
