/** What operators look at: faces that are enrolled twice, and clips held for a face that may be somebody's. */
import { api } from "./api.js";
import { h, nameLink, sureButton } from "./dom.js";
import { ago, list, secondsNow } from "./format.js";
import { t } from "./words.js";

/** @typedef {{handle: string}} Person */
/** @typedef {{profile(handle: string): void, what(one: {kind: string, clip: string, author: Person, text?: string}): Element, act(deed: () => Promise<any>): void}} Desk */

const FACES = "/v1/operator/faces";
const MATCHES = "/v1/operator/matches";

/** One line each, the faces first. @param {Desk} desk @returns {Promise<HTMLElement[]>} */
export async function faceRows(desk) {
  const [{ matches }, { clips }] = await Promise.all([api.call("GET", FACES), api.call("GET", MATCHES)]);
  return [...matches.map((/** @type {any} */ one) => twice(one, desk)), ...clips.map((/** @type {any} */ one) => held(one, desk))];
}

/** A face like one that was enrolled before. @param {{person: Person, other: Person, at: number}} one @param {Desk} desk */
function twice({ person, other, at }, desk) {
  const say = (/** @type {boolean} */ accept) => () => desk.act(() => api.call("PUT", `${FACES}/${encodeURIComponent(person.handle)}`, { body: { accept } }));
  const name = (/** @type {string} */ handle) => nameLink("notice-who", { handle }, desk.profile);
  const [before, between, after] = t("desk.face.alike", { who: "\n", other: "\n" }).split("\n");
  return h("li.case", { "data-testid": "face", "data-subject": person.handle },
    h("p.case-head", {}, h("span", {}, before, name(person.handle), between, name(other.handle), after), h("time", {}, ago(at, secondsNow()))),
    h("p.case-words", {}, t("desk.face.hint")),
    h("div.case-deeds", {}, sureButton("button.plain", "face-refuse", t("desk.face.refuse"), t("sure"), say(false)), sureButton("button.primary", "face-accept", t("desk.face.accept"), t("sure"), say(true))));
}

/** A clip that nobody sees meanwhile. @param {{clip: string, author: Person, text: string, owners: Person[], at: number}} one @param {Desk} desk */
function held({ clip, author, text, owners, at }, desk) {
  const say = (/** @type {boolean} */ confirmed) => () => desk.act(() => api.call("PUT", `${MATCHES}/${encodeURIComponent(clip)}`, { body: { confirmed } }));
  const who = owners.length ? list(owners.map(({ handle }) => `@${handle}`)) : t("desk.match.gone");
  return h("li.case", { "data-testid": "match", "data-subject": clip },
    h("p.case-head", {}, h("b", {}, t("desk.match", { who })), h("time", {}, ago(at, secondsNow()))),
    desk.what({ kind: "clip", clip, author, text }), h("p.case-words", {}, t("desk.match.hint")),
    h("div.case-deeds", {}, sureButton("button.plain", "match-confirm", t("desk.match.confirm"), t("sure"), say(true)), sureButton("button.primary", "match-release", t("desk.match.release"), t("sure"), say(false))));
}
