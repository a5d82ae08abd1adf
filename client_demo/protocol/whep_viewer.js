import { backoffMs, pause } from "./backoff.js";
import { viewOnce } from "./whep.js";

/** A viewer of one clip, who comes back until closed or the clip has left the air. */
export class WhepViewer {
  /**
   * @param {string} url the clip's WHEP endpoint
   * @param {{stream(stream: MediaStream): void, ended(): void}} listener ``ended``: nothing more comes
   */
  constructor(url, listener) {
    this.url = url;
    this.listener = listener;
    this.closing = new AbortController();
    this.nudge = () => {};
    this.run();
  }

  async run() {
    const { signal } = this.closing;
    const onstream = (/** @type {MediaStream} */ stream) => this.listener.stream(stream);
    for (let attempt = 0; !signal.aborted; attempt++) {
      const lostOne = { waitMs: backoffMs(attempt), gone: false };
      const { waitMs: ms, gone } = await viewOnce(this.url, signal, attempt, onstream).catch(() => lostOne);
      if (signal.aborted) return;
      if (gone) return this.listener.ended();
      const nudged = new AbortController();
      this.nudge = () => nudged.abort();
      await pause(ms, AbortSignal.any([signal, nudged.signal]));
    }
  }

  /** Says that the clip may be on air now. */
  hurry() {
    this.nudge();
  }

  close() {
    this.closing.abort();
  }
}
