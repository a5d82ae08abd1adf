/** A WHEP viewer; ``once`` resolves when the connection is over, with ms until the next try. */
class Viewer {
  /** @param {string} url @param {AbortSignal} signal @param {(stream: MediaStream) => void} onstream */
  constructor(url, signal, onstream) {
    this.url = url;
    this.signal = signal;
    this.onstream = onstream;
    /** Whether the last connection came up. */
    this.wasUp = false;
  }

  /** @param {number} attempt */
  async once(attempt) {
    const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    this.wasUp = false;
    let session;
    try {
      for (const kind of ["video", "audio"]) peer.addTransceiver(kind, { direction: "recvonly" });
      peer.ontrack = ({ track, streams }) => this.onstream(streams[0] ?? new MediaStream([track]));
      const { type, sdp } = await peer.createOffer();
      await peer.setLocalDescription({ type, sdp: sdp?.replace(/useinbandfec=1/g, "useinbandfec=1;stereo=1") });
      const answer = await fetch(this.url, { method: "POST", headers: { "content-type": "application/sdp" }, body: peer.localDescription?.sdp, signal: this.signal });
      if (answer.status !== 201) return 1000 * (Number(answer.headers.get("retry-after")) || 0) || backoffMs(attempt);
      session = new URL(answer.headers.get("location") ?? "", this.url).href;
      await peer.setRemoteDescription({ type: "answer", sdp: await answer.text() });
      await this.#over(peer);
      return this.wasUp ? backoffMs(0) : backoffMs(attempt + 1);
    } finally {
      const there = peer.connectionState !== "closed" && peer.connectionState !== "failed";
      peer.close();
      if (session && there) fetch(session, { method: "DELETE", keepalive: true }).catch(() => null);
    }
  }

  /** @param {RTCPeerConnection} peer @returns {Promise<void>} */
  #over(peer) {
    return new Promise((resolve) => {
      let timer = setTimeout(resolve, STARTING_MS);
      this.signal.addEventListener("abort", () => resolve(), { once: true });
      peer.onconnectionstatechange = () => {
        const state = peer.connectionState;
        if (state === "connected") clearTimeout(timer), (this.wasUp = true);
        if (state === "disconnected") timer = setTimeout(resolve, LOST_MS);
        if (state === "failed" || state === "closed") resolve();
      };
    });
  }
}
