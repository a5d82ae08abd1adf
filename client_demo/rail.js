/** The column of deeds beside a picture, with their exact counts. */
import { h, setText } from "./dom.js";
import { short } from "./format.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

export class Rail {
  /** @param {string} id @param {import("./card.js").Actions} actions */
  constructor(id, actions) {
    this.like = new Deed("heart", "like", t("rail.like"), () => actions.like(id), "L");
    this.comments = new Deed("comment", "comments", t("comments.title"), () => actions.comments(id), "C");
    this.remix = new Deed("remix", "remix", t("rail.remix"), () => actions.remix(id), "R");
    this.fork = new Deed("fork", "fork", t("composer.fork"), () => actions.fork(id));
    this.fork.element.classList.add("fork");
    this.sound = new Deed("sound", "sound", t("rail.sound"), () => actions.sound(), "M");
    const lineage = new Deed("lineage", "lineage", t("lineage.title"), () => actions.lineage(id), "T");
    const share = new Deed("share", "share", t("rail.share"), () => actions.share(id), "S");
    const more = new Deed("more", "more", t("menu.title"), () => actions.more(id));
    const all = [this.like, this.comments, this.remix, this.fork, lineage, share, this.sound, more];
    this.element = h("div.rail", {}, ...all.map((deed) => deed.element));
  }

  /** @param {import("./merge.js").Entry} entry */
  update({ clip, liked }) {
    this.sound.element.hidden = !clip.recipe?.sound;
    this.like.count(clip.counts.likes);
    this.comments.count(clip.counts.comments);
    this.remix.count(clip.counts.remixes);
    this.fork.element.hidden = clip.status !== "done";
    this.like.element.setAttribute("aria-pressed", String(liked));
  }

  /** @param {boolean} on whether the clip is heard */
  hear(on) {
    this.sound.element.setAttribute("aria-pressed", String(on));
  }
}

class Deed {
  /** @param {string} name of the icon @param {string} test @param {string} label @param {() => void} onclick @param {string} [key] */
  constructor(name, test, label, onclick, key) {
    this.label = label;
    this.number = h("span.count", { "data-testid": `${test}-count` });
    this.element = h("button.act", { type: "button", "data-testid": test, "aria-label": label, "aria-keyshortcuts": key?.toLowerCase(), "data-tip": key ? t("rail.tip", { deed: label, key }) : label, onclick }, icon(name), this.number);
  }

  /** @param {number} n */
  count(n) {
    setText(this.number, short(n));
    this.element.setAttribute("aria-label", t("rail.counted", { deed: this.label, n }));
  }
}
