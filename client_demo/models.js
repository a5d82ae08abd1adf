/** The models of a site that has several: the choice among them, and whose clips can be forked. */
import { api } from "./api.js";
import { h, lasting } from "./dom.js";
import { t } from "./words.js";

/** @typedef {{name: string, forks: boolean}} Model */

/** What a name is shown as: the end of a folder, or of an id on the hub. Pure. @param {string} name */
export const shortName = (name) => name.slice(name.lastIndexOf("/") + 1);

/**
 * The looks of a page with several models: a fork is offered where the clip's own can go on with it. Pure.
 * @param {Model[]} models
 */
export const forkRules = (models) => models.map(({ name, forks }) => `article[data-model=${JSON.stringify(name)}] .fork${forks ? ":not([hidden]) { display: flex" : " { display: none"}; }`).join("\n");

export class ModelChoice {
  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    this.looks = new CSSStyleSheet();
    document.adoptedStyleSheets.push(this.looks);
    this.select = h("select.field", { id: "model", "data-testid": "model", onchange: () => this.#choose() });
    this.element = h("label.row.model", { for: "model", hidden: true }, h("span", {}, t("fact.model")), this.select);
    this.offer(false);
  }

  /** The chosen one, nothing where there is no choice. */
  get prompt() {
    return this.element.hidden ? {} : { model: this.select.value };
  }

  /** Asks which there are, each time: workers come and go. @param {boolean} free whether the clip goes on from none, whose model would draw it */
  async offer(free) {
    // Kept, as the answer to an earlier question may come after that to a later one.
    this.free = free;
    this.element.hidden = true;
    const { models } = await api.call("GET", "/v1/models").catch(() => ({ models: [] }));
    if (models.length < 2) return;
    this.looks.replaceSync(forkRules(models));
    this.#fill(models, lasting.read("model", ""));
    this.element.hidden = !this.free;
    if (this.free) this.changed();
  }

  /** @param {Model[]} models @param {string} last */
  #fill(models, last) {
    this.select.replaceChildren(...models.map(({ name }) => h("option", { value: name, selected: name === last }, shortName(name))));
  }

  #choose() {
    lasting.write("model", this.select.value);
    this.changed();
  }
}
