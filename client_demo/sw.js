/**
 * The service worker: what of the page is there without a line, and what is told while no page is open. The server
 * says in the line before this one of which files the page of its release and language is made: nothing that belongs
 * to somebody is kept, and no answer of the API.
 */

const worker = /** @type {ServiceWorkerGlobalScope & {SHELL: {version: string, language: string, files: string[]}}} */ (/** @type {unknown} */ (self));
const { version, language, files } = worker.SHELL;
const CACHE = `shell-${version}-${language}`;
const PAGE = "/";

worker.addEventListener("install", (event) => event.waitUntil(keepShell()));
worker.addEventListener("activate", (event) => event.waitUntil(takeOver()));
worker.addEventListener("fetch", (event) => answerFetch(event));
worker.addEventListener("push", (event) => event.waitUntil(showPush(event)));
worker.addEventListener("notificationclick", (event) => event.waitUntil(openNotified(event)));
worker.addEventListener("pushsubscriptionchange", (event) => /** @type {any} */ (event).waitUntil(renew(event)));

/** All of one release or nothing: a page of one and scripts of another would not fit. */
async function keepShell() {
  const cache = await caches.open(CACHE);
  await cache.addAll([PAGE, ...files]);
  await worker.skipWaiting();
}

async function takeOver() {
  const old = (await caches.keys()).filter((name) => name.startsWith("shell-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  // A visit does not wait until this worker runs: the browser asks for the page meanwhile.
  await worker.registration.navigationPreload?.enable();
  await worker.clients.claim();
}

/** Only the page, its files and other addresses that are gone to: everything else is none of this worker's business. @param {FetchEvent} event */
function answerFetch(event) {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(pathname === PAGE || pathname.startsWith("/@") ? newestPage(event) : preloaded(event));
  else if (files.includes(pathname)) event.respondWith(kept(pathname, request));
}

/** What was asked for already while this worker woke: left alone it would be asked for twice, and what is good once, as a code of a provider, be used up. @param {FetchEvent} event */
async function preloaded(event) {
  return (await event.preloadResponse) ?? fetch(event.request);
}

/** The page as the server has it; without a line the one that was kept, which says so. @param {FetchEvent} event */
async function newestPage(event) {
  try {
    return await preloaded(event);
  } catch {
    return kept(PAGE, event.request);
  }
}

/** @param {string} path @param {Request} request */
async function kept(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path, { ignoreVary: true })) ?? fetch(request);
}

/** @param {PushEvent} event */
async function showPush(event) {
  const { notification, app_badge: unread } = readPush(event);
  worker.navigator.setAppBadge?.(unread).catch(() => null);
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (windows.some((one) => one.visibilityState === "visible")) return; // the mark on the bell says it
  const { title, navigate, ...options } = notification;
  await worker.registration.showNotification(title, { icon: "/client/icons/any-192.png", ...options, data: { url: navigate } });
}

/** What was pushed; of what cannot be read still something, because the browser wants to see a notification. @param {PushEvent} event @returns {any} */
function readPush(event) {
  try {
    const told = event.data?.json();
    if (told?.notification?.title) return told;
  } catch {
    // told below
  }
  return { notification: { title: "Phosphene", tag: "inbox", navigate: "/?sheet=inbox" } };
}

/** Goes there in a page that is open, else in a new one. @param {NotificationEvent} event */
async function openNotified(event) {
  event.notification.close();
  const { pathname, search } = new URL(event.notification.data?.url ?? PAGE, location.origin);
  const place = pathname + search;
  const [open] = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (!open) return worker.clients.openWindow(place);
  open.postMessage({ type: "go", place });
  return open.focus();
}

/** The browser has another endpoint: the server is told. @param {any} change */
async function renew({ oldSubscription, newSubscription }) {
  const key = oldSubscription?.options.applicationServerKey;
  const one = newSubscription ?? (key && (await worker.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })));
  if (!one) return;
  await fetch("/v1/me/push", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...one.toJSON(), language }) });
}
