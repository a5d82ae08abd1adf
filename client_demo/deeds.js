/** What a person can do with a clip. */
import { api } from "./api.js";
import { expectLike } from "./merge.js";
import { complain } from "./toast.js";
import { t } from "./words.js";

/** @template {{open(...given: any[]): any}} T @typedef {import("./later.js").Later<T>} Later */

/**
 * @param {{store: import("./state.js").Store, social: import("/client.js").Social,
 *   interest: import("./interest.js").Interest, composer: Later<import("./composer.js").Composer>,
 *   panel: import("./panel.js").Panel, sharing: Later<import("./share.js").ShareDialog>, menu: Later<import("./menu.js").MoreSheet>, papers: Later<import("./made.js").MadeSheet>,
 *   toast: (text: string) => void, at: () => number}} rooms ``at``: seconds into what is playing
 */
export function deeds({ store, social, interest, composer, panel, sharing, menu, papers, toast, at }) {
  return {
    /** @param {string} id @param {boolean} [on] the other way round if not said */
    like(id, on = !store.get(id)?.liked) {
      if (store.get(id)?.liked === on) return;
      store.update(id, (entry) => expectLike(entry, on));
      interest.liked(id, on);
      social.like(id, on);
    },
    comments: (/** @type {string} */ _id) => panel.toggle("comments"),
    lineage: (/** @type {string} */ _id) => panel.toggle("lineage"),
    remix(/** @type {string} */ id) {
      const clip = store.get(id)?.clip;
      if (clip?.remixing === "nobody" && !store.isMine(id)) toast(t("deed.remix.nobody"));
      else if (clip?.status === "done") composer.open({ text: clip.text, parent: clip });
      else toast(t("deed.remix.early"));
    },
    fork(/** @type {string} */ id) {
      const clip = store.get(id)?.clip;
      if (clip?.remixing === "nobody" && !store.isMine(id)) toast(t("deed.fork.nobody"));
      else if (clip?.status === "done") composer.open({ text: clip.text, parent: clip, second: Math.floor(at()) });
    },
    again: (/** @type {string} */ id) => composer.open({ text: store.get(id)?.clip.text }),
    share(/** @type {string} */ id) {
      const clip = store.get(id)?.clip;
      if (clip) sharing.open(clip, store.isMine(id));
    },
    more(/** @type {string} */ id) {
      const clip = store.get(id)?.clip;
      if (clip) menu.open(clip);
    },
    made(/** @type {string} */ id) {
      const clip = store.get(id)?.clip;
      if (clip) papers.open(clip, store.isMine(id));
    },
    cancel: (/** @type {string} */ id) => api.remove(id).catch(complain),
    remove: (/** @type {string} */ id) => api.remove(id).then(() => store.forget(id), complain),
    propose: (/** @type {string} */ id, /** @type {string} */ text) => api.propose(id, text).catch(complain),
    vote: (/** @type {string} */ id, /** @type {string} */ proposal) => api.vote(id, proposal).catch(complain),
    isMine: (/** @type {string} */ id) => store.isMine(id),
    showsMe: (/** @type {string} */ id) => store.showsMe(id),
    /** Takes back a clip that shows one: it ends everywhere at once. */
    withdraw: (/** @type {string} */ id) => import("./consent.js").then(({ consent }) => consent.withdraw("clip", id)).then(() => toast(t("use.stopped")), complain),
  };
}
