"""The client's decisions, run as they are in a browser: plain values in, plain values out."""

import re
from typing import Any, get_args

import msgspec
import pytest
from playwright.sync_api import Browser

from phosphene.consent import ledger as facts
from phosphene.consent.card import Card, card_choices
from phosphene.consent.terms import LikenessTerms, UsageRules
from phosphene.notifications import ALWAYS_TOLD, NoticeKind
from phosphene.render.worker.embedded.nouns.inks import COLOURS, HAIR, SKIN
from tests.e2e.conftest import CLIENT, Run, modules

pytestmark = pytest.mark.browser

ME = {"id": "me", "handle": "me_1"}
OTHER = {"id": "other", "handle": "other_1"}
CLIP = {
    "id": "c1",
    "author": OTHER,
    "text": "a fox",
    "seconds": 5,
    "status": "live",
    "created_at": 1,
    "understood": [],
    "counts": {"likes": 3, "comments": 1, "remixes": 0, "views": 0},
}


HEARING = """(() => {
  localStorage.clear();
  const told = [];
  const fresh = () => new m.Hearing((on, offered) => told.push([on, offered]));
  const now = (one) => [one.on, one.offered];
  const first = fresh(), found = [now(first)];
  first.toggle();
  found.push(now(first), now(fresh()));
  const next = fresh();
  next.refuse();
  found.push(now(next));
  next.toggle();
  found.push(now(next));
  next.toggle();
  found.push(now(fresh()));
  localStorage.clear();
  const passed = fresh();
  for (const _ of [1, 2, 3]) passed.pass();
  return { found: [...found, now(passed)], told };
})()"""


def test_sound_is_off_at_first_then_offered_and_remembered(run: Run) -> None:
    made = run("hearing", HEARING)
    assert made["found"] == [
        [False, True],  # nobody chose yet
        [True, False],
        [True, False],  # on the next visit
        [False, True],  # whose browser plays nothing aloud before a tap
        [True, False],
        [False, False],  # off by hand, also on the next visit
        [False, False],  # offered often enough
    ]
    assert made["told"][-1] == [False, False]


def entry(**changes: Any) -> str:
    return f"{{...m.entryOf({_js(CLIP)}), ...{_js(changes)}}}"


def _js(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def test_every_module_that_the_first_picture_needs_is_preloaded_once() -> None:
    page = (CLIENT / "index.html").read_text()
    named = re.findall(r'modulepreload" href="/client/([a-z]+\.js)"', page)
    needed = {"main.js"}
    for name in (rest := ["main.js"]):
        text = (CLIENT / name).read_text()
        found = set(re.findall(r'^import .* from "\./([a-z]+\.js)"', text, re.MULTILINE)) - needed
        needed |= found
        rest += found
    assert sorted([*named, "main.js"]) == sorted(needed)
    assert page.count('modulepreload" href="/client.js"') == 1


def test_the_page_holds_no_inline_script_or_style() -> None:
    page = (CLIENT / "index.html").read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page)


def test_backoff_grows_spreads_and_has_a_ceiling(run: Run) -> None:
    low, high = run("client", "[m.backoffMs(3, 0), m.backoffMs(3, 1)]")
    assert 0 < low < high <= 2400
    assert run("client", "m.backoffMs(50, 1)") == 20_000
    assert run("client", "m.afterClose(4013, 0, 0) > m.afterClose(1001, 0, 0)")


@pytest.mark.parametrize(
    ("header", "seconds"), [("3", 3), ("0", 0), (None, 7), ("", 7), ("soon", 7), ("-2", 0)]
)
def test_retry_after_is_read_or_assumed(run: Run, header: str | None, seconds: float) -> None:
    given = "null" if header is None else f"'{header}'"
    assert run("client", f"m.retryAfterS({given}, 7)") == seconds


@pytest.mark.parametrize(
    ("facts", "source"),
    [
        ("status: 'queued'", "none"),
        ("status: 'live'", "live"),
        ("status: 'done'", "file"),
        ("status: 'failed', showing: 'live'", "none"),
        ("status: 'done', showing: 'live'", "live"),
        ("status: 'done', showing: 'live', ended: true", "file"),
        ("status: 'done', showing: 'live', silentMs: 900", "file"),
        ("status: 'done', showing: 'live', doneMs: 6000", "file"),
        ("status: 'done', showing: 'live', doneMs: 6000, hasFile: false", "live"),
    ],
)
def test_the_stream_gives_way_to_the_file_when_it_was_seen(
    run: Run, facts: str, source: str
) -> None:
    rest = "showing: 'none', seconds: 5, ended: false, silentMs: 0, doneMs: 0, hasFile: true"
    assert run("source", f"m.chooseSource({{{rest}, {facts}}})") == source


def test_a_place_moves_forward_only(run: Run) -> None:
    at = "{epoch: 'e', seq: 5}"
    assert run("client", f"m.advance({at}, 5).fresh") is False
    assert run("client", f"m.advance({at}, 9)") == {"fresh": True, "at": {"epoch": "e", "seq": 9}}
    assert run("client", f"m.advance({at}, null)")["at"]["seq"] == 5


def test_likes_are_absolute_and_only_ones_own_lights_the_heart(run: Run) -> None:
    liked = "{type: 'liked', clip: 'c1', on: true, likes: 9, by: %s}"
    theirs = run("merge", f"m.fold({entry()}, {liked % _js(OTHER)}, {_js(ME)})")
    mine = run("merge", f"m.fold({entry()}, {liked % _js(ME)}, {_js(ME)})")
    assert (theirs["liked"], mine["liked"]) == (False, True)
    assert theirs["clip"]["counts"]["likes"] == mine["clip"]["counts"]["likes"] == 9


def test_an_expected_like_is_counted_once_and_can_be_taken_back(run: Run) -> None:
    one_more = "(all, on) => [...all, m.expectLike(all.at(-1), on)]"
    steps = run("merge", f"[true, true, false].reduce({one_more}, [{entry()}])")
    assert [step["clip"]["counts"]["likes"] for step in steps] == [3, 4, 4, 3]


def test_a_comment_of_ones_own_replaces_the_expected_one(run: Run) -> None:
    mine = {"id": "k1", "clip": "c1", "author": ME, "text": "hello", "created_at": 5}
    start = f"m.expectComment({entry(comments=[])}, {_js(mine)})"
    event = f"{{type: 'commented', comment: {_js(mine | {'id': 'other-id'})}, comments: 2}}"
    after = run("merge", f"m.fold({start}, {event}, {_js(ME)})")
    assert [comment["id"] for comment in after["comments"]] == ["other-id"]
    assert after["clip"]["counts"]["comments"] == 2
    assert run("merge", f"m.dropComment({start}, 'k1').comments") == []


def test_older_comments_are_offered_where_there_are_some(run: Run) -> None:
    comment = {"id": "k1", "clip": "c1", "author": OTHER, "text": "hi", "created_at": 5}
    for counted, more in ((2, None), (3, "")):
        clip = CLIP | {"counts": {"comments": counted}}
        told = {"clip": clip, "liked": False, "viewers": 1, "comments": [comment | {"replies": 1}]}
        assert run("merge", f"m.restore({entry()}, {_js(told)})")["more"] == more


def test_a_status_never_goes_back(run: Run) -> None:
    done = f"{{...{entry()}, clip: {_js(CLIP | {'status': 'done'})}}}"
    late = f"{{type: 'clip_started', clip: {_js(CLIP)}}}"
    assert run("merge", f"m.fold({done}, {late}, null).clip.status") == "done"


def test_an_unknown_event_changes_nothing(run: Run) -> None:
    assert run("merge", f"((e) => m.fold(e, {{type: 'steered'}}, null) === e)({entry()})")


def test_a_ballot_is_shown_while_the_clip_can_be_steered(run: Run) -> None:
    ballot: dict[str, Any] = {
        "type": "clip_ballot",
        "proposals": [],
        "closes_s": None,
        "chosen": None,
    }
    voting = f"m.fold({entry()}, {_js(ballot)}, null)"
    done = {"type": "clip_finished", "clip": CLIP | {"status": "done"}}
    assert run("merge", f"{voting}.ballot") == ballot
    assert run("merge", f"m.fold({voting}, {_js(done)}, null).ballot") is None
    assert (
        run("merge", f"m.fold(m.fold({entry()}, {_js(done)}, null), {_js(ballot)}, null).ballot")
        is None
    )


def test_chosen_lines_are_told_with_their_second(run: Run) -> None:
    clip = {"fps": 24, "recipe": {"steering": [{"text": "at night", "frame": 72, "step": 0}]}}
    assert run("steering", f"m.followed({_js(clip)})") == [{"text": "at night", "at": "0:03"}]
    assert run("steering", "m.followed({fps: 24, recipe: null})") == []
    forked = run("steering", "m.followed({fps: 24, recipe: {kept: 2, steering: []}})")
    assert [line["at"] for line in forked] == ["0:02"]


def test_the_family_is_a_tree_and_orphans_are_roots(run: Run) -> None:
    clips = (
        "[['a', null], ['b', 'a'], ['c', 'b'], ['d', 'gone']].map(([id, parent]) => ({id, parent}))"
    )
    shape = (
        "(bs) => bs.map((b) => [b.clip.id, b.children.map((c) => [c.clip.id, c.children.length])])"
    )
    assert run("lineage", f"({shape})(m.tree({clips}))") == [["a", [["b", 1]]], ["d", []]]


def test_matched_words_are_marked_whatever_they_hold(run: Run) -> None:
    parts = run("format", "m.splitMatches('A Gun (really) gun', ['gun', '(really)'])")
    assert [part["text"] for part in parts if part["hit"]] == ["Gun", "(really)", "gun"]
    assert "".join(part["text"] for part in parts) == "A Gun (really) gun"
    assert run("format", "m.splitMatches('calm', [])") == [{"text": "calm", "hit": False}]


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0"), (999, "999"), (1234, "1.2K"), (56_789, "57K"), (2.5e6, "2.5M")]
)
def test_counts_are_short(run: Run, number: float, words: str) -> None:
    assert run("format", f"m.short({number})") == words


@pytest.mark.parametrize(
    ("then", "words"),
    [(-5, "soon"), (3000, "soon"), (90_000, "in 25 hr."), (600_000, "in 7 days")],
)
def test_an_author_is_told_when_a_clip_goes(run: Run, then: float, words: str) -> None:
    assert run("format", f"m.goes({then}, 0)") == f"goes {words} unless somebody likes it"


FRENCH = """[m.short(1234), m.length(5), m.length(3, 'day'), m.list(['a', 'b', 'c']),
  m.ago(0, 7200), m.agoWords(0, 120), m.goes(600_000, 0), m.stage(95)]"""


def test_numbers_and_times_are_written_as_french_does(browser: Browser) -> None:
    with modules(browser, "fr") as run:
        told = [text.replace("\u202f", " ").replace("\xa0", " ") for text in run("format", FRENCH)]
        counts = "[0, 1, 2, 1234].map((n) => m.t('profile.followers', { n }))"
        followers = [text.replace("\u202f", " ") for text in run("words", counts)]
    assert told == [
        *("1,2 k", "5 s", "3 j", "a, b et c", "2 h", "il y a 2 min"),
        *("disparaît dans 7 j, à moins qu’on ne l’aime", "Voit le jour"),
    ]
    # Nothing is singular.
    assert followers == ["0 abonné", "1 abonné", "2 abonnés", "1 234 abonnés"]


def test_some_of_the_examples_are_each_one_once(run: Run) -> None:
    for chance in ("Math.random", "() => 0"):
        made = run("examples", f"m.some([1, 2, 3, 4, 5], 3, {chance})")
        assert len(set(made)) == len(made) == 3
        assert set(made) <= {1, 2, 3, 4, 5}
    assert run("examples", "m.some([], 3, Math.random)") == []


READING = {
    "summary": "",
    "reads_freely": False,
    "phrases": [
        {"text": "samurai", "slot": "subject", "drawn_as": "fencing-man", "exact": False}
        | {"told": "samurai, drawn as fencing man"},
        {"text": "bakery", "slot": "place", "drawn_as": "street", "exact": False}
        | {"told": "bakery, shown as street"},
        {"text": "moonlight", "slot": "time", "drawn_as": "night", "exact": True}
        | {"told": "moonlight (night)"},
        {"text": "dancing", "slot": "motion", "drawn_as": "sway", "exact": True, "told": ""},
        {"text": "katana", "slot": "undrawn", "drawn_as": None, "exact": True, "told": "katana"},
    ],
    "understood": [
        {"name": "subject", "value": "fencing-man"},
        {"name": "place", "value": None},
        {"name": "mood", "value": None},
    ],
}
SAID = [
    {"words": "samurai", "as": "fencing man", "kind": "lit"},
    {"words": "bakery, shown as street", "as": None, "kind": "lit"},
    {"words": "moonlight (night)", "as": None, "kind": "lit"},
    {"words": "katana", "as": None, "kind": "undrawn"},
]


def test_a_reading_says_what_is_drawn_as_what_and_what_is_left_open(run: Run) -> None:
    place = {"words": "place", "as": None, "kind": "open"}
    assert run("reading", f"m.chips({_js(READING)}, false)") == [*SAID, place]
    assert run("reading", f"m.chips({_js(READING)}, true)") == SAID, "the rest stays as it is"


def test_what_stays_of_the_clip_before_is_told(run: Run) -> None:
    kept = {"name": "weather", "value": "snow", "inherited": True}
    reading = READING | {"understood": [kept, kept | {"name": "place"}]}
    chips = run("reading", f"m.chips({_js(reading)}, true)")
    assert chips == [*SAID, {"words": "still: snow", "as": None, "kind": "kept"}]
    assert run("format", f"m.heard([{_js(kept | {'confidence': 1})}])")["words"] == [
        "snow (from the original)"
    ]


def test_only_what_chance_decides_is_said_to_be_left_to_it(run: Run) -> None:
    told = "{name: 'other', value: 'nothing', confidence: 1}"
    names = ("subject", "weather", "other_colour", "relation", "camera", "mood")
    slots = [f"{{name: '{name}', value: null, confidence: 0}}" for name in names]
    heard = run("format", f"m.heard([{', '.join([*slots, told])}])")
    said = {"unsure": False, "unread": "", "undrawn": [], "tags": ["other:nothing"]}
    assert heard == {"words": ["alone"], "open": ["subject"], **said}


def test_what_stands_in_and_what_stays_away_is_said(run: Run) -> None:
    slots = """[{name: 'subject', value: 'fish', confidence: 0.7, words: ['shark']},
      {name: 'place', value: null, confidence: 0}, {name: 'colour', value: 'red', confidence: 0.8},
      {name: 'other', value: 'old-man', confidence: 0.7, words: ['tall old man']},
      {name: 'undrawn', value: null, confidence: 1, words: ['car', 'kitchen']}]"""
    heard = run("format", f"m.heard({slots})")
    assert heard["words"] == ["shark, drawn as fish", "red", "old man"]
    assert heard["tags"][-1] == "other:old-man"
    assert (heard["undrawn"], heard["open"]) == (["car", "kitchen"], ["place"])
    nobody = "{name: 'subject', value: null, confidence: 0}, {name: 'undrawn', value: null}"
    assert run("format", f"m.heard([{nobody}])")["open"] == []


def test_the_end_of_a_prompt_that_was_not_read_is_said(run: Run) -> None:
    slot = "{name: 'truncated', value: null, confidence: 1, words: ['on fire']}"
    heard = run("format", f"m.heard([{slot}])")
    said = {"words": [], "tags": [], "unsure": False, "open": [], "undrawn": []}
    assert heard == {"unread": "on fire", **said}


def test_the_ring_is_closed_and_fits_small_boxes(run: Run) -> None:
    path = run("ring", "m.ringPath(20, 10, 2, 50)")
    assert path.startswith("M10 2")
    assert path.endswith("Z")
    assert "NaN" not in path
    assert "-" not in path


@pytest.mark.parametrize(
    ("event", "deed"),
    [
        ("{key: 'j'}", "next"),
        ("{key: 'N'}", "compose"),
        ("{key: 'c', ctrlKey: true}", None),
        ("{key: 'x'}", None),
    ],
)
def test_keys_mean_deeds_but_not_with_control(run: Run, event: str, deed: str | None) -> None:
    assert run("keys", f"m.deedOf({event})") == deed


def test_players_go_to_the_clip_in_sight_and_its_neighbours(run: Run) -> None:
    assert run("feed", "m.lent(1, 9)") == [1, 2, 0]
    assert run("feed", "m.lent(0, 1)") == [0]
    assert run("feed", "m.lent(-1, 0)") == []
    assert run("feed", "m.lent(3, 9, true)") == [3]


def test_a_feed_is_told_of_all_that_it_ranks(run: Run) -> None:
    """Of 700 clips seen, the oldest last: the 500 newest, in the order in which they were seen."""
    seen = [f"c{number:04}" for number in reversed(range(700))]
    code = (
        f"(() => {{ const one = new m.Interest(); one.lists.seen = {_js(seen)}; return one; }})()"
    )
    assert run("interest", f"{code}.with([]).seen") == seen[:500]
    told = run("interest", f"{code}.with(['c0650', 'c0900']).seen")
    assert told == ["c0900", *seen[:499]]


@pytest.mark.parametrize(("which", "left"), [("'a'", [["b"], ["b"], ["a"]]), ("", [[], [], ["a"]])])
def test_what_is_cleared_does_not_count_in_this_visit_either(
    run: Run, which: str, left: list[list[str]]
) -> None:
    code = f"""(async () => {{
      const one = new m.Interest();
      one.lists = {{ seen: ["a", "b"], skipped: ["a", "b"], liked: ["a"] }};
      const asked = globalThis.fetch;
      globalThis.fetch = async () => new Response(null, {{ status: 204 }});
      await (await import("/history.js")).clearHistory({which}).finally(() => (fetch = asked));
      return [one.lists.seen, one.lists.skipped, one.lists.liked];
    }})()"""
    assert run("interest", code) == left


@pytest.mark.parametrize(
    ("facts", "half"),
    [
        ("{sparing: false, weak: false, kind: '4g'}", False),
        ("{sparing: false, weak: false, kind: undefined}", False),
        ("{sparing: false, weak: false, kind: '3g'}", True),
        ("{sparing: false, weak: true, kind: '4g'}", True),
        ("{sparing: true, weak: false, kind: '4g'}", True),
    ],
)
def test_a_line_that_does_not_take_the_file_gets_the_small_one(
    run: Run, facts: str, half: bool
) -> None:
    assert run("line", f"m.wantsHalf({facts})") is half


def test_a_file_is_judged_by_how_fast_it_comes_once_a_line_has_had_time(run: Run) -> None:
    slow = "[m.tooSlow(0.1, 1900), m.tooSlow(1.9, 2000), m.tooSlow(2.1, 2000), m.tooSlow(3, 4000)]"
    assert run("line", slow) == [False, True, False, True]


@pytest.mark.parametrize(
    ("events", "clips"),
    [
        ([(0, 300)], 1),
        ([(30 * n, 100) for n in range(8)], 1),  # one strong turn
        ([(400 * n, 100) for n in range(3)], 3),  # notch by notch
        ([(100 * n, 100) for n in range(10)], 2),  # a wheel that goes on turning
        ([(16 * n, 90 * 0.97**n) for n in range(90)], 1),  # the momentum of a trackpad
        ([(0, 4), (200, 4)], 0),  # a finger that rests
        ([(0, 100), (50, -100)], 2),  # there and back
    ],
)
def test_one_gesture_of_a_wheel_goes_one_clip_far(
    run: Run, events: list[tuple[float, float]], clips: int
) -> None:
    code = f"""(() => {{
        let gesture = m.STILL, steps = 0;
        for (const [at, px] of {_js(events)}) {{
            gesture = m.turned(gesture, px, at);
            steps += gesture.steppedAt === at;
        }}
        return steps;
    }})()"""
    assert run("wheel", code) == clips


@pytest.mark.parametrize(
    ("before", "place", "covered", "how"),
    [
        (("a", None), ("b", None), False, "push"),
        (("a", None), ("a", "share"), False, "push"),
        (("a", "comments"), ("b", "comments"), True, "push"),
        (("a", "inbox"), ("b", None), False, "replace"),  # a sheet that led to a clip
        (("a", "inbox"), ("a", "@ben"), False, "replace"),  # or to another sheet
        (("a", "comments"), ("a", "@ben"), True, "push"),
        ((None, None), ("a", None), False, "replace"),
        ((None, None), (None, "compose"), False, "push"),
        (("a", None), (None, None), False, "replace"),
        (("a", "share"), ("a", "share"), True, "stay"),
    ],
)
def test_what_back_leads_to(
    run: Run,
    before: tuple[str | None, str | None],
    place: tuple[str | None, str | None],
    covered: bool,
    how: str,
) -> None:
    one, other = ({"clip": clip, "sheet": sheet} for clip, sheet in (before, place))
    assert run("trail", f"m.follows({_js(one)}, {_js(other)}, {_js(covered)})") == how
    address = run("trail", f"m.addressOf({_js(other)})")
    # A profile's address is for others, too: the clip below it is in the history's state.
    named = {**other, "clip": None} if address.startswith("/@") else other
    assert run("trail", f"m.placeOf({_js(address)})") == named


def test_a_sheet_goes_where_a_finger_meant_it_to(run: Run) -> None:
    assert run("sheets", "[m.letsGo(200, 600, 0), m.letsGo(60, 600, 0.9)]") == [True, True]
    assert run("sheets", "[m.letsGo(60, 600, 0.1), m.letsGo(5, 600, 2)]") == [False, False]


def test_a_download_is_named_as_what_it_shows(run: Run) -> None:
    texts = ["A fox, at 5 o'clock!", "\u72d0\u72f8", "../?", "x" * 90]
    names = run("menu", f"{_js(texts)}.map(m.fileName)")
    assert names == ["A-fox-at-5-o-clock.mp4", "\u72d0\u72f8.mp4", "clip.mp4", f"{'x' * 60}.mp4"]


def test_of_what_a_clip_was_made_is_said_without_naming_what_is_not_public(run: Run) -> None:
    of = {"recipe": {"kept": 0}, "parent": None}
    clips = [of, of | {"parent": "a"}, of | {"parent": "hidden-a", "recipe": {"kept": 2}}]
    assert run("made", f"{_js(clips)}.map(m.origin)") == [
        "Nothing but these words",
        "It was drawn over another clip",
        "Its first 2 sec are a clip that is not public",
    ]


def test_two_taps_near_in_time_and_place_are_one_double_tap(run: Run) -> None:
    first = "{x: 10, y: 10, at: 0}"
    assert run("gestures", f"m.isDouble({first}, {{x: 14, y: 9, at: 200}})")
    assert not run("gestures", f"m.isDouble({first}, {{x: 14, y: 9, at: 900}})")
    assert not run("gestures", f"m.isDouble({first}, {{x: 200, y: 9, at: 100}})")
    assert not run("gestures", f"m.isDouble(null, {first})")


def test_ice_servers_are_read_from_a_link_header(run: Run) -> None:
    header = (
        '<stun:s.example:3478>; rel="ice-server", <turn:t.example?transport=udp>; rel="ice-server";'
        ' username="1"; credential="a+b/c="; credential-type="password"'
    )
    assert run("client", f"m.iceServers({_js(header)})") == [
        {"urls": "stun:s.example:3478"},
        {"urls": "turn:t.example?transport=udp", "username": "1", "credential": "a+b/c="},
    ]
    assert run("client", "m.iceServers(null)") == []


def test_the_figures_are_rates_of_the_last_second(run: Run) -> None:
    server = {"clip": "c", "round_trip_s": 0.012, "lost": 0.125, "pictures": 9, "again": 2}
    server |= {"rendition": "half", "switches": 3, "bitrate": 640_000}
    then = {"timestamp": 1000, "bytesReceived": 0, "framesDecoded": 10}
    now = {"timestamp": 3000, "bytesReceived": 50_000, "framesDecoded": 58}
    found = dict(run("debug", f"m.figures({_js(server)}, {_js(now)}, {_js(then)})"))
    assert found["round trip"] == "12 ms"
    assert found["lost"] == "12.5 %"
    assert (found["rendition"], found["line"]) == ("half, 3 changes", "0.6 Mbit/s")
    assert (found["received"], found["decoded"]) == ("200 kbit/s", "24.0 fps")
    assert dict(run("debug", "m.figures(null, null, undefined)"))["decoded"] == "–"


def test_only_what_can_be_seen_counts_as_being_drawn_now(run: Run) -> None:
    clips = [CLIP | {"id": name, "status": name} for name in ("done", "live", "queued")]
    met = f"""(() => {{
        const store = new m.Store();
        for (const clip of {_js(clips)}) store.meet(clip);
        return [store.onAir(), store.onTheirWay()];
    }})()"""
    assert run("state", met) == [["live"], ["live", "queued"]]


def test_every_kind_of_notice_has_a_sentence(run: Run) -> None:
    kinds = list(get_args(NoticeKind))
    notice = "{kind, actor: {handle: 'ben'}, count: 1}"
    said = run("inbox", f"{kinds}.map((kind) => m.sentence({notice}))")
    assert not set(said) & {f"@ben: {kind}" for kind in kinds}
    assert said[kinds.index("replied")] == "@ben replied to you"


def test_every_kind_of_notice_can_be_turned_off_but_what_is_always_told() -> None:
    offered = re.findall(r'^  \["(\w+)", t\(', (CLIENT / "notify.js").read_text(), re.MULTILINE)
    assert set(offered) == set(get_args(NoticeKind)) - ALWAYS_TOLD


def test_a_card_has_words_and_inks_for_all_that_can_be_chosen(run: Run) -> None:
    words = run("cardform", "m.VALUES")
    assert {field: set(named) for field, named in words.items()} == {
        field: set(values) for field, values in card_choices().items()
    }
    inks = {"skin": SKIN, "hair": HAIR, "colour": COLOURS}
    assert run("paper", "m.INKS") == {
        table: {name: "#" + bytes(ink).hex() for name, ink in named.items()}
        for table, named in inks.items()
    }


CARD = Card(skin="tan", hair="red", length="bun", figure="woman")
TERMS = LikenessTerms(
    scope="mutuals", rules=UsageRules(("alcohol",), ("a clown",)), ask_each=True, until=9.0
)
LEDGER: list[tuple[facts.LedgerFact, str]] = [
    (facts.LevelChecked("presence", "camera"), "Your presence was checked by the camera"),
    (facts.LevelChecked("verified", "The Office"), "You were checked by The Office"),
    (facts.LevelChecked("none", "camera"), "Your check counts no more"),
    (
        facts.TermsGranted(TERMS, CARD),
        "You allowed: people I follow who follow me · asking each time"
        " · never with Drinks and a clown · until a day",
    ),
    (facts.PortraitAgreed(0.0), "You agreed to be drawn by photorealistic models"),
    (facts.PersonApproved("p", True), "You approved @ben"),
    (facts.PersonApproved("p", False), "You shut @ben out"),
    (facts.PersonApproved("p", None), "You neither approve @ben nor shut them out any more"),
    (facts.UseAsked("a", "p"), "@ben asked to show you"),
    (facts.AskAnswered("a", False), "You said no to @ben"),
    (facts.UseGranted("c", "p", "fork", 1), "@ben forked a clip that shows you"),
    (facts.UseRefused("p", "prompt", "minor"), "@ben was refused: they are a minor"),
    (facts.LikenessWithdrawn("everything"), "You took everything back"),
    (facts.LikenessWithdrawn("person", "", "p", 3), "You took back all by @ben (3 clips)"),
]


def test_each_entry_of_a_ledger_is_said_in_words(run: Run) -> None:
    assert {type(fact) for fact, _ in LEDGER} == set(get_args(facts.LedgerFact))
    told = [{"fact": facts.encode_fact(fact), "person": {"handle": "ben"}} for fact, _ in LEDGER]
    names = [{"code": "alcohol", "name": "Drinks"}]
    entries, named = msgspec.json.encode(told).decode(), msgspec.json.encode(names).decode()
    said = run("ledger", f"{entries}.map((one) => m.entryWords(one, {named}))")
    assert said == [words for _, words in LEDGER]
    often = told[-3] | {"attempts": 4}
    said = run("ledger", f"m.entryWords({msgspec.json.encode(often).decode()}, [])")
    assert said == "@ben was refused 4 times within an hour: they are a minor"


def test_a_day_and_words_of_ones_own_are_read_as_they_are_meant(run: Run) -> None:
    assert run("days", "m.dayOf(m.endOf('2027-02-03'))") == "2027-02-03"
    assert run("days", "[m.endOf(''), m.dayOf(null)]") == [None, ""]
    assert run("lending", "m.splitWords(' a clown, x; smoking\\na clown')") == [
        "a clown",
        "smoking",
    ]


@pytest.mark.parametrize(
    ("status", "before", "filtered", "shown"),
    [
        ("live", None, False, True),
        ("live", "live", False, True),
        ("done", "live", False, True),
        ("live", None, True, True),
        ("live", "live", True, False),
        ("done", "live", True, True),
        ("failed", "live", True, False),
    ],
)
def test_an_empty_column_shows_nothing_that_the_feed_does_not_have(
    run: Run, status: str, before: str | None, filtered: bool, shown: bool
) -> None:
    clip = _js(CLIP | {"status": status})
    older = "undefined" if before is None else _js(CLIP | {"status": before})
    assert run("paging", f"m.mayShow({clip}, {older}, {_js(filtered)})") is shown
