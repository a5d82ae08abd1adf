// The WHEP client of Sergio Garcia Murillo, which knows nothing of Phosphene.
import { WHEPClient } from "/whip-whep.js";

const asked = new URLSearchParams(location.search);
const url = new URL(`/v1/clips/${encodeURIComponent(asked.get("clip"))}/whep`, asked.get("server"));
const video = document.querySelector("video");

async function watch() {
  const peer = new RTCPeerConnection();
  peer.addTransceiver("video", { direction: "recvonly" });
  peer.ontrack = ({ streams }) => (video.srcObject = streams[0]);
  const viewer = new WHEPClient();
  await viewer.view(peer, url, asked.get("token"));
  addEventListener("pagehide", () => viewer.stop());
}

// It does not try again by itself, and a clip that waits for its turn is a 409.
while (!(await watch().then(() => true, () => false))) await new Promise((resolve) => setTimeout(resolve, 500));
