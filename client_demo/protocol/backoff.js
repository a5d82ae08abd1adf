/** When to try again, and waiting until then. */

const CAP_MS = 20_000;
const FIRST_MS = 300;

/**
 * Full-jitter exponential back-off; never less than a third of the step, so that a crowd spreads.
 * @param {number} attempt 0 for the first retry
 * @param {number} [random] 0..1
 */
export function backoffMs(attempt, random = Math.random()) {
  const step = Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return step / 3 + (step * 2 * random) / 3;
}

/**
 * How long to wait after the server closed a socket with this code.
 * @param {number} code WebSocket close code
 * @param {number} attempt @param {number} [random]
 */
export function afterClose(code, attempt, random = Math.random()) {
  const crowded = code === 4013 || code === 4009;
  return backoffMs(crowded ? attempt + 4 : attempt, random);
}

/** Seconds of a Retry-After header, else the fallback. @param {string | null} header @param {number} fallbackS */
export function retryAfterS(header, fallbackS) {
  const seconds = Number(header);
  return header !== null && header !== "" && Number.isFinite(seconds) ? Math.max(0, seconds) : fallbackS;
}

/**
 * Waits, but not past the end of ``signal`` or the moment when the network is back.
 * @param {number} ms @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export const pause = (ms, signal) =>
  new Promise((resolve) => {
    const over = new AbortController();
    const end = () => (clearTimeout(timer), over.abort(), resolve());
    const timer = setTimeout(end, ms);
    if (signal.aborted) return end();
    signal.addEventListener("abort", end, { signal: over.signal });
    addEventListener("online", end, { signal: over.signal });
  });
