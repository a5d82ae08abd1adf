/** Wires the rooms of the page together. */
import { clipTopic, Problem, Social, socketUrl } from "/client.js";
import { sheetOpener } from "./addresses.js";
import { ambient } from "./ambient.js";
import { api } from "./api.js";
import { Chrome } from "./chrome.js";
import { keepColumn, keptColumn } from "./column.js";
import { deeds } from "./deeds.js";
import { memory, saveData } from "./dom.js";
import { Feed } from "./feed.js";
import { taps } from "./gestures.js";
import { Inbox } from "./inbox.js";
import { Interest } from "./interest.js";
import { keyboard } from "./keys.js";
import { lazySheets } from "./lazy.js";
import { Later, loadAll } from "./later.js";
import { forming } from "./merge.js";
import { mayShow, Pages } from "./paging.js";
import { Panel } from "./panel.js";
import { Pictures } from "./pictures.js";
import { Retry } from "./retry.js";
import { Sheets } from "./sheets.js";
import { Store } from "./state.js";
import { tabKeys } from "./tabs.js";
import { complain, isAway, toast } from "./toast.js";
import { FEED, topicListener } from "./topics.js";
import { placeOf, Trail } from "./trail.js";
import { learnVocabulary } from "./vocabulary.js";
import { Visit } from "./visit.js";
import { wheel } from "./wheel.js";
import { t } from "./words.js";

const $ = (/** @type {string} */ selector) => /** @type {any} */ (document.querySelector(selector));

const returned = new URLSearchParams(location.search).get("signin"); // what came of a visit at the provider
if (returned) memory.write("signin", returned);
const checked = new URLSearchParams(location.search).get("identity"); // and at who checks identities
if (checked) memory.write("identity", checked);

const store = new Store();
const interest = new Interest();
const visit = new Visit(interest, tellTurn);
const social = new Social(socketUrl(), topicListener(store, { online: (on) => connected(on), identity: () => identify(), told: (event) => (inbox.told(event), likeness.made?.then((sheet) => sheet.told(event))), joined: () => bare && lookAgain(), next: (clips) => renew(clips) }), memory);

const lazy = lazySheets({
  store, open, show, know, hide: leaveOut,
  play: () => feed.player?.held || feed.player?.toggle(),
  birth: () => feed.player?.toggleBirth(),
  made: (id) => act.made(id),
  lineage: (id) => act.lineage(id),
  drop: (id) => feed.remove(id),
  choose, lookAgain,
});
const { account, composer, report, desk, decisions, likeness, nameDialog, help, profile, finder, background, notify, rest, sharing, terms, menu, papers } = lazy;
const inbox = new Inbox({ clip: (id) => show(id), profile: (handle) => profile.open(handle), settings: () => notify.open(), desk: () => desk.open(), decisions: () => decisions.open(), likeness: (which) => likeness.open(which), draw: (text) => composer.open({ text }), failed: complain });
const panel = new Panel($("#panel"), store, {
  comment: (id, text, key, parent) => social.comment(id, text, key, parent),
  failed: complain,
  go: (clip) => open(clip),
  profile: (handle) => profile.open(handle),
  report: (subject) => report.open(subject),
});

const act = deeds({ store, social, interest, composer, panel, sharing, menu, papers, toast, at: () => playedS() });
const actions = { ...act, profile: (/** @type {string} */ handle) => profile.open(handle), find: (/** @type {string} */ tag) => finder.open({ tag }), toggle: () => feed.player?.toggle(), birth: () => feed.player?.toggleBirth(), sound: () => feed.toggleSound() };
const feed = new Feed($("#feed"), store, actions, { more: () => load(), current: (id, before) => turned(id, before) });
const debug = new Later(() => import("./debug.js").then(({ Debug }) => new Debug(feed.channel)));
const chrome = new Chrome({
  mode: (mode) => choose(mode),
  compose: (text) => composer.open({ text }),
  name: account,
  help: () => help.open(),
  search: () => finder.open(),
  live: () => jumpToLive(),
});
let pages = new Pages(memory.read("mode", null), interest);
/** Whether there was nothing to show: then whatever is drawn first is. */
let bare = false;
/** @type {Set<string>} clips that the person looked for, which no feed chose */
const sought = new Set();

const pictures = new Pictures(document);
const starting = new Retry(() => begin());
const loading = new Retry(() => load());

/** @param {boolean} on whether the socket is open */
function connected(on) {
  chrome.online(on);
  if (on) comeBack();
}

/** The line is back: whatever failed without it is tried again at once. */
function comeBack() {
  pictures.retry();
  feed.comeBack();
  panel.comeBack();
  starting.now();
  loading.now();
}

/** @param {import("./merge.js").Person} person */
function know(person) {
  store.me = person;
  feed.update(); // what is one's own is one's own to stop and to delete
  chrome.person(person);
}

async function identify() {
  const { person, limited } = await api.me();
  if (limited) rest.get().then((screen) => screen.watch(true)).catch(complain);
  if (store.me && store.me.id !== person.id) social.unsubscribe(`person:${store.me.id}`);
  know(person);
  social.subscribe(`person:${person.id}`);
  inbox.refresh().catch(complain);
  hide();
}

/** Leaves out the people whom one is not shown. */
function hide() {
  return api.hidden().then(({ people }) => (store.hidden = new Set(people)), complain);
}

/** Whom one has just blocked or muted is gone from what is on the page, too. */
async function leaveOut() {
  await hide();
  panel.comments.render();
  for (const id of feed.ids) if (isHidden(id)) feed.remove(id);
}

/** Adds the next page to the column. */
async function load() {
  const mine = pages;
  if (mine.busy) return; // whoever asked for it adds it: an empty column would be told meanwhile, and its last screen be what the column snaps to
  try {
    let clips, added;
    do {
      clips = await mine.next(feed.ids);
      if (mine !== pages) return;
      chrome.mode(mine.mode);
      memory.write("mode", mine.mode);
      for (const clip of clips) store.meet(clip);
      added = feed.add(clips.map((clip) => clip.id));
    } while (added === 0 && clips.length > 0 && mine.cursor);
    loading.worked();
    if (added === 0 && clips.length > 0) mine.over = true; // a feed that repeats itself is at its end
    if (mine.birth && mine.birth === feed.current?.id && !saveData()) feed.player?.toggleBirth();
    mine.birth = "";
    chrome.tail(feed.ids.length, mine.over);
    bare = feed.ids.length === 0;
  } catch (error) {
    chrome.tail(feed.ids.length, false, isAway(error));
    const stop = error instanceof Problem && error.problem?.rest;
    if (stop) return rest.get().then((screen) => screen.open(stop)).catch(complain);
    complain(error);
    if (mine === pages) loading.failed();
  }
}

/** What waits behind the clip before the person is asked for anew. */
function lookAgain() {
  pages = new Pages(pages.mode, interest);
  feed.renew([]);
  load();
}

/** @param {import("./paging.js").Mode} mode */
async function choose(mode) {
  api.call("PATCH", "/v1/feed/settings", { body: { order: mode } }).catch(complain);
  pages = new Pages(mode, interest);
  chrome.mode(mode);
  feed.clear();
  await load();
}

/** Says how long a clip was before the person, before the next one counts as watched. @param {string} id @param {number} watchedMs */
function tellTurn(id, watchedMs) {
  const now = feed.current?.id;
  social.turn(id, watchedMs, now ? [now] : [], pages.mode === "foryou" && !sought.has(id));
}

/** What waits is ranked again with every swipe. @param {import("./merge.js").Clip[]} clips */
function renew(clips) {
  if (pages.mode !== "foryou" || pages.busy) return;
  for (const clip of clips) store.meet(clip);
  feed.renew(clips.map((clip) => clip.id));
}

/** Puts a clip after the current one, if it is not in the column, and goes there. @param {import("./merge.js").Clip} clip */
function open(clip) {
  bare = false;
  sought.add(clip.id);
  store.meet(clip);
  feed.add([clip.id], { next: true });
  feed.goTo(clip.id);
  feed.current?.element.focus({ preventScroll: true });
  chrome.tail(feed.ids.length, pages.over);
}

/** Where the column has come to its end, what is begun now comes after it. @param {import("./merge.js").Clip} clip */
function goOn(clip) {
  if (!pages.over || !["foryou", "live"].includes(pages.mode ?? "")) return;
  if (pages.filtered) return lookAgain();
  feed.add([clip.id]);
  chrome.tail(feed.ids.length, pages.over);
}

/** Asks for a clip, and goes there. @param {string} id */
function show(id) {
  api.clip(id).then(({ clip }) => open(clip), complain);
}

/** Another clip is before the person. @param {string | null} id @param {string | null} before */
function turned(id, before) {
  if (before) social.unsubscribe(clipTopic(before));
  if (id) social.subscribe(clipTopic(id));
  visit.turn(id);
  present();
  panel.show(id);
  announce();
  trail.turn(id, sheets.top);
  const text = id && store.get(id)?.clip.text;
  document.title = text ? `${text} · Phosphene` : "Phosphene";
  // Who has the focus in it hears its name from there.
  $("#announce").textContent = text && !feed.current?.element.contains(document.activeElement) ? `${text}, @${store.get(/** @type {string} */ (id))?.clip.author.handle}` : "";
  requestAnimationFrame(glow);
}

/** Tells the others what one looks at. */
const present = () => social.watch(document.hidden ? null : (feed.current?.id ?? null));

/** How far a file that plays has come; of a stream its clip's beginning is not known. */
function playedS() {
  const video = feed.player?.video;
  return video?.currentSrc && !feed.player?.born ? video.currentTime : 0;
}

/** Whether a clip is of somebody whom one is not shown. @param {string} id */
const isHidden = (id) => store.hidden.has(store.get(id)?.clip.author.id ?? "");

/** Ids of the clips being drawn elsewhere that are shown. */
const elsewhere = () => store.onAir().filter((id) => id !== feed.current?.id && !isHidden(id));

function announce() {
  chrome.live(elsewhere().length);
}

function jumpToLive() {
  if (pages.filtered) return choose("live"); // only the server knows which may be shown
  const id = elsewhere().at(-1);
  const entry = id && store.get(id);
  if (entry) open(entry.clip);
}

const glow = ambient($("#ambient"), () => feed.picture);

const uncover = sheetOpener({ lazy, inbox, panel, act, current: () => feed.current?.id });

const sheets = new Sheets({
  changed: (top, how) => trail.cover(top, how),
  close: (sheet) => (sheet instanceof HTMLDialogElement ? sheet.close() : panel.setOpen(false)),
});

/** Where a notification leads that was pressed. @param {string} place */
function goTo(place) {
  const { clip, sheet } = placeOf(place);
  sheets.closeBut(null);
  if (clip) show(clip);
  if (sheet) uncover(sheet);
}

const trail = new Trail(({ clip, sheet }) => {
  sheets.closeBut(sheet);
  if (clip && clip !== feed.current?.id) goBackTo(clip);
  if (sheet && !sheets.has(sheet)) uncover(sheet);
});

/** @param {string} id */
function goBackTo(id) {
  const entry = store.get(id);
  if (entry) open(entry.clip);
  else show(id);
}

const current = (/** @type {(id: string) => void} */ deed) => () => feed.current && deed(feed.current.id);

keyboard({
  next: () => feed.step(1, { focus: true }),
  previous: () => feed.step(-1, { focus: true }),
  pause: () => feed.player?.toggle(),
  like: current((id) => act.like(id)),
  compose: () => composer.open(),
  comments: current(() => panel.reach("comments")),
  remix: current((id) => act.remix(id)),
  lineage: current(() => panel.reach("lineage")),
  share: current((id) => act.share(id)),
  birth: () => feed.player?.toggleBirth(),
  foryou: () => choose("foryou"),
  following: () => choose("following"),
  latest: () => choose("latest"),
  live: () => choose("live"),
  feed: () => lazy.tune.open(),
  sound: () => feed.toggleSound(),
  debug: () => debug.open(),
  help: () => help.open(),
  search: () => finder.open(),
  close: () => panel.setOpen(false),
});

tabKeys();

addEventListener("limited", (event) => {
  const own = /** @type {CustomEvent} */ (event).detail;
  rest.get().then((screen) => (screen.watch(true), screen.open(own.rest))).catch(complain);
});

const sheetsToCome = [composer, menu, lazy.tune, terms, papers, sharing, report, profile, nameDialog, finder, desk, decisions, notify, { get: background }, help];
$("#feed").addEventListener("playing", () => loadAll(sheetsToCome), { capture: true, once: true }); // the line is free

wheel($("#feed"), (delta) => feed.step(delta));

taps($("#feed"), {
  single: () => (sheets.top ? sheets.closeBut(null) : feed.player?.toggle()),
  double: (x, y) => {
    feed.current?.heart(x, y);
    if (feed.current) act.like(feed.current.id, true);
  },
});

store.listeners.add((id, entry, before) => {
  if (!before || forming(entry.clip) !== forming(before.clip)) announce();
  if (isHidden(id)) return;
  if (bare && mayShow(entry.clip, before?.clip, pages.filtered)) pages.filtered ? lookAgain() : open(entry.clip);
  else if (!before && forming(entry.clip)) goOn(entry.clip);
});
store.mourners.add((id) => {
  if (feed.current?.id === id) toast(t("clip.removed")); // nobody is told why
  feed.remove(id);
  announce();
  chrome.tail(feed.ids.length, pages.over);
});
addEventListener("online", comeBack);
addEventListener("visibilitychange", present);
addEventListener("pagehide", () => {
  visit.turn(null);
  keepColumn(pages.mode ?? "", feed.ids.map((id) => /** @type {any} */ (store.get(id)).clip), feed.current?.id ?? null);
});

async function start() {
  const kept = keptColumn(pages.mode ?? "", trail.place.clip);
  const straight = !kept && !trail.place.clip; // the first clip does not wait for who one is
  const [shared] = await Promise.all([kept ? null : wanted(), identify(), straight && load()]);
  starting.worked();
  social.subscribe(FEED);
  social.open();
  if (kept) restore(kept);
  if (shared) open(shared.clip);
  if (!feed.current) await load();
  if (trail.wanted) uncover(trail.wanted); // those of a clip open over one only
  if (memory.read("left", false)) toast(t("account.gone"));
  memory.write("left", null);
  if (kept || shared) await load();
  if (!feed.current) loadAll(sheetsToCome);
}

/** The column as it was before a reload. @param {import("./column.js").Column} kept */
function restore({ clips, at }) {
  bare = false;
  for (const clip of clips) store.meet(clip);
  feed.add(clips.map((clip) => clip.id));
  feed.goTo(at);
}

/** The clip that the address names, if it is there. */
async function wanted() {
  const id = trail.place.clip;
  try {
    return id ? await api.clip(id) : null;
  } catch (error) {
    if (!(error instanceof Problem) || error.retryS !== null) throw error;
    toast(t("clip.gone"));
    return null;
  }
}

function begin() {
  return start().catch((error) => {
    complain(error);
    chrome.tail(feed.ids.length, false, isAway(error));
    starting.failed();
  });
}

chrome.mode(pages.mode);
learnVocabulary(() => feed.update());
const begun = begin();
// From the first moment: a notification may have been pressed while the page is loaded, and what is told to nobody is lost.
navigator.serviceWorker?.addEventListener("message", ({ data }) => data?.type === "go" && begun.then(() => goTo(data.place)));
