"""A server that the clients of these tests speak to; its worker paints discs."""

from collections.abc import Iterator

import pytest

from tests.support import Instance, instance


@pytest.fixture(scope="session")  # of all files here: a start costs 1.5 s of CPU
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with instance(tmp_path_factory.mktemp("data"), painted=True) as running:
        yield running
