"""The CPU cores of this machine."""

import os


def usable_cores() -> int:
    """CPU cores that this process may use; in a container what it was given."""
    # What cgroups give as a share of time (a CPU quota) is not in it: with a quota of 0.6 on
    # two cores this says 2.
    # Not cpu_count: that is the machine's, also for a process that was pinned to two of its cores.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
