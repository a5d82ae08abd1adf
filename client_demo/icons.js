/** Icons as inline SVG: 24 units wide, drawn with the current colour. */
import { svg } from "./dom.js";

/** @type {Record<string, string[]>} */
const PATHS = {
  heart: ["M12 20.3S3.8 15.4 3.8 9.4A4.4 4.4 0 0 1 12 7.2a4.4 4.4 0 0 1 8.2 2.2c0 6-8.2 10.9-8.2 10.9Z"],
  comment: ["M20.2 11.4c0 4-3.7 7.2-8.2 7.2-1 0-2-.2-2.9-.5L4.6 19.8l1.2-3.6a6.7 6.7 0 0 1-2-4.8c0-4 3.7-7.2 8.2-7.2s8.2 3.2 8.2 7.2Z"],
  remix: ["M4 8.2h9.5a5 5 0 0 1 5 5v.6", "M15.6 11.2l2.9 2.9 2.9-2.9", "M20 19h-9.5a5 5 0 0 1-5-5v-.6", "M2.6 16l2.9-2.9L8.4 16"],
  lineage: ["M12 9v3.5M12 12.5c0 2.5-5.5 1.5-5.5 4M12 12.5c0 2.5 5.5 1.5 5.5 4", "M9.7 3.7h4.6V9H9.7z", "M4.2 16.5h4.6v4.3H4.2zM15.2 16.5h4.6v4.3h-4.6z"],
  share: ["M12 14.5V3.8M8 7.3l4-3.8 4 3.8", "M5.5 11.5v7.2c0 .7.6 1.3 1.3 1.3h10.4c.7 0 1.3-.6 1.3-1.3v-7.2"],
  close: ["M6 6l12 12M18 6L6 18"],
  play: ["M8 5.2v13.6L19 12z"],
  pause: ["M8.5 5.5v13M15.5 5.5v13"],
  stop: ["M7 7h10v10H7z"],
  eye: ["M2.8 12S6.2 5.8 12 5.8 21.2 12 21.2 12 17.8 18.2 12 18.2 2.8 12 2.8 12Z", "M12 9.3a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4Z"],
  spark: ["M12 3.2c.6 5.4 3.4 8.2 8.8 8.8-5.4.6-8.2 3.4-8.8 8.8-.6-5.4-3.4-8.2-8.8-8.8 5.4-.6 8.2-3.4 8.8-8.8Z"],
  send: ["M12 19V5.5M6.2 11L12 5.2 17.8 11"],
  shuffle: ["M3.5 7.5h3.2c2 0 3.3 1 4.4 2.7l1.8 3.6c1.1 1.7 2.4 2.700 4.4 2.7h3", "M3.5 16.5h3.2c1.4 0 2.5-.5 3.3-1.3M13.8 9c.9-.9 2-1.5 3.500-1.5h3", "M18 5l2.500 2.500L18 10M18 14l2.500 2.500L18 19"],
  keys: ["M3.5 6.5h17v11h-17z", "M7 10v.01M10.3 10v.01M13.7 10v.01M17 10v.01M7.5 14h9"],
};

/**
 * @param {keyof typeof PATHS} name
 * @param {string} [kind] extra class
 */
export function icon(name, kind = "") {
  const paths = PATHS[name].map((d) => svg("path", { d }));
  return svg("svg", { class: `icon icon-${name} ${kind}`.trim(), viewBox: "0 0 24 24", "aria-hidden": "true" }, ...paths);
}
