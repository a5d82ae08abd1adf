/**
 * A clip's events over the social socket, until it is closed; resolves to whether it was ever open.
 * @param {string} base @param {{clip: string, token: string}} of @param {AbortSignal} signal
 * @param {(message: any) => boolean} hear says whether no other message is wanted
 * @returns {Promise<boolean>}
 */
function follow(base, { clip, token }, signal, hear) {
  return new Promise((resolve) => {
    const socket = new WebSocket(new URL("/v1/socket", base.replace("http", "ws")), ["phosphene.json"]);
    let open = false;
    const tell = (/** @type {any} */ message) => socket.send(JSON.stringify(message));
    socket.onopen = () => tell({ type: "subscribe", id: 1, topic: `clip:${clip}`, token: token || undefined });
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === "subscribed") (open = true), tell({ type: "watch", clip });
      if (hear(message) || message.type === "error") socket.close();
    };
    socket.onclose = () => resolve(open);
    signal.addEventListener("abort", () => socket.close(), { once: true });
  });
}

/** A picture that could not be had is not seen, and asked for again. @param {HTMLImageElement} image */
function keepAsking(image, attempt = 0) {
  image.onload = () => ((image.style.visibility = ""), keepAsking(image));
  image.onerror = async () => {
    image.style.visibility = "hidden";
    keepAsking(image, attempt + 1);
    await pause(backoffMs(attempt), new AbortController().signal);
    if (image.isConnected) image.setAttribute("src", image.src); // the same again is asked for again
  };
}
