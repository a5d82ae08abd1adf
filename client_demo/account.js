/** An account out of a guest: keep the name by a passkey, come back by it, see where one is signed in. */
import { api } from "./api.js";
import { ErrorLine } from "./dialog.js";
import { askTwice, h, memory, refill } from "./dom.js";
import { agoWords, secondsNow } from "./format.js";
import { able, make, surely, toProvider, use } from "./passkeys.js";
import { t } from "./words.js";

const UNABLE = t("account.unable");

/** What came of a visit there that failed. @type {Record<string, string>} */
const RETURNED = { taken: t("account.provider.taken"), forbidden: t("account.provider.kept"), busy: t("account.provider.away") };

const KEPT = "kept"; // what comes back of who has just kept their name there

/** Codes of who has just kept their name by the provider; none where there are some, or the provider knew them from before. @returns {Promise<string[]>} */
async function firstCodes() {
  const { codes_left: left } = await api.passkeys();
  return left === 0 ? api.newCodes().then(({ codes }) => codes, () => []) : [];
}

/** @param {string} agent */
function browserOf(agent) {
  const name = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent)?.[1] ?? agent.split(/[ /]/)[0];
  const system = /(Android|iPhone|iPad|Windows|Mac OS X|CrOS|Linux)/.exec(agent)?.[1] ?? "";
  const names = /** @type {Record<string, string>} */ ({ Edg: "Edge", OPR: "Opera" });
  return name && system ? t("account.browser", { name: names[name] ?? name, system }) : (names[name] ?? name) || system || t("account.program");
}

export class Account {
  /** @param {{changed(): void, desk(): void, decisions(): void, likeness(): void}} on ``changed``: somebody else is here now */
  constructor(on) {
    this.on = on;
    this.changed = () => on.changed();
    this.problem = new ErrorLine();
    this.body = h("div.account-body");
    this.element = h("section.account", { "aria-label": t("account.title"), "data-testid": "account" }, this.body, this.problem.element);
  }

  /** Shows what there is now. @param {string[]} [codes] recovery codes that were just made */
  async show(codes = []) {
    this.problem.clear();
    const returned = memory.read("signin", "");
    memory.write("signin", null);
    if (returned === KEPT) codes = await firstCodes();
    const [{ kept, role }, { decisions }, { oidc }, { appeals }] = await Promise.all([api.me(), api.ownDecisions(), api.signInWays(), api.call("GET", "/v1/me/refusals")]);
    const parts = kept ? await this.#kept(role, oidc) : this.#guest(oidc);
    if (returned && returned !== KEPT) this.problem.show(RETURNED[returned] ?? t("account.provider.failed"));
    const checked = memory.read("identity", "");
    memory.write("identity", null);
    if (checked === "verified") parts.unshift(h("p.answer", { role: "status", "data-kind": "wait" }, t("account.identity.checked")));
    else if (checked) this.problem.show(t("account.identity.failed"));
    if (decisions.length || appeals.length) parts.unshift(h("div.finish.pair", {}, h("p.hint", {}, t("account.decided")), this.#button(t("decisions.title"), "decisions", async () => this.on.decisions())));
    refill(this.body, ...(codes.length ? [this.#codes(codes)] : []), ...parts.filter((/** @type {any} */ one) => one));
    if (codes.length) /** @type {HTMLElement} */ (this.body.firstElementChild).focus(); // they are shown once
  }

  /** @param {string | null} provider what the operator's provider is called */
  #guest(provider) {
    return [
      h("p.hint", {}, t("account.guest")),
      h("div.finish.pair", {}, this.#button(t("account.signin"), "sign-in", () => this.#signIn()), this.#button(t("account.keep"), "keep", () => this.#keep(), true)),
      provider && h("div.finish.pair", {}, this.#button(t("account.provider", { provider }), "provider", () => toProvider("sign-in"))),
      this.#recovery(),
      this.#leaving(t("account.delete.guest")),
    ];
  }

  /** @param {string | undefined} role @param {string | null} provider */
  async #kept(role, provider) {
    const [{ passkeys, codes_left: left }, { logins }, { identities }] = await Promise.all([api.passkeys(), api.logins(), api.identities()]);
    const several = passkeys.length + identities.length > 1;
    return [
      role && h("div.finish.pair", {}, h("p.hint", {}, role === "operator" ? t("account.operator") : t("account.moderator")), this.#button(t("desk.title"), "desk", async () => this.on.desk(), true)),
      h("div.finish.pair", {}, this.#button(t("account.likeness"), "likeness", async () => this.on.likeness())),
      h("h3.account-title", {}, t("account.passkeys")),
      h("ul.account-list", {}, ...passkeys.map((/** @type {any} */ one) => this.#line(one.name, t("account.used", { when: agoWords(one.used_at, secondsNow()) }), several && [t("account.remove"), () => surely(() => api.removePasskey(one.id))]))),
      left === 0 && h("p.hint", { "data-testid": "no-codes" }, t("account.codes.none")),
      h("div.finish.pair", {}, this.#button(t("account.newcodes", { n: left }), "codes", () => this.#newCodes()), this.#button(t("account.add"), "add-passkey", () => this.#keep())),
      ...this.#identities(identities, provider, several),
      h("h3.account-title", {}, t("account.logins")),
      h("ul.account-list", {}, ...logins.map((/** @type {any} */ one) => this.#line(browserOf(one.agent), one.here ? t("account.here") : t("account.seen", { when: agoWords(one.seen_at, secondsNow()) }), !one.here && [t("account.signout"), () => api.endLogin(one.id)]))),
      h("div.finish.pair", {}, this.#button(t("account.others"), "end-others", () => this.#then(api.endLogins())), this.#button(t("account.signout.here"), "sign-out", () => this.#signOut(logins))),
      this.#leaving(t("account.delete.kept")),
    ];
  }

  /** @param {any[]} identities @param {string | null} provider @param {boolean} several whether there is another way in */
  #identities(identities, provider, several) {
    if (!provider && identities.length === 0) return [];
    return [
      h("h3.account-title", {}, t("account.identities")),
      h("ul.account-list", { "data-testid": "identities" }, ...identities.map((one) => this.#line(one.name, t("account.used", { when: agoWords(one.used_at, secondsNow()) }), several && [t("account.remove"), () => surely(() => api.removeIdentity(one.id))]))),
      provider && h("div.finish.pair", {}, this.#button(t("account.provider.add", { provider }), "add-provider", () => surely(() => toProvider("add")))),
    ];
  }

  /** Taking everything along, and leaving for good: the second in two presses. @param {string} meaning of deleting it */
  #leaving(meaning) {
    const leave = h("button.plain", { type: "button", "data-testid": "account-delete" }, t("account.delete"));
    askTwice(leave, t("account.delete.sure"), () => this.#try(() => this.#delete()));
    return h("details", { "data-testid": "account-leaving" }, h("summary", {}, t("account.leave")),
      h("p.hint", {}, t("account.archive")),
      h("div.finish.pair", {}, this.#button(t("account.export"), "export", () => this.#export())),
      h("p.hint", {}, meaning),
      h("div.finish.pair", {}, leave));
  }

  async #delete() {
    await surely(() => api.deleteMe());
    memory.write("left", true);
    history.replaceState(null, "", "/"); // else this sheet would be open again, in the name of the next guest
    this.changed();
  }

  async #export() {
    // By the browser itself, which writes it to the disk as it comes; what asks for the passkey as this does is asked first.
    if ((await api.me()).kept) await surely(() => api.offerPasskey());
    location.assign("/v1/me/export");
  }

  /** @param {string} name @param {string} when @param {false | [string, () => Promise<any>]} end */
  #line(name, when, end) {
    return h("li", {}, h("span.account-name", {}, name), h("span.account-when", {}, when), end && h("button.plain", { type: "button", onclick: () => this.#try(() => this.#then(end[1]())), "aria-label": t("account.end", { deed: end[0], name }) }, end[0]));
  }

  /** @param {string[]} codes */
  #codes(codes) {
    return h("div.codes", { role: "group", tabindex: -1, "aria-label": t("account.codes"), "data-testid": "recovery-codes" },
      h("p.hint", {}, t("account.codes.hint")),
      h("ol", {}, ...codes.map((code) => h("li", {}, h("code", {}, code)))));
  }

  #recovery() {
    const handle = h("input.field", { name: "username", placeholder: t("account.name.box"), required: true, maxlength: 24, "aria-label": t("account.name"), autocapitalize: "none", spellcheck: "false" });
    const code = h("input.field", { name: "code", placeholder: t("account.code.box"), required: true, maxlength: 80, "aria-label": t("account.code"), autocomplete: "off", spellcheck: "false" });
    const enter = async (/** @type {Event} */ event) => {
      event.preventDefault();
      await this.#try(async () => {
        await api.recover({ handle: handle.value.trim().replace(/^@/, "").toLowerCase(), code: code.value });
        this.changed();
      });
    };
    return h("details", {}, h("summary", {}, t("account.lost")), h("form.pair", { onsubmit: enter }, handle, code, h("button.plain", { type: "submit" }, t("account.enter"))));
  }

  /** @param {string} words @param {string} id @param {() => Promise<any>} act @param {boolean} [first] */
  #button(words, id, act, first = false) {
    return h(first ? "button.primary" : "button.plain", { type: "button", "data-testid": `account-${id}`, onclick: () => this.#try(act) }, words);
  }

  async #keep() {
    if (!able()) throw new Error(UNABLE);
    const { publicKey } = await surely(() => api.offerPasskey());
    const credential = await make(publicKey);
    const { codes } = await api.keepPasskey({ credential, name: browserOf(navigator.userAgent).slice(0, 60) });
    await this.show(codes);
  }

  async #signIn() {
    if (!able()) throw new Error(UNABLE);
    const { publicKey } = await api.offerSignIn();
    await api.signIn(await use(publicKey));
    this.changed();
  }

  async #newCodes() {
    const { codes } = await surely(() => api.newCodes());
    await this.show(codes);
  }

  /** @param {{id: string, here: boolean}[]} logins */
  async #signOut(logins) {
    const here = logins.find((one) => one.here);
    if (here) await api.endLogin(here.id);
    this.changed();
  }

  /** @param {Promise<any>} done */
  async #then(done) {
    await done;
    await this.show();
  }

  /** @param {() => Promise<any>} act */
  #try(act) {
    return this.problem.attempt(act, ({ name, message }) => (name === "NotAllowedError" ? t("account.unused") : message));
  }
}
