/** What the model says of itself: what its words are called, and whether it goes on from a clip. */
import { Problem } from "/client.js";
import { api } from "./api.js";
import { learnNames } from "./names.js";

/** Asks for it; a server that still loads its model is asked again. @param {() => void} learned */
export async function learnVocabulary(learned) {
  try {
    const { names, forks } = await api.vocabulary();
    learnNames(names);
    document.documentElement.dataset.forks = String(forks);
    learned();
  } catch (error) {
    const waitS = error instanceof Problem ? error.retryS : 5;
    if (waitS !== null) setTimeout(() => learnVocabulary(learned), waitS * 1000);
  }
}
