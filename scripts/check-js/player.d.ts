/** What media.js adds to <phosphene-player>, as the element itself uses it. */
interface PhosphenePlayer {
  autoplay: boolean;
  controls: boolean;
  loop: boolean;
  clip: string;
  server: string;
  token: string;
  poster: string;
  preload: string;
  currentTime: number;
  readonly duration: number;
  readonly ended: boolean;
  muted: boolean;
}
/** What the script has of the protocol, in its own scope. */
declare const backoffMs: typeof import("../../client_demo/protocol/backoff.js").backoffMs;
declare const pause: typeof import("../../client_demo/protocol/backoff.js").pause;
declare const viewOnce: typeof import("../../client_demo/protocol/whep.js").viewOnce;
declare const Socket: typeof import("../../client_demo/protocol/socket.js").Socket;
declare const socketUrl: typeof import("../../client_demo/protocol/socket.js").socketUrl;
declare const clipTopic: typeof import("../../client_demo/protocol/socket.js").clipTopic;
