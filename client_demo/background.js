/** What goes on without a page: the service worker, and being told by push. Loaded when nothing else is to be done. */
import { api } from "./api.js";
import { LANGUAGE } from "./words.js";

/** @typedef {"unable" | "denied" | "off" | "on"} PushState */

/** An address as bytes. Pure. @param {string} text base64url */
export function bytesOf(text) {
  const padded = text.replaceAll("-", "+").replaceAll("_", "/").padEnd(Math.ceil(text.length / 4) * 4, "=");
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0));
}

/** @param {ArrayBuffer | null | undefined} one @param {Uint8Array} other */
const same = (one, other) => !!one && String(new Uint8Array(one)) === String(other);

const able = () => window.isSecureContext && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

export class Background {
  constructor() {
    if (!("serviceWorker" in navigator)) return; // an address without https, or a private window
    navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).then(() => this.#keep()).catch(() => null); // the page works without
  }

  /** Told here before: the server may not know it any more, or somebody else is here now. */
  async #keep() {
    if (!able() || Notification.permission !== "granted") return;
    const one = await (await navigator.serviceWorker.ready).pushManager.getSubscription();
    if (one) await this.#subscribe(one);
  }

  /** @returns {Promise<PushState>} */
  async state() {
    if (!able()) return "unable";
    if (Notification.permission === "denied") return "denied";
    const one = await (await navigator.serviceWorker.ready).pushManager.getSubscription();
    return one ? "on" : "off";
  }

  /** Asks the person, and lets this browser be told. @returns {Promise<PushState>} */
  async turnOn() {
    if ((await Notification.requestPermission()) !== "granted") return this.state();
    await this.#subscribe(null);
    return "on";
  }

  /** @returns {Promise<PushState>} */
  async turnOff() {
    const one = await (await navigator.serviceWorker.ready).pushManager.getSubscription();
    if (!one) return "off";
    // The browser first: then nothing comes any more, whatever becomes of the rest.
    await one.unsubscribe();
    const { subscriptions } = await api.push();
    const here = subscriptions.filter((/** @type {any} */ known) => known.here);
    await Promise.all(here.map((/** @type {any} */ known) => api.endPush(known.id)));
    return "off";
  }

  /** @param {PushSubscription | null} one */
  async #subscribe(one) {
    const { key } = await api.push();
    const wanted = bytesOf(key);
    // Of a server that lost its key: what it signs is refused.
    if (one && !same(one.options.applicationServerKey, wanted)) {
      await one.unsubscribe();
      one = null;
    }
    const manager = (await navigator.serviceWorker.ready).pushManager;
    one ??= await manager.subscribe({ userVisibleOnly: true, applicationServerKey: wanted });
    await api.startPush({ ...one.toJSON(), language: LANGUAGE });
  }
}
