/** The server that this page came from, with what only a page of its own can do: passkeys and logins. */
import { Api } from "/client.js";

class PageApi extends Api {
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

  endLogins() {
    return this.call("DELETE", "/v1/me/logins");
  }
}

export const api = new PageApi();
