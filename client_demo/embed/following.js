/**
 * A clip's events over the social socket, until its connection is lost; resolves to whether it was ever open.
 * @param {string} base @param {{clip: string, token: string}} of @param {AbortSignal} signal
 * @param {(said: {snapshot?: any, event?: any}) => boolean} hear says whether the clip is to be asked for again
 * @returns {Promise<boolean>}
 */
function follow(base, { clip, token }, signal, hear) {
  return new Promise((resolve) => {
    let open = false;
    /** @type {() => void} */
    const end = () => (socket.close(), resolve(open));
    /** @type {import("../protocol/socket.js").Socket} */
    const socket = new Socket(socketUrl(base), {
      snapshot: (_, snapshot) => ((open = true), hear({ snapshot }) && end()),
      event: (_, event) => hear({ event }) && end(),
      gone: end,
      online: (on) => on || end(), // whoever comes back asks over HTTP first, which gets through where no socket does
    });
    socket.subscribe(clipTopic(clip), { token });
    socket.watch(clip);
    socket.open();
    signal.addEventListener("abort", end, { once: true });
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
