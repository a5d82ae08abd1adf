/** What one has watched, as the server knows it. */
import { api } from "./api.js";

/** Clears it; what this visit knows of it is forgotten, too. @param {string} [id] of one clip, else all of it */
export async function clearHistory(id) {
  await api.call("DELETE", `/v1/me/history${id ? `/${encodeURIComponent(id)}` : ""}`);
  dispatchEvent(new CustomEvent("cleared", { detail: id }));
}
