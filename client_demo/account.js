/** An account out of a guest: keep the name by a passkey, come back by it, see where one is signed in. */
import { api } from "./api.js";
import { h, memory, setText } from "./dom.js";
import { ago } from "./format.js";

const UNABLE = "This browser holds no passkeys here. They need a secure address (https), or localhost.";

const nowS = () => Date.now() / 1000;

/** What a browser of today can do; older ones lack the JSON forms. */
const able = () => typeof window.PublicKeyCredential?.parseCreationOptionsFromJSON === "function";

/** @param {any} publicKey in the JSON form of WebAuthn @returns {Promise<any>} */
async function make(publicKey) {
  const options = PublicKeyCredential.parseCreationOptionsFromJSON(publicKey);
  return /** @type {any} */ (await navigator.credentials.create({ publicKey: options })).toJSON();
}

/** @param {any} publicKey @returns {Promise<any>} */
async function use(publicKey) {
  const options = PublicKeyCredential.parseRequestOptionsFromJSON(publicKey);
  return /** @type {any} */ (await navigator.credentials.get({ publicKey: options })).toJSON();
}

/**
 * Does what may ask for a passkey once more, and then does it again.
 * @template T @param {() => Promise<T>} act @returns {Promise<T>}
 */
async function surely(act) {
  try {
    return await act();
  } catch (error) {
    if (/** @type {any} */ (error).status !== 401) throw error;
    const { publicKey } = await api.confirmation();
    await api.confirm(await use(publicKey));
    return act();
  }
}

/** @param {string} agent */
function browserOf(agent) {
  const name = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent)?.[1] ?? agent.split(/[ /]/)[0];
  const system = /(Android|iPhone|iPad|Windows|Mac OS X|CrOS|Linux)/.exec(agent)?.[1] ?? "";
  const names = /** @type {Record<string, string>} */ ({ Edg: "Edge", OPR: "Opera" });
  return [names[name] ?? name, system].filter(Boolean).join(" on ") || "a program";
}

export class Account {
  /** @param {{changed(): void, desk(): void}} on ``changed``: somebody else is here now */
  constructor(on) {
    this.on = on;
    this.changed = () => on.changed();
    this.problem = h("p.answer", { role: "status", hidden: true });
    this.body = h("div.account-body");
    this.element = h("section.account", { "aria-label": "Your account", "data-testid": "account" }, this.body, this.problem);
  }

  /** Shows what there is now. @param {string[]} [codes] recovery codes that were just made */
  async show(codes = []) {
    this.problem.hidden = true;
    const { kept, role } = await api.me();
    const parts = kept ? await this.#kept(role) : this.#guest();
    this.body.replaceChildren(...(codes.length ? [this.#codes(codes)] : []), ...parts.filter((/** @type {any} */ one) => one));
  }

  #guest() {
    return [
      h("p.hint", {}, "Only this browser knows you. Keep this name, and a passkey lets you back in, here and elsewhere."),
      h("div.finish.pair", {}, this.#button("Sign in", "sign-in", () => this.#signIn()), this.#button("Keep this name", "keep", () => this.#keep(), true)),
      this.#recovery(),
      this.#leaving("there is nothing to come back to"),
    ];
  }

  /** @param {string | undefined} role */
  async #kept(role) {
    const [{ passkeys, codes_left: left }, { logins }] = await Promise.all([api.passkeys(), api.logins()]);
    return [
      role && h("div.finish.pair", {}, h("p.hint", {}, `You are ${role === "operator" ? "an operator" : "a moderator"} here.`), this.#button("Reports", "desk", async () => this.on.desk(), true)),
      h("h3.account-title", {}, "Your passkeys"),
      h("ul.account-list", {}, ...passkeys.map((/** @type {any} */ one) => this.#line(one.name, `used ${ago(one.used_at, nowS())}`, passkeys.length > 1 && ["Remove", () => surely(() => api.removePasskey(one.id))]))),
      h("div.finish.pair", {}, this.#button(`New recovery codes (${left} left)`, "codes", () => this.#newCodes()), this.#button("Add a passkey", "add-passkey", () => this.#keep())),
      h("h3.account-title", {}, "Where you are signed in"),
      h("ul.account-list", {}, ...logins.map((/** @type {any} */ one) => this.#line(browserOf(one.agent), one.here ? "here" : `seen ${ago(one.seen_at, nowS())}`, !one.here && ["Sign out", () => api.endLogin(one.id)]))),
      h("div.finish.pair", {}, this.#button("Sign out everywhere else", "end-others", () => this.#then(api.endLogins())), this.#button("Sign out here", "sign-out", () => this.#signOut(logins))),
      this.#leaving("nobody can bring it back"),
    ];
  }

  /** Taking everything along, and leaving for good: the second in two presses. @param {string} then what it means */
  #leaving(then) {
    const leave = this.#button("Delete my account", "delete", async () => {
      if (leave.dataset.sure !== "true") {
        leave.dataset.sure = "true";
        setText(leave, "Yes, delete everything");
        return;
      }
      await surely(() => api.deleteMe());
      memory.write("left", true);
      history.replaceState(null, "", "/"); // else this sheet would be open again, in the name of the next guest
      this.changed();
    });
    leave.onblur = () => (setText(leave, "Delete my account"), (leave.dataset.sure = "false"));
    return h("details", { "data-testid": "account-leaving" }, h("summary", {}, "Leave, or take everything along"),
      h("p.hint", {}, "The archive holds your clips, films, words and lists, and opens without us."),
      h("div.finish.pair", {}, this.#button("Download everything", "export", () => this.#export())),
      h("p.hint", {}, `Deleting takes your clips, comments, likes and sign-ins with it, at once: ${then}. Remixes that others made stay theirs.`),
      h("div.finish.pair", {}, leave));
  }

  async #export() {
    // By the browser itself, which writes it to the disk as it comes; what asks for the passkey as this does is asked first.
    if ((await api.me()).kept) await surely(() => api.offerPasskey());
    location.assign("/v1/me/export");
  }

  /** @param {string} name @param {string} when @param {false | [string, () => Promise<any>]} end */
  #line(name, when, end) {
    return h("li", {}, h("span.account-name", {}, name), h("span.account-when", {}, when), end && h("button.plain", { type: "button", onclick: () => this.#try(() => this.#then(end[1]())), "aria-label": `${end[0]}: ${name}` }, end[0]));
  }

  /** @param {string[]} codes */
  #codes(codes) {
    return h("div.codes", { role: "group", "aria-label": "Recovery codes", "data-testid": "recovery-codes" },
      h("p.hint", {}, "Write these down: each lets you in once if you lose your passkey. They are not shown again."),
      h("ol", {}, ...codes.map((code) => h("li", {}, h("code", {}, code)))));
  }

  #recovery() {
    const handle = h("input.field", { name: "username", placeholder: "name", required: true, maxlength: 24, "aria-label": "Your name", autocapitalize: "none", spellcheck: "false" });
    const code = h("input.field", { name: "code", placeholder: "recovery code", required: true, maxlength: 80, "aria-label": "Recovery code", autocomplete: "off", spellcheck: "false" });
    const enter = async (/** @type {Event} */ event) => {
      event.preventDefault();
      await this.#try(async () => {
        await api.recover({ handle: handle.value.trim().replace(/^@/, "").toLowerCase(), code: code.value });
        this.changed();
      });
    };
    return h("details", {}, h("summary", {}, "I lost my passkey"), h("form.pair", { onsubmit: enter }, handle, code, h("button.plain", { type: "submit" }, "Enter")));
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
  async #try(act) {
    this.problem.hidden = true;
    try {
      await act();
    } catch (error) {
      const { name, message } = /** @type {Error} */ (error);
      setText(this.problem, name === "NotAllowedError" ? "Nothing was done: the passkey was not used." : message);
      this.problem.hidden = false;
    }
  }
}
