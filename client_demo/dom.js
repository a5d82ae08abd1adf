/** Small helpers for making elements without a framework. */

/**
 * Makes an element. `h('button.icon', {onclick: f, 'aria-label': 'Like'}, 'text', child)`.
 * Functions named on... become listeners, `false`, null and undefined leave an attribute out.
 * @param {string} spec tag name, then class names, each after a dot
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {any}
 */
export function h(spec, attributes = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) {
    if ((value ?? false) === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(.../** @type {Node[]} */ (children.filter((child) => (child ?? false) !== false)));
  return element;
}

/**
 * An element of people's words: they run in their own direction, and neither turn what stands round them
 * nor draw over it.
 * @param {string} spec @param {Record<string, any>} [attributes] @param {...(Node | string | null | undefined | false)} children
 * @returns {any}
 */
export const said = (spec, attributes = {}, ...children) => h(`${spec}.said`, { dir: "auto", ...attributes }, ...children);

/**
 * Puts other children into an element; the focus stays where it was in it, on what has taken that place, or on the
 * first thing that can have it: who has keys only would else begin at the top of the page again.
 * @param {Element} element @param {...Node} children
 */
export function refill(element, ...children) {
  const focused = /** @type {HTMLElement} */ (document.activeElement);
  const within = element.contains(focused);
  element.replaceChildren(...children);
  if (!within) return;
  const next = element.contains(focused) ? focused : element.querySelector(`[data-testid="${focused.dataset.testid ?? ""}"]`) ?? element.querySelector("button, a[href], input");
  /** @type {HTMLElement | null} */ (next)?.focus({ preventScroll: true });
}

/** By what somebody is looked up: a guest's name alone leads nowhere. @param {{handle: string, id?: string}} person */
export const keyOf = ({ handle, id }) => (id ? `${handle}~${id}` : handle);

/**
 * A name that leads to its profile: a link, which opens as a sheet here unless another window is asked for.
 * @param {string} spec @param {{handle: string, id?: string}} person @param {(key: string) => void} profile @param {Record<string, any>} [attributes]
 * @returns {any}
 */
export function nameLink(spec, person, profile, attributes = {}) {
  const onclick = (/** @type {MouseEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    profile(keyOf(person));
  };
  return h(`a.${spec}`, { href: `/@${person.handle}`, onclick, ...attributes }, `@${person.handle}`);
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {...Node} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** A button of an example. @param {string} text @param {() => void} onclick */
export const chip = (text, onclick) => h("button.chip", { type: "button", "data-testid": "example", onclick }, text);

/**
 * Asks once again before what cannot be undone: the first press shows the question, the second does it. Whoever turns
 * to something else, or calls what it returns, takes the first back.
 * @param {HTMLElement} button @param {string} question @param {() => void} deed
 */
export function askTwice(button, question, deed) {
  const name = /** @type {string} */ (button.textContent);
  const calm = () => (setText(button, name), (button.dataset.sure = "false"));
  button.onblur = calm;
  button.onclick = () => {
    if (button.dataset.sure === "true") return deed();
    button.dataset.sure = "true";
    setText(button, question);
  };
  return calm;
}

/** A button that asks once again. @param {string} kind @param {string} id @param {string} words @param {string} question @param {() => any} deed */
export function sureButton(kind, id, words, question, deed) {
  const button = h(kind, { type: "button", "data-testid": id }, words);
  askTwice(button, question, deed);
  return button;
}

/** Sets text only when it differs, so that live regions stay silent. */
export function setText(/** @type {Element} */ element, /** @type {string} */ text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {string} query */
export const media = (query) => matchMedia(query);

export const calm = media("(prefers-reduced-motion: reduce)");
export const wide = media("(min-width: 900px) and (min-height: 600px)");
export const roomy = media("(min-width: 1180px) and (min-height: 600px)");

/** True where the person asked the browser to spare data. */
export const saveData = () => Boolean(navigator.connection?.saveData);

/** @param {() => Storage} storage */
const remembering = (storage) => ({
  /** @param {string} key @param {any} otherwise */
  read(key, otherwise) {
    try {
      return JSON.parse(storage().getItem(`phosphene.${key}`) ?? "null") ?? otherwise;
    } catch {
      return otherwise; // a sandboxed frame has no storage
    }
  },
  /** @param {string} key @param {any} value */
  write(key, value) {
    try {
      storage().setItem(`phosphene.${key}`, JSON.stringify(value));
    } catch {
      // Full or forbidden: the visit goes on without.
    }
  },
});

/** Visit-long memory that survives a reload where the browser allows it. */
export const memory = remembering(() => sessionStorage);

/** Memory that survives the visit, for what a person chose once and for all. */
export const lasting = remembering(() => localStorage);
