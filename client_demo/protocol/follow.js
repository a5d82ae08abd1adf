/** Topics as an async iterator, for those who want no listener. */
import { Problem } from "./api.js";
import { Socket, socketUrl } from "./socket.js";

/**
 * What happens in topics, until ``signal`` ends it or the loop is left: a ``snapshot`` of each first, and again where
 * too much was missed; then each ``event`` once, in order. Throws Problem when a topic is not there, or not for us.
 * @param {string[]} topics "feed", and clipTopic(id)
 * @param {{server?: string, token?: string, signal?: AbortSignal, at?: Record<string, import("./socket.js").Position>}} [options] ``token`` opens a private clip, ``at`` is where to go on
 * @returns {AsyncGenerator<{topic: string, event?: any, snapshot?: any, seq?: number | null}, void, void>}
 */
export async function* follow(topics, { server, token, signal, at = {} } = {}) {
  /** @type {any[]} */
  const told = [];
  let wake = () => {};
  const tell = (/** @type {any} */ one) => (told.push(one), wake());
  const socket = new Socket(socketUrl(server), {
    event: (topic, event, seq) => tell({ topic, event, seq }),
    snapshot: (topic, snapshot) => tell({ topic, snapshot }),
    gone: (_, problem) => tell({ problem }),
  });
  signal?.addEventListener("abort", () => tell(null), { signal: socket.closing.signal });
  try {
    for (const topic of topics) socket.subscribe(topic, { token, at: at[topic] });
    socket.open();
    while (!signal?.aborted) {
      while (told.length === 0) await /** @type {Promise<void>} */ (new Promise((resolve) => (wake = resolve)));
      const next = told.shift();
      if (next === null) return;
      if (next.problem) throw new Problem(next.problem.status, next.problem, null);
      yield next;
    }
  } finally {
    socket.close();
  }
}
