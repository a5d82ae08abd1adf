"""One viewer's peer connection: offer in, answer out, one video track that is only sent."""

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)

from server.stream.track import LiveTrack

LOOPBACK = "127.0.0.1"


async def negotiate(offer: str, track: LiveTrack, *, loopback: bool) -> RTCPeerConnection:
    """A peer connection that has answered a clean ``offer`` (see ``read_offer``) with ``track``.

    No STUN server is asked. All candidates are in the answer; 127.0.0.1 is among them when
    ``loopback`` says so or when this machine has no other address.
    """
    peer = RTCPeerConnection(
        RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
    )
    try:
        await peer.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        _send(peer, track)
        await _gather(peer, loopback=loopback)
        await peer.setLocalDescription(await peer.createAnswer())
    except BaseException:
        await peer.close()
        raise
    return peer


def _send(peer: RTCPeerConnection, track: LiveTrack) -> RTCRtpSender:
    sender = peer.addTrack(track)
    # The one hook for PLI and FIR: for packets that are encoded already aiortc only sets a flag
    # that nothing reads.
    sender._send_keyframe = track.picture_lost  # type: ignore[method-assign]
    for transceiver in peer.getTransceivers():
        transceiver.direction = "sendonly" if transceiver.sender is sender else "inactive"
    return sender


async def _gather(peer: RTCPeerConnection, *, loopback: bool) -> None:
    """Gather before aiortc does, which then leaves it: aioice never offers 127.0.0.1 by itself."""
    gatherer = peer.getTransceivers()[0].receiver.transport.transport.iceGatherer
    await gatherer.gather()
    if loopback or not gatherer.getLocalCandidates():
        ice = gatherer._connection
        ice._local_candidates += await ice.get_component_candidates(1, [LOOPBACK])
