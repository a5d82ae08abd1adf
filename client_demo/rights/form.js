/** What somebody registers: one entry by a form, or many by a file. */
import { h, setText } from "../dom.js";
import { entriesOf, inParts } from "./file.js";
import { attempt, KINDS, MODE_HINTS, MODES } from "./words.js";
import { t } from "../words.js";

const SIDES = [t("rights.looks"), t("rights.deeds"), t("rights.world")];

/** @param {string} text */
const lines = (text) => text.split("\n").map((one) => one.trim()).filter(Boolean);

export class RegisterForm {
  /** @param {(entries: any[]) => Promise<any[]>} register gives what became of them */
  constructor(register) {
    this.register = register;
    this.problem = h("p.problem", { role: "alert", "data-testid": "rights-form-problem" });
    this.done = h("p.good", { role: "status", "data-testid": "rights-form-done" });
    this.send = h("button.strong", { "data-testid": "rights-send" }, t("rights.send"));
    this.form = h("form.rows", { onsubmit: (/** @type {Event} */ event) => this.#submit(event), onchange: () => this.#turn() }, ...this.#fields(), this.send, this.problem, this.done);
    this.element = h("div", { hidden: true }, this.form, this.#bulk());
    this.#turn();
  }

  #fields() {
    const field = (/** @type {string} */ name, /** @type {string} */ words, /** @type {any} */ input, of = "") => h("div.field-row", { "data-of": of }, h("label", { for: `right-${name}` }, words), input);
    const text = (/** @type {string} */ name, more = {}) => h("input", { id: `right-${name}`, name, dir: "auto", maxlength: 100, autocomplete: "off", "data-testid": `right-${name}`, ...more });
    const area = (/** @type {string} */ name, more = {}) => h("textarea", { id: `right-${name}`, name, dir: "auto", rows: 2, maxlength: 1000, "data-testid": `right-${name}`, ...more });
    const sides = (/** @type {string} */ mark) => SIDES.map((words, n) => field(`described${mark}${n}`, words, area(`described${mark}${n}`, { maxlength: 400, minlength: 20 })));
    return [
      field("kind", t("rights.kind"), h("select", { id: "right-kind", name: "kind", "data-testid": "right-kind" }, ...Object.entries(KINDS).map(([kind, words]) => h("option", { value: kind, selected: kind === "character" }, words)))),
      field("name", t("rights.name"), text("name", { required: true, minlength: 2 })),
      field("also", t("rights.also"), area("also", { maxlength: 5000 })),
      h("fieldset", {}, h("legend", {}, t("rights.mode")), ...Object.entries(MODES).map(([mode, words]) => h("label.choice", {}, h("input", { type: "radio", name: "mode", value: mode, checked: mode === "refuse", "data-testid": `right-mode-${mode}` }), h("span", {}, h("b", {}, words), ` ${MODE_HINTS[mode]}`)))),
      field("terms", t("rights.terms"), area("terms"), "licence"), field("licensed", t("rights.licensed"), text("licensed", { maxlength: 2000 }), "licence"),
      h("fieldset", { "data-of": "character" }, h("legend", {}, t("rights.described")), h("p.hint", {}, t("rights.described.hint")), ...sides("a"),
        h("details", {}, h("summary", {}, t("rights.described.second")), ...sides("b"))),
      field("instead_en", t("rights.instead.en"), text("instead_en")), field("instead_fr", t("rights.instead.fr"), text("instead_fr")),
      field("died", t("rights.died"), text("died", { type: "number", min: 0, max: 3000 }), "style,estate"),
      field("until", t("rights.until"), text("until", { type: "date" })),
      field("description", t("rights.description"), area("description")),
    ];
  }

  #bulk() {
    const problem = h("p.problem", { role: "alert", "data-testid": "rights-bulk-problem" }), done = h("p.good", { role: "status", "data-testid": "rights-bulk-done" });
    const input = h("input", { type: "file", id: "rights-file", accept: ".csv,.tsv,.json,.txt", "data-testid": "rights-file" });
    input.addEventListener("change", () => attempt(problem, input, async () => {
      setText(done, "");
      const [file] = input.files;
      input.value = "";
      if (file) await this.#bring(await file.text(), done);
    }));
    return h("details.bulk", {}, h("summary", {}, t("rights.bulk")), h("p.hint", {}, t("rights.bulk.hint")), h("pre.code", { tabindex: 0 }, "kind,name,also,mode,terms,looks,deeds,world\ncharacter,Zorbleflux,Zorbie|Zorblette,refuse,,…,…,…"), h("label", { for: "rights-file" }, t("rights.bulk.file")), input, problem, done);
  }

  /** @param {string} text @param {HTMLElement} done */
  async #bring(text, done) {
    let entries;
    try {
      entries = entriesOf(text);
    } catch {
      throw new Error(t("rights.bulk.unreadable"));
    }
    if (!entries.length) throw new Error(t("rights.bulk.unreadable"));
    let made = 0, waiting = 0;
    for (const part of inParts(entries)) {
      const rights = await this.register(part);
      made += part.length;
      waiting += rights.filter(({ state }) => state === "waits").length;
      setText(done, t("rights.bulk.done", { n: made, waiting }));
    }
  }

  /** Fields of other kinds and modes are away. */
  #turn() {
    const told = new FormData(this.form), now = [told.get("kind"), told.get("mode")];
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.form.querySelectorAll("[data-of]")))
      if (part.dataset.of) part.hidden = !part.dataset.of.split(",").some((one) => now.includes(one));
  }

  #entry() {
    const told = Object.fromEntries([...new FormData(this.form)].map(([name, value]) => [name, String(value).trim()]));
    /** @type {Record<string, any>} */
    const entry = { kind: told.kind, name: told.name, mode: told.mode };
    for (const name of ["description", "instead_en", "instead_fr", "until"]) if (told[name]) entry[name] = told[name];
    entry.also = lines(told.also ?? "");
    if (told.mode === "licence") Object.assign(entry, { terms: told.terms, licensed: (told.licensed ?? "").split(/[\s,]+/).map((one) => one.replace(/^@/, "")).filter(Boolean) });
    if (told.kind === "character") entry.described = ["a0", "a1", "a2", "b0", "b1", "b2"].map((one) => told[`described${one}`]).filter(Boolean);
    if (["style", "estate"].includes(/** @type {string} */ (told.kind)) && told.died) entry.died = Number(told.died);
    return entry;
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    setText(this.done, "");
    void attempt(this.problem, this.send, async () => {
      const [made] = await this.register([this.#entry()]);
      this.form.reset();
      this.#turn();
      setText(this.done, made.state === "waits" ? t("rights.done.waits", { name: made.name }) : t("rights.done.asks", { name: made.name }));
    });
  }
}
