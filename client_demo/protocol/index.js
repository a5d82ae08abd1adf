/**
 * The protocol of Phosphene for browsers, as one module without dependencies:
 *
 *   import { Api, Channel, follow, WhepViewer } from "https://SERVER/client.js";
 *
 * See docs/client.md. Its parts are served as one.
 */
export * from "./home.js";
export * from "./backoff.js";
export * from "./api.js";
export * from "./socket.js";
export * from "./social.js";
export * from "./follow.js";
export * from "./whep.js";
export * from "./whep_viewer.js";
export * from "./channel.js";
