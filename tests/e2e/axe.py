"""What axe-core says of a page (github.com/dequelabs/axe-core, MPL-2.0; the script comes with
axe-playwright-python)."""

from importlib.resources import files

from playwright.sync_api import Page

RUN = """async () => {
  // A sheet that is on its way up is no dialog to axe, and what fades in has no contrast.
  const ends = (one) => one.effect.getComputedTiming().endTime < Infinity;
  await Promise.allSettled(document.getAnimations().filter(ends).map((one) => one.finished));
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations } = await axe.run(document, { runOnly: tags });
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
}"""


def find_violations(page: Page) -> list[str]:
    """Rules of WCAG 2.2 AA and of good practice that the page breaks now, each with an element."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text())
    found: list[str] = page.evaluate(RUN)
    return found
