/** Speaks with the page that holds the frame, see docs/players.md; returns what ends that. @param {PhosphenePlayer} player */
function bridge(player) {
  const tell = (/** @type {string} */ type) => {
    const { clip, state, percent, paused, muted, currentTime, ended } = player;
    const duration = Number.isFinite(player.duration) ? player.duration : null;
    window.parent.postMessage({ phosphene: type, clip, state, percent, paused, muted, currentTime, duration, ended }, "*");
  };
  /** @type {Record<string, (value: unknown) => unknown>} */
  const deeds = {
    play: () => player.play().catch(() => null),
    pause: () => player.pause(),
    mute: () => (player.muted = true),
    unmute: () => (player.muted = false),
    seek: (s) => (player.currentTime = Number(s) || 0),
    get: () => tell("got"),
  };
  const hear = (/** @type {MessageEvent} */ { source, data }) => {
    if (source === window.parent && Object.hasOwn(deeds, data?.phosphene)) deeds[data.phosphene]?.(data.value);
  };
  window.addEventListener("message", hear);
  for (const type of [...TOLD, "statechange"]) player.addEventListener(type, () => tell(type));
  tell("ready");
  return () => window.removeEventListener("message", hear);
}
