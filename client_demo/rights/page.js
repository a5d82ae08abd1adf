/** The page of those who hold rights: /rights, and that of one entry: /rights/ID. */
import { dateWords } from "../days.js";
import { h, said, setText, sureButton } from "../dom.js";
import { RegisterForm } from "./form.js";
import { showEntry } from "./entry.js";
import { LogTable } from "./log.js";
import { ask, attempt, CONFLICTS, KINDS, MODES, STATES } from "./words.js";
import { t } from "../words.js";

const main = /** @type {HTMLElement} */ (document.querySelector("main"));

/** @param {string} id @param {string} title @param {...(Node | string)} children */
const section = (id, title, ...children) => h("section", { "aria-labelledby": id }, h("h2", { id }, title), ...children);

/** What somebody shows of a domain, and what they registered. */
class HolderPage {
  constructor() {
    this.problem = h("p.problem", { role: "alert", "data-testid": "rights-problem" });
    this.domain = h("div", { "data-testid": "rights-domain", "aria-live": "polite" });
    this.entries = h("div", { "data-testid": "rights-entries" });
    this.form = new RegisterForm((entries) => this.#register(entries));
    this.log = new LogTable();
  }

  /** @returns {Node[]} */
  children() {
    const register = section("register", t("rights.register"), h("p", {}, t("rights.register.lead")), this.form.element);
    this.locked = h("p.hint", { "data-testid": "rights-locked" }, t("rights.locked"));
    this.form.element.before(this.locked);
    return [
      h("h1", {}, t("rights.title")), h("p", {}, t("rights.lead")), h("p", {}, t("rights.persons")),
      section("domain", t("rights.domain"), h("p", {}, t("rights.domain.lead")), this.domain),
      register, section("mine", t("rights.mine"), this.problem, this.entries),
      section("log", t("rights.log"), h("p", {}, t("rights.log.lead")), this.log.element),
    ];
  }

  async load() {
    this.#showHolder(await ask("GET", "/v1/rights/holder").catch((error) => (error.status === 404 || error.status === 401 ? null : Promise.reject(error))));
    await Promise.all([this.#list(), this.log.load()]);
  }

  /** @param {any} holder null: nobody yet */
  #showHolder(holder) {
    const proved = Boolean(holder?.proved_at);
    this.form.element.hidden = !proved;
    /** @type {HTMLElement} */ (this.locked).hidden = proved;
    this.domain.replaceChildren(...(proved ? this.#proved(holder) : [this.#domainForm(holder), ...(holder ? this.#proof(holder) : [])]));
  }

  /** @param {any} holder */
  #proved(holder) {
    const how = holder.method === "dns" ? t("rights.by.dns") : t("rights.by.file");
    return [h("p.good", { "data-testid": "rights-proved" }, t("rights.proved", { name: holder.name, domain: holder.domain, day: dateWords(holder.proved_at), how })),
      h("button", { type: "button", onclick: () => this.domain.replaceChildren(this.#domainForm(holder)) }, t("rights.other"))];
  }

  /** @param {any} holder */
  #domainForm(holder) {
    const problem = h("p.problem", { role: "alert" });
    const name = h("input", { id: "holder-name", required: true, minlength: 2, maxlength: 100, autocomplete: "organization", value: holder?.name, dir: "auto", "data-testid": "rights-holder-name" });
    const domain = h("input", { id: "holder-domain", required: true, maxlength: 253, placeholder: "example.org", autocapitalize: "off", spellcheck: "false", value: holder?.domain, "data-testid": "rights-holder-domain" });
    const send = h("button", { "data-testid": "rights-holder-send" }, t("rights.token"));
    return h("form.rows", { onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), attempt(problem, send, async () => this.#showHolder(await ask("PUT", "/v1/rights/holder", { name: name.value.trim(), domain: domain.value.trim().replace(/^https?:\/\//, "").replace(/\/.*$/, "") })))) },
      h("label", { for: "holder-name" }, t("rights.holder.name")), name, h("label", { for: "holder-domain" }, t("rights.holder.domain")), domain, send, problem);
  }

  /** @param {any} holder */
  #proof(holder) {
    const problem = h("p.problem", { role: "alert", "data-testid": "rights-proof-problem" });
    const look = (/** @type {string} */ method) => (/** @type {Event} */ event) => attempt(problem, event.currentTarget, async () => this.#showHolder(await ask("POST", "/v1/rights/holder/proof", { method })));
    return [h("p", {}, t("rights.put")), h("pre.code", { tabindex: 0, "data-testid": "rights-token" }, holder.token),
      h("dl", {}, h("div", {}, h("dt", {}, t("rights.in.file")), h("dd", {}, h("code", {}, holder.file))), h("div", {}, h("dt", {}, t("rights.in.dns")), h("dd", {}, h("code", {}, holder.record)))),
      h("div.row", {}, h("button", { type: "button", "data-testid": "rights-look-file", onclick: look("file") }, t("rights.look.file")), h("button", { type: "button", "data-testid": "rights-look-dns", onclick: look("dns") }, t("rights.look.dns"))), problem];
  }

  /** @param {any[]} entries */
  async #register(entries) {
    const { rights } = await ask("POST", "/v1/rights", { rights: entries });
    this.#showEntries(rights);
    await this.log.load();
    return rights.slice(0, entries.length);
  }

  async #list() {
    this.#showEntries((await ask("GET", "/v1/me/rights").catch(() => ({ rights: [] }))).rights);
  }

  /** @param {any[]} rights */
  #showEntries(rights) {
    this.entries.replaceChildren(...(rights.length ? rights.map((one) => this.#entry(one)) : [h("p.hint", {}, t("rights.none"))]));
  }

  /** @param {any} one */
  #entry(one) {
    const withdraw = () => attempt(this.problem, null, async () => {
      await ask("DELETE", `/v1/rights/${one.id}`);
      await Promise.all([this.#list(), this.log.load()]);
    });
    return h("article.entry", { "data-testid": "rights-entry", "data-state": one.state },
      h("h3", {}, said("a", { href: `/rights/${one.id}` }, one.name)),
      h("p", {}, `${KINDS[one.kind]} · ${MODES[one.mode]} · ${STATES[one.state]}`),
      one.conflicts.length > 0 && h("p.warn", {}, t("rights.conflicts", { why: one.conflicts.map((/** @type {string} */ why) => CONFLICTS[why] ?? why).join(", ") })),
      one.note && said("p.hint", {}, t("rights.note", { note: one.note })),
      one.state !== "withdrawn" && sureButton("button", "rights-withdraw", t("rights.withdraw"), t("sure"), withdraw));
  }
}

const busy = h("p.hint", { role: "status" }, t("rights.loading"));
const id = location.pathname.split("/")[2];
main.replaceChildren(busy);
try {
  if (id) await showEntry(main, decodeURIComponent(id));
  else {
    const page = new HolderPage();
    main.replaceChildren(...page.children());
    await page.load();
  }
} catch (error) {
  setText(busy, /** @type {Error} */ (error).message);
  busy.className = "problem";
  main.replaceChildren(busy);
}
