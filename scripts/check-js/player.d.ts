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
