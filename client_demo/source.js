/** What a player shows: nothing yet, the live stream, or the file. Pure. */

/** A stream silent for so long has said its last picture. */
export const SILENT_MS = 400;
const GRACE_MS = 800;

/**
 * While a clip forms it is watched live. Once it is done the stream still runs through the final
 * frames once: the file takes over after that, or as soon as the stream ends.
 * @param {{status: string, showing: "none" | "live" | "file", seconds: number, ended: boolean,
 *   silentMs: number, doneMs: number, hasFile: boolean}} facts ``silentMs`` since the last picture
 *   of the stream, ``doneMs`` since the clip was seen to be done
 * @returns {"none" | "live" | "file"}
 */
export function chooseSource({ status, showing, seconds, ended, silentMs, doneMs, hasFile }) {
  if (status === "live") return "live";
  if (status !== "done") return "none";
  if (!hasFile) return showing;
  if (showing !== "live") return "file";
  const seenOnce = doneMs > seconds * 1000 + GRACE_MS;
  return ended || silentMs > SILENT_MS || seenOnce ? "file" : "live";
}
