/** The public log of the registry of rights, newest first. */
import { dateWords } from "../days.js";
import { h, said } from "../dom.js";
import { ask, attempt, DEEDS, KINDS, MODES } from "./words.js";
import { t } from "../words.js";

const HEADS = [t("rights.log.what"), t("rights.log.entry"), t("rights.log.who"), t("rights.log.day")];

export class LogTable {
  constructor() {
    this.problem = h("p.problem", { role: "alert" });
    this.rows = h("tbody");
    this.more = h("button", { type: "button", hidden: true, onclick: () => this.#fetch() }, t("rights.log.more"));
    const head = h("thead", {}, h("tr", {}, ...HEADS.map((one) => h("th", { scope: "col" }, one))));
    this.element = h("div", { "data-testid": "rights-log" }, h("table", {}, head, this.rows), this.more, this.problem);
    /** @type {number | null} */
    this.before = null;
  }

  /** From the newest on. */
  async load() {
    this.before = null;
    this.rows.replaceChildren();
    await this.#fetch();
  }

  #fetch() {
    return attempt(this.problem, this.more, async () => {
      const { entries, before } = await ask("GET", `/v1/rights-log?limit=20${this.before ? `&before=${this.before}` : ""}`);
      this.rows.append(...entries.map(row));
      this.before = before;
      this.more.hidden = before === null;
    });
  }
}

/** @param {any} one */
function row({ deed, right, name, kind, mode, domain, at }) {
  const cells = [h("span", {}, said("a", { href: `/rights/${right}` }, name), ` · ${KINDS[kind]}, ${MODES[mode]}`), domain, dateWords(at)];
  return h("tr", {}, h("td", {}, DEEDS[deed] ?? deed), ...cells.map((cell, n) => h("td", { "data-head": HEADS[n + 1] }, cell)));
}
