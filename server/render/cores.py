"""The CPU cores of this machine."""

import os


def usable_cores() -> int:
    """CPU cores that this process may use; in a container what it was given."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
