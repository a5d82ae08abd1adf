"""Pictures of a clip on air, as they are sent to viewers: WHEP (draft-ietf-wish-whep) by aiortc.

Apart from the client itself, because aiortc is heavy to import.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import httpx2
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from av import VideoFrame

from phosphene.client.client import Client
from phosphene.client.following import Told
from phosphene.client.http import Asked
from phosphene.client.problems import Unreachable
from phosphene.errors import NotLive, PhospheneError, RenderFailed
from phosphene.model import Clip, clip_topic
from phosphene.social.protocol import Subscribed

SDP: Final = "application/sdp"
# A stream that is silent for so long is asked about: the end is not told on it, or only by the end
# of the connection.
SILENT_S: Final = 1.5


@asynccontextmanager
async def open_frames(
    client: Client, clip: str, *, embed_token: str = ""
) -> AsyncIterator[AsyncIterator[VideoFrame]]:
    """The pictures of a clip from its first noise to the end of its final run, as av.VideoFrame;
    waits until it is on air. Of one that is finished its film, again and again.

    Raises:
        NotFound, Unauthorized: there is no such clip, or it is not for us.
        RenderFailed, NotFound: it failed, or was stopped.
        Unreachable: the connection was lost.
    """
    await _on_air(client, clip, embed_token)
    # An empty list: without one aiortc asks a public STUN server, and nobody needs that here, as
    # the server tells its own addresses.
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    receiver = peer.addTransceiver("video", direction="recvonly").receiver
    try:
        session = await _negotiate(client, peer, clip, embed_token)
        try:
            yield _frames(client, clip, receiver.track, embed_token)
        finally:
            with suppress(PhospheneError):  # it ends by itself when nobody takes its packets
                await client.http.send(Asked(method="DELETE", path=session))
    finally:
        await peer.close()


async def _on_air(client: Client, clip: str, embed_token: str) -> None:
    async with client.follow_topics(clip_topic(clip), embed_token=embed_token) as events:
        async for told in events:
            now = _told_of(told)
            if now is not None and now.status in {"live", "done"}:
                return
            if now is not None and now.status in {"failed", "cancelled"}:
                raise RenderFailed(now.reason or now.status)


def _told_of(told: Told) -> Clip | None:
    """The clip as a message shows it."""
    if isinstance(told, Subscribed):
        return told.snapshot.clip if told.snapshot else None
    found = getattr(told.event, "clip", None)
    return found if isinstance(found, Clip) else None


async def _negotiate(client: Client, peer: RTCPeerConnection, clip: str, embed_token: str) -> str:
    """Offer to receive, take the answer; gives the session's address."""
    await peer.setLocalDescription(await peer.createOffer())
    answer = await _offer(client, clip, embed_token, peer.localDescription.sdp.encode())
    await peer.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))
    return answer.headers["location"]


async def _offer(client: Client, clip: str, embed_token: str, offer: bytes) -> httpx2.Response:
    # Of the server itself, whose session is ended by its address: a media server may hide that.
    path, query = f"/v1/clips/{clip}/whep", {"token": embed_token, "here": "1"}
    while True:
        try:
            return await client.http.send(
                Asked(method="POST", path=path, body=offer, body_type=SDP, query=query)
            )
        except NotLive as error:  # its first picture is on its way
            await asyncio.sleep(error.retry_after_s)


async def _frames(
    client: Client, clip: str, track: MediaStreamTrack, embed_token: str
) -> AsyncIterator[VideoFrame]:
    while True:
        try:
            async with asyncio.timeout(SILENT_S):
                frame = await track.recv()
        except (TimeoutError, MediaStreamError) as silence:
            if not (await client.get_clip(clip, embed_token=embed_token)).live:
                return
            if isinstance(silence, MediaStreamError):
                raise Unreachable("the connection was lost") from None
            continue
        if isinstance(frame, VideoFrame):
            yield frame
