/** What one says of oneself on one's profile: words, a still of an own clip, whether others see what one likes. */
import { api } from "./api.js";
import { pick } from "./choices.js";
import { ErrorLine } from "./dialog.js";
import { h, refill } from "./dom.js";
import { stillOf } from "./tiles.js";
import { t } from "./words.js";

const LONGEST = 160;
const OFFERED = 12;

export class AboutForm {
  /** @param {() => Promise<void>} saved */
  constructor(saved) {
    this.saved = saved;
    this.words = h("textarea.field.about-words", { rows: 2, maxlength: LONGEST, dir: "auto", id: "about-words", "data-testid": "about-words" });
    this.likes = h("input", { type: "checkbox", "data-testid": "about-likes" });
    this.stills = h("div.about-stills", { role: "radiogroup", "aria-label": t("about.portrait") });
    this.problem = new ErrorLine();
    const save = h("button.primary", { type: "submit", "data-testid": "about-save" }, t("about.save"));
    this.form = h("form.about-form", { onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), this.problem.attempt(() => this.#save())) },
      h("label.hint", { for: "about-words" }, t("about.words")), this.words,
      h("p.hint", {}, t("about.portrait")), this.stills,
      h("label.limit", {}, h("span", {}, t("about.likes")), this.likes), this.problem.element, h("div.finish", {}, save));
    this.element = h("details.about-own", { "data-testid": "about" }, h("summary", {}, t("about.title")), this.form);
  }

  /** @param {{about: string, portrait: string | null, shares_likes: boolean}} profile as it is @param {any[]} clips of one's own, the newest first */
  fill({ about, portrait, shares_likes: shares }, clips) {
    this.words.value = about;
    this.likes.checked = shares;
    const shown = clips.filter(({ status, visibility }) => status === "done" && visibility === "public");
    const first = shown.filter(({ id }, at) => at < OFFERED || id === portrait);
    refill(this.stills, still(null, portrait), ...first.map((clip) => still(clip, portrait)));
  }

  async #save() {
    const chosen = /** @type {HTMLInputElement | null} */ (this.stills.querySelector(":checked"));
    await api.setProfile({ about: this.words.value, portrait: chosen?.value || null, shares_likes: this.likes.checked });
    this.element.open = false;
    await this.saved();
  }
}

/** @param {any} clip null: no portrait @param {string | null} portrait the one that is shown now */
function still(clip, portrait) {
  const attributes = { type: "radio", name: "portrait", value: clip?.id ?? "", checked: (clip?.id ?? null) === portrait, "aria-label": clip?.text ?? t("about.none") };
  const shown = clip ? h("img.portrait", { src: stillOf(clip), alt: "", title: clip.text, loading: "lazy" }) : h("span.portrait.blank", {}, t("about.none"));
  return pick(attributes, shown);
}
