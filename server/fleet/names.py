"""What the fleet keeps in Redis under which name, how much of it and for how long."""

from typing import Final

from phosphene.render import messages

BEATS: Final = "phosphene:fleet:beats"
"""Stream of signs of life of all workers, whatever version they speak."""

GROUP: Final = "workers"
"""Consumer group of the queue."""

# Four a second for each worker, a few hundred bytes: what is lost is known after a second (1.1 s to
# the next unit of its clip, and 0.1 s where only its process died).
BEAT_S: Final = 0.25
LOST_S: Final = 1.0
"""A worker that has not beaten for so long, while Redis answers, is lost; one whose beats came late
has up to ``PATIENCE_S``."""

# Less than an instance is given (``INSTANCE_MS``): who watches the clip sees a picture that stands.
PATIENCE_S: Final = 4.0

# A Redis that is restarted answers again within a second: clips stand still meanwhile, and go on.
AWAY_S: Final = 8.0
"""So long without Redis, all workers of other machines are lost; they stop a little later."""

# Five seconds of a hundred workers; who has not read them by then has nothing to learn from them.
MOST_BEATS: Final = 2000
MOST_JOBS: Final = 1000
MOST_ORDERS: Final = 1000
# About 4,000 pictures for an instance that does not read: Redis has a bound, and who is so far
# behind has lost the clip anyway.
MOST_ANSWERS: Final = 4096
# Renewed while somebody lives: who dies leaves nothing in Redis.
EXPIRES_S: Final = 60
INSTANCE_MS: Final = 5000
"""An instance that has not been heard of for so long is gone, and its clips are not drawn."""


def jobs(fingerprint: str, wire: int, *, urgent: bool) -> str:
    """Stream of clips that wait for a worker with these weights, which understands ``wire``; urgent
    ones go first."""
    return f"phosphene:fleet:jobs:{wire}:{fingerprint}:{'urgent' if urgent else 'usual'}"


def bell(fingerprint: str, wire: int) -> str:
    """Stream whose entries only say that there is something in that queue."""
    return f"phosphene:fleet:bell:{wire}:{fingerprint}"


def wires() -> range:
    """All that are understood here."""
    return range(messages.OLDEST, messages.WIRE + 1)


def orders(worker: str) -> str:
    """Stream of what is said to one worker about the clips that it has."""
    return f"phosphene:fleet:orders:{worker}"


def answers(instance: str) -> str:
    """Stream of what all workers say to one instance."""
    return f"phosphene:fleet:answers:{instance}"


def instance(name: str) -> str:
    """Key that is there as long as an instance lives."""
    return f"phosphene:fleet:instance:{name}"
