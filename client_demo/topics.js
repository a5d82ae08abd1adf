/** What the topics tell, carried into the store. */
import { clipTopic } from "/client.js";
import { api } from "./api.js";
import { dropComment, expectLike, fold, holdComment, restore } from "./merge.js";
import { toast } from "./toast.js";

export const FEED = "feed";
const CLIP = "clip:";
const PERSON = "person:";

/**
 * @param {import("./state.js").Store} store
 * @param {{online(on: boolean): void, identity(): Promise<any>, told(event: any): void, joined(): void, next(clips: any[]): void}} rest ``told``: of one's own inbox; ``joined``: what happens in the feed is told from here on
 * @returns {import("/client.js").SocialListener}
 */
export function topicListener(store, rest) {
  return {
    ...rest,
    snapshot(topic, snapshot) {
      if (topic === FEED) return catchUp(store), rest.joined();
      if (topic.startsWith(PERSON)) return rest.told({});
      store.update(topic.slice(CLIP.length), (entry) => restore(entry, snapshot));
    },
    event(topic, event) {
      if (topic.startsWith(PERSON)) return rest.told(event);
      if (event.type === "clip_removed" && (topic === FEED || topic === clipTopic(event.clip))) return store.forget(event.clip);
      if (event.type === "clip_hidden") return store.isMine(event.clip) ? renew(store, event.clip) : store.forget(event.clip);
      if (event.clip?.id) store.meet(event.clip); // the feed announces clips that nobody here has met
      if (event.comment?.author && store.hidden.has(event.comment.author.id)) return;
      const id = topic === FEED ? event.clip.id : topic.slice(CLIP.length);
      store.update(id, (entry) => fold(entry, event, store.me));
      if (event.type === "remixed") store.meet(event.remix);
    },
    gone(topic) {
      if (topic.startsWith(PERSON)) return;
      store.forget(topic.slice(CLIP.length)); // it was removed while nobody here was told
    },
    held(deed) {
      if (deed.type === "comment") store.update(deed.clip, (entry) => holdComment(entry, deed.key));
    },
    refused(deed, problem) {
      const undo = deed.type === "like" ? (/** @type {any} */ entry) => expectLike(entry, !deed.on) : (/** @type {any} */ entry) => dropComment(entry, deed.key);
      store.update(deed.clip, undo);
      toast(problem.detail || problem.title);
    },
  };
}

/** A clip of one's own is not for everybody any more. @param {import("./state.js").Store} store @param {string} id */
function renew(store, id) {
  api.clip(id).then(({ clip }) => store.meet(clip), () => null);
}

/** The feed's events were missed for good: asks how the clips fared that were being drawn. @param {import("./state.js").Store} store */
function catchUp(store) {
  for (const id of store.onTheirWay()) api.clip(id).then(({ clip }) => store.meet(clip), () => null);
}
