/** Passkeys: made, used, and asked for once more before what only their owner may do. */
import { api } from "./api.js";

/** What a browser of today can do; older ones lack the JSON forms. */
export const able = () => typeof window.PublicKeyCredential?.parseCreationOptionsFromJSON === "function";

/** @param {any} publicKey in the JSON form of WebAuthn @returns {Promise<any>} */
export async function make(publicKey) {
  const options = PublicKeyCredential.parseCreationOptionsFromJSON(publicKey);
  return /** @type {any} */ (await navigator.credentials.create({ publicKey: options })).toJSON();
}

/** @param {any} publicKey @returns {Promise<any>} */
export async function use(publicKey) {
  const options = PublicKeyCredential.parseRequestOptionsFromJSON(publicKey);
  return /** @type {any} */ (await navigator.credentials.get({ publicKey: options })).toJSON();
}

/** Leaves for the provider, who sends the browser back here. @param {string} purpose @returns {Promise<never>} */
export async function toProvider(purpose) {
  const { url } = await api.beginOidc(purpose);
  location.assign(url);
  return new Promise(() => null);
}

/** Who has no passkey proves it where they sign in. @param {any} error @returns {Promise<never>} */
async function proveThere(error) {
  if (error.status !== 404) throw error;
  return toProvider("confirm");
}

/**
 * Does what may ask for a passkey once more, and then does it again.
 * @template T @param {() => Promise<T>} act @returns {Promise<T>}
 */
export async function surely(act) {
  try {
    return await act();
  } catch (error) {
    if (/** @type {any} */ (error).status !== 401) throw error;
    const { publicKey } = await api.confirmation().catch(proveThere);
    await api.confirm(await use(publicKey));
    return act();
  }
}
