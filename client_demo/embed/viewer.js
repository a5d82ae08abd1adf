/** A WHEP viewer; ``once`` resolves when the connection is over, with ms until the next try. */
class Viewer {
  constructor(url, signal, onstream) {
    Object.assign(this, { url, signal, onstream });
  }

  async once(attempt) {
    const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    let session;
    try {
      for (const kind of ["video", "audio"]) peer.addTransceiver(kind, { direction: "recvonly" });
      peer.ontrack = ({ track, streams }) => this.onstream(streams[0] ?? new MediaStream([track]));
      const { type, sdp } = await peer.createOffer();
      await peer.setLocalDescription({ type, sdp: sdp.replace(/useinbandfec=1/g, "useinbandfec=1;stereo=1") });
      const answer = await fetch(this.url, { method: "POST", headers: { "content-type": "application/sdp" }, body: peer.localDescription.sdp, signal: this.signal });
      if (answer.status !== 201) return 1000 * (Number(answer.headers.get("retry-after")) || 0) || backoffMs(attempt);
      session = new URL(answer.headers.get("location"), this.url).href;
      await peer.setRemoteDescription({ type: "answer", sdp: await answer.text() });
      await this.#over(peer);
      return peer.wasUp ? backoffMs(0) : backoffMs(attempt + 1);
    } finally {
      const there = peer.connectionState !== "closed" && peer.connectionState !== "failed";
      peer.close();
      if (session && there) fetch(session, { method: "DELETE", keepalive: true }).catch(() => null);
    }
  }

  #over(peer) {
    return new Promise((resolve) => {
      let timer = setTimeout(resolve, STARTING_MS);
      this.signal.addEventListener("abort", resolve, { once: true });
      peer.onconnectionstatechange = () => {
        const state = peer.connectionState;
        if (state === "connected") clearTimeout(timer), (peer.wasUp = true);
        if (state === "disconnected") timer = setTimeout(resolve, LOST_MS);
        if (state === "failed" || state === "closed") resolve();
      };
    });
  }
}
