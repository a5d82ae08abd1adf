/** Opens and closes what says that a model made the clip, and of which words. @param {PhosphenePlayer} player @param {ShadowRoot} root */
function sayMade(player, root) {
  const [mark, panel, list, how] = [".ai", ".made", "dl", ".how"].map((name) => /** @type {any} */ (root.querySelector(name)));
  const row = (/** @type {string} */ name, /** @type {string} */ value) => [["dt", name], ["dd", value]].map(([tag, text]) => Object.assign(document.createElement(tag), { textContent: text, dir: "auto" }));
  const show = (/** @type {boolean} */ on) => {
    const { text, author, recipe, parent, license } = player.info ?? {};
    const rows = [[t("player.words"), text], [t("player.by"), author && `@${author.handle}`], [t("fact.model"), recipe?.model], [t("fact.seed"), recipe?.seed], [t("made.source"), parent && t("player.other")], [t("fact.license"), license !== "all-rights-reserved" && license]];
    list.replaceChildren(...rows.flatMap(([name, value]) => (value === undefined || !value && value !== 0 ? [] : row(name, String(value)))));
    how.href = `${new URL(player.server || HOME).origin}/?clip=${encodeURIComponent(player.clip)}&sheet=made`;
    panel.hidden = !on;
    mark.ariaExpanded = String(on);
  };
  mark.onclick = () => show(panel.hidden);
  panel.onkeydown = mark.onkeydown = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && (show(false), mark.focus());
  player.addEventListener("statechange", () => panel.hidden || show(true));
}
