/** The page on which a file is looked at: /verify. */

const MOST = 20 * 1024 * 1024;

const box = /** @type {HTMLElement} */ (document.getElementById("answer"));
const fileForm = /** @type {HTMLFormElement} */ (document.getElementById("file"));
const addressForm = /** @type {HTMLFormElement} */ (document.getElementById("address"));
const input = /** @type {HTMLInputElement} */ (fileForm.querySelector("input"));
const drop = /** @type {HTMLElement} */ (fileForm.querySelector(".drop"));
const words = box.dataset;
let asked = 0;

/** @param {string} text @param {string} [kind] */
function line(text, kind) {
  const made = document.createElement("p");
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

/** @param {{text: string, author: string, model: string, created_at: number, address: string}} clip */
function clipLines(clip) {
  const day = new Date(clip.created_at * 1000).toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });
  const made = (words.made ?? "").replace("{author}", () => clip.author).replace("{text}", () => clip.text);
  const link = document.createElement("a");
  link.href = clip.address;
  link.textContent = words.page ?? "";
  const last = document.createElement("p");
  last.append(link);
  return [line(made, "clip"), line((words.with ?? "").replace("{model}", () => clip.model).replace("{day}", day)), last];
}

/** @param {Promise<Response>} request */
async function tell(request) {
  const mine = ++asked;
  box.replaceChildren(line(words.busy ?? ""));
  box.setAttribute("aria-busy", "true");
  /** @type {HTMLElement[]} */
  let lines;
  try {
    const response = await request;
    const told = await response.json();
    lines = response.ok
      ? [...told.said.map((/** @type {string} */ one) => line(one)), ...(told.clip ? clipLines(told.clip) : [])]
      : [line(told.detail ?? told.title ?? words.failed)];
  } catch {
    lines = [line(words.failed ?? "")];
  }
  if (mine !== asked) return;
  box.removeAttribute("aria-busy");
  box.replaceChildren(...lines);
  box.scrollIntoView({ block: "nearest" });
}

/** @param {File | null | undefined} file */
function look(file) {
  if (!file) return;
  if (file.size > MOST) {
    asked++;
    box.replaceChildren(line(words.large ?? ""));
    return;
  }
  void tell(fetch("/v1/verify", { method: "POST", body: file, headers: { "Content-Type": "application/octet-stream" } }));
}

input.addEventListener("change", () => {
  look(input.files?.[0]);
  input.value = "";
});
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
for (const name of ["dragleave", "drop"]) document.addEventListener(name, () => drop.classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  look(event.dataTransfer?.files[0]);
});
document.addEventListener("paste", (event) => {
  const file = event.clipboardData?.files[0];
  if (file) look(file);
});
addressForm.addEventListener("submit", (event) => {
  event.preventDefault();
  const at = new FormData(addressForm).get("address");
  void tell(fetch(`/v1/verify?address=${encodeURIComponent(String(at))}`));
});
