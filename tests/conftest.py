"""What holds for all tests."""

import os


def pytest_configure() -> None:
    """Threads of torch that wait for each other busily are slow where several tests run at once."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
