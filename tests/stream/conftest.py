from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from phosphene.stream.live import LiveClip
from phosphene.stream.webrtc.sessions import ViewerSessions, open_sessions
from phosphene.units import RenditionName, Unit
from tests.stream.viewer import FPS, HEIGHT, WIDTH, Encoder, encode, encode_others


@pytest.fixture(scope="session")
def units() -> list[Unit]:
    """Two seconds with four keyframes."""
    return encode(2 * FPS)


@pytest.fixture(scope="session")
def others(units: list[Unit]) -> dict[RenditionName, list[Unit]]:
    """The same in the other renditions."""
    return encode_others(units)


@pytest.fixture
def encoder(units: list[Unit], others: dict[RenditionName, list[Unit]]) -> Encoder:
    """A clip on air that has renditions."""
    return Encoder(units, others)


@pytest.fixture
def asked() -> list[str]:
    """Grows when the encoder is asked for a keyframe."""
    return []


@pytest.fixture
def live(asked: list[str]) -> LiveClip:
    ask = lambda: asked.append("keyframe")  # noqa: E731
    return LiveClip("a", width=WIDTH, height=HEIGHT, fps=FPS, ask_keyframe=ask)


@pytest_asyncio.fixture
async def sessions() -> AsyncIterator[ViewerSessions]:
    async with open_sessions(20, loopback=True) as opened:
        yield opened
