/** The server that this page came from, with what only a page of its own can do: passkeys and logins. */
import { Api, Problem } from "/client.js";
import { t } from "./words.js";

class PageApi extends Api {
  /** @override @param {string} method @param {string} path @param {any} [options] @returns {Promise<any>} */
  async call(method, path, options) {
    try {
      return await super.call(method, path, options);
    } catch (error) {
      // A proxy answered: what it says is not for people.
      if (error instanceof Problem && !error.problem) error.message = t("error.answer", { status: String(error.status) });
      throw error;
    }
  }

  offerPasskey() {
    return this.call("POST", "/v1/me/passkeys/options");
  }

  /** @param {{credential: any, name: string}} made */
  keepPasskey(made) {
    return this.call("POST", "/v1/me/passkeys", { body: made });
  }

  passkeys() {
    return this.call("GET", "/v1/me/passkeys");
  }

  /** @param {string} id */
  removePasskey(id) {
    return this.call("DELETE", `/v1/me/passkeys/${encodeURIComponent(id)}`);
  }

  newCodes() {
    return this.call("POST", "/v1/me/recovery-codes");
  }

  confirmation() {
    return this.call("POST", "/v1/me/confirmation/options");
  }

  /** @param {any} credential */
  confirm(credential) {
    return this.call("POST", "/v1/me/confirmation", { body: { credential } });
  }

  signInWays() {
    return this.call("GET", "/v1/sign-in/ways");
  }

  /** @param {string} purpose sign-in, add or confirm */
  beginOidc(purpose) {
    return this.call("POST", "/v1/sign-in/oidc", { body: { purpose } });
  }

  identities() {
    return this.call("GET", "/v1/me/identities");
  }

  /** @param {string} id */
  removeIdentity(id) {
    return this.call("DELETE", `/v1/me/identities/${encodeURIComponent(id)}`);
  }

  offerSignIn() {
    return this.call("POST", "/v1/sign-in/options");
  }

  /** @param {any} credential */
  signIn(credential) {
    return this.call("POST", "/v1/sign-in", { body: { credential } });
  }

  /** @param {{handle: string, code: string}} given */
  recover(given) {
    return this.call("POST", "/v1/sign-in/recovery", { body: given });
  }

  logins() {
    return this.call("GET", "/v1/me/logins");
  }

  /** @param {string} id */
  endLogin(id) {
    return this.call("DELETE", `/v1/me/logins/${encodeURIComponent(id)}`);
  }

  /** @param {number} limit */
  inbox(limit) {
    return this.call("GET", `/v1/me/inbox?limit=${limit}`);
  }

  /** @param {number} until the time of the newest notice that was looked at */
  looked(until) {
    return this.call("POST", "/v1/me/inbox/seen", { body: { until } });
  }

  inboxSettings() {
    return this.call("GET", "/v1/me/inbox/settings");
  }

  /** @param {{off?: string[], quiet?: {from: string, to: string, zone: string} | null}} settings what is left out stays */
  setInboxSettings(settings) {
    return this.call("PUT", "/v1/me/inbox/settings", { body: settings });
  }

  push() {
    return this.call("GET", "/v1/me/push");
  }

  /** @param {any} subscription as the browser says it, with a language */
  startPush(subscription) {
    return this.call("POST", "/v1/me/push", { body: subscription });
  }

  /** @param {string} id */
  endPush(id) {
    return this.call("DELETE", `/v1/me/push/${encodeURIComponent(id)}`);
  }

  /** @param {string} handle */
  profile(handle) {
    return this.call("GET", `/v1/people/${encodeURIComponent(handle)}`);
  }

  /** @param {{about: string, portrait: string | null, shares_likes: boolean}} said */
  setProfile(said) {
    return this.call("PUT", "/v1/me/profile", { body: said });
  }

  /** @param {string} handle @param {string} which followers, following */
  peopleOf(handle, which) {
    return this.call("GET", `/v1/people/${encodeURIComponent(handle)}/${which}`);
  }

  /** @param {string} which blocked, muted */
  ownList(which) {
    return this.call("GET", `/v1/me/${which}`);
  }

  /** @param {string} handle @param {string} which */
  madeBy(handle, which) {
    return this.call("GET", `/v1/people/${encodeURIComponent(handle)}/clips?which=${which}&limit=50`);
  }

  /** @param {string} handle @param {string} relation @param {boolean} on */
  relate(handle, relation, on) {
    return this.call(on ? "PUT" : "DELETE", `/v1/people/${encodeURIComponent(handle)}/${relation}`);
  }

  /** @param {{q: string, tag: string, cursor: string | null}} asked */
  search({ q, tag, cursor }) {
    const query = new URLSearchParams({ q, tag, limit: "30", ...(cursor && { cursor }) });
    return this.call("GET", `/v1/search?${query}`);
  }

  /** Sentences that one may ask for. @returns {Promise<{texts: string[]}>} */
  examples() {
    return this.call("GET", "/v1/examples");
  }

  /** @param {string} q what is typed so far */
  suggestions(q) {
    return this.call("GET", `/v1/search/suggestions?${new URLSearchParams({ q })}`);
  }

  /** @param {string} id @param {Record<string, string>} change visibility, remixing, license */
  changeClip(id, change) {
    return this.call("PATCH", `/v1/clips/${encodeURIComponent(id)}`, { body: change });
  }

  /** @param {string} id @param {boolean} on */
  save(id, on) {
    return this.call(on ? "PUT" : "DELETE", `/v1/clips/${encodeURIComponent(id)}/save`);
  }

  /** @param {string} which own, drafts, saved, liked, history */
  kept(which) {
    return this.call("GET", `/v1/me/clips?which=${which}&limit=50`);
  }

  /** @param {string} id */
  remixes(id) {
    return this.call("GET", `/v1/clips/${encodeURIComponent(id)}/remixes?limit=50`);
  }

  explore() {
    return this.call("GET", "/v1/explore");
  }

  hidden() {
    return this.call("GET", "/v1/me/hidden");
  }

  /** @param {{kind: string, subject: string, reason: any, words: string}} report */
  report(report) {
    return this.call("POST", "/v1/reports", { body: report });
  }

  cases() {
    return this.call("GET", "/v1/moderation/cases");
  }

  heldRemixes() {
    return this.call("GET", "/v1/moderation/held-remixes");
  }

  decisions() {
    return this.call("GET", "/v1/moderation/decisions?limit=50");
  }

  /** @param {{kind: string, subject: string, action: string, note: string, reason?: string}} decision */
  decide(decision) {
    return this.call("POST", "/v1/moderation/decisions", { body: decision });
  }

  /** @param {string} id */
  undoDecision(id) {
    return this.call("DELETE", `/v1/moderation/decisions/${encodeURIComponent(id)}`);
  }

  held() {
    return this.call("GET", "/v1/operator/held");
  }

  /** @param {string} id of the comment @param {boolean} publish */
  decideHeld(id, publish) {
    return this.call("PUT", `/v1/operator/held/${encodeURIComponent(id)}`, { body: { publish } });
  }

  appeals() {
    return this.call("GET", "/v1/moderation/appeals");
  }

  /** @param {string} id of the decision @param {"upheld" | "overturned"} outcome @param {string} note */
  answerAppeal(id, outcome, note) {
    return this.call("PUT", `/v1/moderation/appeals/${encodeURIComponent(id)}`, { body: { outcome, note } });
  }

  ownDecisions() {
    return this.call("GET", "/v1/me/decisions");
  }

  /** @param {string} id of the decision @param {string} words */
  appeal(id, words) {
    return this.call("POST", `/v1/me/decisions/${encodeURIComponent(id)}/appeal`, { body: { words } });
  }

  limits() {
    return this.call("GET", "/v1/me/limits");
  }

  /** @param {any} limits */
  setLimits(limits) {
    return this.call("PUT", "/v1/me/limits", { body: limits });
  }

  extendTime() {
    return this.call("POST", "/v1/me/limits/extension");
  }

  declareMinor() {
    return this.call("PUT", "/v1/me/minor");
  }

  /** Brings along an archive of another instance. @param {Blob} file */
  async importArchive(file) {
    const answer = await fetch("/v1/me/import", { method: "POST", headers: { "content-type": "application/zip" }, body: file });
    const said = await answer.json().catch(() => null);
    if (!answer.ok) throw new Problem(answer.status, said, answer.headers.get("retry-after"));
    return said;
  }

  recipes() {
    return this.call("GET", "/v1/me/recipes");
  }

  /** @param {string} id */
  dropRecipe(id) {
    return this.call("DELETE", `/v1/me/recipes/${encodeURIComponent(id)}`);
  }

  deleteMe() {
    return this.call("DELETE", "/v1/me");
  }

  endLogins() {
    return this.call("DELETE", "/v1/me/logins");
  }
}

export const api = new PageApi();
