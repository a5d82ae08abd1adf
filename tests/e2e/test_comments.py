"""The talk below a clip, as the page's module keeps it."""

import msgspec
import pytest

from tests.e2e.conftest import Run
from tests.e2e.test_modules import CLIP

pytestmark = pytest.mark.browser

LIKED = """(async () => {
  const { Store } = await import("/state.js"), store = new Store(), { fetch } = window;
  store.meet(CLIP);
  const said = { id: "k", clip: "c1", author: CLIP.author, text: "hi", created_at: 1, likes: 0 };
  store.update("c1", (entry) => ({ ...entry, comments: [said] }));
  let answer;
  window.fetch = () => new Promise((resolve) => (answer = resolve));
  new m.Comments(store, {}).deeds.like(said);
  window.fetch = fetch;
  const other = { type: "comment_changed", comment: { id: "k", text: "good day", edited_at: 2 } };
  store.update("c1", (entry) => merge.fold(entry, other, null));
  const liked = new Promise((resolve) => store.listeners.add((_, now) => resolve(now.comments)));
  answer(new Response('{"likes": 1, "liked": true}'));
  return (await liked).map(({ text, likes, liked }) => [text, likes, liked]);
})()"""


def test_a_comment_that_changes_while_it_is_liked_keeps_the_change(run: Run) -> None:
    clip = msgspec.json.encode(CLIP).decode()
    code = f"import('/merge.js').then((merge) => {LIKED.replace('CLIP', clip)})"
    assert run("comments", code) == [["good day", 1, True]]
