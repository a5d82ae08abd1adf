"""A player of one clip over WHEP that notes time, size and light of every picture it shows."""

from itertools import groupby
from typing import Any

import httpx
from playwright.sync_api import Page

from tests.support import Instance

WATCH = """
async ([clip, codecs, port]) => {
  const peer = new RTCPeerConnection();
  const video = Object.assign(document.createElement('video'), { muted: true });
  const transceiver = peer.addTransceiver('video', { direction: 'recvonly' });
  const known = RTCRtpReceiver.getCapabilities('video').codecs;
  transceiver.setCodecPreferences(known.filter(({ mimeType }) => codecs.includes(mimeType)));
  peer.ontrack = ({ streams }) => { video.srcObject = streams[0]; video.play(); };
  await peer.setLocalDescription();
  const headers = { 'content-type': 'application/sdp' };
  const offer = { method: 'POST', headers, body: peer.localDescription.sdp };
  const post = () => fetch(`/v1/clips/${clip}/whep`, offer);
  let answer = await post();
  while (answer.status === 409) answer = await post();
  let sdp = await answer.text();
  if (port) sdp = sdp.replace(/^(a=candidate:\\S+ \\d udp \\d+ \\S+) \\d+/gim, `$1 ${port}`);
  await peer.setRemoteDescription({ type: 'answer', sdp });
  const canvas = new OffscreenCanvas(36, 64);
  const brush = canvas.getContext('2d', { willReadFrequently: true });
  window.seen = [];
  const look = (_, { width, height }) => {
    brush.drawImage(video, 0, 0, 36, 64);
    const pixels = brush.getImageData(0, 0, 36, 64).data;
    const light = pixels.reduce((sum, one) => sum + one, 0);
    seen.push({ at: performance.now(), size: [width, height], light });
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
  window.peer = peer;
  window.session = answer.headers.get('location');
  const [, codec] = sdp.match(/a=rtpmap:\\d+ (\\w+)/);
  const [, found] = sdp.match(/^a=candidate:\\S+ \\d udp \\d+ \\S+ (\\d+)/im);
  return { codec, port: Number(found), link: answer.headers.get('link') };
}
"""
SIZED = "size => seen.length > 9 && seen.slice(-9).every((one) => one.size + '' === size + '')"
LAYER = """
async (wish) => (await fetch(session + '/layer', {
  method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(wish),
})).status
"""
H264, VP8 = ["video/H264", "video/rtx"], ["video/VP8", "video/rtx"]


def sizes(page: Page) -> list[list[int]]:
    """The sizes of what was shown, in their order."""
    shown: list[list[int]] = page.evaluate("() => seen.map(({ size }) => size)")
    return [size for size, _ in groupby(shown)]


def statistics(server: Instance, page: Page) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(server.url + page.evaluate("() => session")).json()
    return found
