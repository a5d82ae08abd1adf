/**
 * The protocol of Phosphene for browsers, as one module without dependencies:
 *
 *   import { Api, Channel, follow, WhepViewer } from "https://SERVER/client.js";
 *
 * See docs/client.md. These parts are served one after the other at /client.js, without their
 * imports of each other.
 */
export * from "./home.js";
export * from "./backoff.js";
export * from "./api.js";
export * from "./socket.js";
export * from "./social.js";
export * from "./follow.js";
export * from "./whep.js";
export * from "./channel.js";
