// Who looks at what in a shop, for Klaviyo and for our own server: see docs/storefront.md.
// It must not break a shop: every way in is safe.
"use strict";

(() => {
const script = document.currentScript;
const { store, company, send, consent: mode = "none", ...options } = script.dataset;
if (!store || window.storewire?.track) return;

const beside = (path) => new URL(path, script.src).href;
const COLLECTOR = options.collect || beside("/storefront/collect");
const BOX = `storewire.${store}`;
const DEBUG = "storewire_debug";
const KNOWN_BY = ["exchange_id", "email", "external_id", "phone_number"];
const PERSON = [...KNOWN_BY.slice(1), "first_name", "last_name"];
const isOnKlaviyo = company && send !== "server";
let debug; // what storewire-debug.js is to show

const safely = (call) => (...given) => {
  try {
    return call(...given);
  } catch (error) {
    console.warn("storewire:", error);
  }
};

function attempt(call) {
  try {
    return call();
  } catch {}
}

// --- What a page says

const list = (it) => (Array.isArray(it) ? it : []);
const number = (it) => (/^-?\d+(\.\d+)?$/.test(it) ? Number(it) : it);
const rounded = (it) => Math.round(it * 1e4) / 1e4;
const unique = (all) => (all.some(Boolean) ? [...new Set(all.filter(Boolean))] : undefined);
const randomId = () => crypto.getRandomValues(new Uint32Array(4)).join("-");

// Without what is absent.
function copy(given = {}) {
  const text = JSON.stringify(given, (_, it) => it ?? undefined);
  if (text[0] !== "{") throw new TypeError("no object");
  return JSON.parse(text);
}

// Klaviyo's old keys of a person begin with a dollar.
function split(given) {
  const person = {};
  const rest = {};
  for (const [key, it] of Object.entries(copy(given))) {
    const name = key === "$id" ? "external_id" : key.replace("$", "");
    if (!PERSON.includes(name)) rest[key] = it;
    else if (Object(it) !== it && it !== "") person[name] = String(it).trim();
  }
  return { person, rest };
}

function worth({ $value, Value, Items }) {
  const rows = list(Items).map((item) => number(item?.RowTotal));
  const sum = rounded(rows.reduce((all, row) => all + row, rows.length ? 0 : NaN));
  return [number($value), number(Value), sum].find(Number.isFinite);
}

const itemNames = ({ ItemNames, Items }) => ItemNames ?? unique(list(Items).map((item) => item?.ProductName));
const cart = ({ CartID, CartVersion = "" }) => CartID && CartVersion !== "" && `${CartID}:${CartVersion}`;

const calls = {
  identify(given) {
    const { person, rest } = split(given);
    for (const key in rest) if (key[0] === "$") delete rest[key];
    const all = { ...person, ...rest };
    if (Object.keys(all).length) take(["identify", all], { type: "identify", id: randomId(), person, properties: rest });
  },
  track(name, given) {
    if (!name || typeof name !== "string") throw new TypeError("no name");
    const { $event_id, ...rest } = copy(given);
    const id = String($event_id || rest.OrderID || randomId());
    const properties = copy({ ...rest, $value: worth(rest) });
    take(["track", name, { ...properties, $event_id: id }], { type: "track", id, name, properties });
  },
  trackViewedItem: (item) => take(["trackViewedItem", copy(item)]),
  viewedProduct: (it) => calls.track("Viewed Product", it),
  viewedItem({ ProductName, ProductID, Categories, ImageURL, URL, Brand, Price, CompareAtPrice }) {
    const Metadata = { Brand, Price, CompareAtPrice };
    calls.trackViewedItem({ Title: ProductName, ItemId: ProductID, Categories, ImageUrl: ImageURL, Url: URL, Metadata });
  },
  viewedCategory: (it) => calls.track("Viewed Category", it),
  searchedSite: (it) => calls.track("Searched Site", it),
  addedToCart(given) {
    const { ProductName, ProductID, SKU, Categories, ImageURL, URL, Price, Quantity, ...rest } = copy(given);
    const item = { ProductName, ProductID, SKU, Categories, ImageURL, URL, Price, Quantity };
    for (const key in item) rest[`AddedItem${key}`] = item[key];
    calls.track("Added to Cart", {
      ...rest,
      ItemNames: itemNames(rest),
      $value: worth(rest) ?? rounded(number(Price) * number(Quantity ?? 1)),
      $event_id: rest.$event_id || cart(rest),
    });
  },
  startedCheckout(given) {
    const it = copy(given);
    calls.track("Started Checkout", {
      CheckoutURL: location.href,
      Categories: unique(list(it.Items).flatMap((item) => item?.ProductCategories)),
      ...it,
      ItemNames: itemNames(it),
      $event_id: it.$event_id || it.CheckoutID || cart(it) || it.CartID,
    });
  },
  completedSignup: (it) => about("Completed Signup", it),
  cancelledAccount(given) {
    const it = { "Cancellation Date": new Date(), ...copy(given) };
    calls.identify({ Status: "Stopped" });
    calls.track("Cancelled Account", it);
  },
  contactForm: (it) => about("Submitted Contact Form", it),
  consent(yes) {
    settle((told = yes === true));
  },
};

function about(name, given) {
  const { person, rest } = split(given);
  calls.identify(person);
  calls.track(name, rest);
}

// --- Consent

const isBarred = "gpc" in options && navigator.globalPrivacyControl;
const waiting = [];
let consent;
let told; // by the page itself: it wins

function take(call, entry = {}) {
  entry.at = Date.now();
  if (consent) deliver([call, entry]);
  else if (consent === undefined && waiting.push([call, entry]) > 50) waiting.shift();
}

function deliver([call, entry]) {
  debug?.push({ call, entry });
  if (entry.id && isReporting()) safely(keep)(entry);
  if (isOnKlaviyo) safely(tell)(call);
}

function settle(yes) {
  const now = isBarred ? false : (told ?? yes ?? consent);
  if (now === consent) return;
  consent = now;
  safely(now ? start : stop)();
  debug?.push({ consent });
}

function start() {
  const query = new URLSearchParams(location.search);
  const exchange_id = query.get("_kx");
  if (query.has(DEBUG) || attempt(() => sessionStorage[DEBUG])) {
    attempt(() => (sessionStorage[DEBUG] = 1));
    debug ??= api.debug = [];
    load(beside("storewire-debug.js"));
  }
  if (exchange_id && isReporting()) {
    const box = open();
    box.who.exchange_id = exchange_id;
    save(box);
  }
  if (isOnKlaviyo) loadKlaviyo();
  if ("dataLayer" in options) load(beside("storewire-data-layer.js"));
  waiting.splice(0).forEach(deliver);
  schedule();
}

function stop() {
  waiting.length = 0;
  memory = null;
  attempt(() => localStorage.removeItem(BOX));
  attempt(() => sessionStorage.removeItem(DEBUG));
  const host = location.hostname.split(".");
  const domains = host.map((_, place) => host.slice(place).join("."));
  for (const domain of ["", ...domains]) document.cookie = `__kla_id=;path=/;max-age=0;domain=${domain}`;
}

function listenToTcf() {
  if (!window.__tcfapi) return setTimeout(listenToTcf, 200);
  const purposes = (options.purposes || "1 3 4").match(/\d+/g);
  const hear = ({ gdprApplies, eventStatus, purpose }) => {
    if (gdprApplies === false) settle(true);
    else if (eventStatus !== "cmpuishown") settle(purposes.every((it) => purpose.consents[it]));
  };
  window.__tcfapi("addEventListener", 2, safely(hear));
}

function listenToGoogle() {
  const layer = (window.dataLayer ??= []);
  const push = layer.push;
  let wish;
  const read = safely((entry) => {
    const state = entry[0] === "consent" && entry[2].ad_storage;
    if (!state) return;
    if (entry[1] === "update") wish = state === "granted";
    else if (state !== "granted") wish = null; // perhaps for a region only
    else if (wish === undefined) wish = true;
  });
  const hear = (entries) => {
    entries.forEach(read);
    settle(wish);
  };
  layer.push = (...entries) => {
    push.apply(layer, entries);
    hear(entries);
  };
  hear(layer);
}

// --- To Klaviyo

function loadKlaviyo() {
  if (window.klaviyo) return;
  const queue = (window._klOnsite ??= []);
  const wait = (...call) => new Promise((done) => queue.push(call.at(-1)?.call ? call : [...call, done]));
  const get = (_, method) => (...given) => method === "push" ? queue.push(...given) : wait(method, ...given);
  window.klaviyo = new Proxy({}, { get });
  if (document.querySelector("script[src*='klaviyo.com/onsite']")) return;
  load(`//static.klaviyo.com/onsite/js/klaviyo.js?company_id=${company}`);
}

let policy;

const load = safely((address) => {
  policy ??= window.trustedTypes?.createPolicy("storewire", { createScriptURL: (it) => it });
  const element = document.createElement("script");
  element.src = policy?.createScriptURL(address) ?? address;
  element.nonce = script.nonce;
  document.head.append(element);
});

const echoes = new Set(); // klaviyo.js may repeat by `_learnq` what it was told
const echo = ([method, first, second]) => JSON.stringify([method, first, second?.$event_id]).replaceAll('"$', '"');

function tell(call) {
  const [method, ...given] = call;
  echoes.add(echo(call));
  if (window.klaviyo[method]) window.klaviyo[method](...given);
  else window.klaviyo.push(call);
}

let learnq; // where old pages push: what is not ours is left to klaviyo.js

const adopt = safely((queue) => {
  if (!queue || queue === learnq) return;
  const others = { push: queue.push.bind(queue) };
  const isOurs = (call) => /^(identify|track)/.test(call?.[0]) && !echoes.has(echo(call));
  const entries = list(queue).splice(0);
  learnq = queue;
  queue.push = (...all) => all.forEach(safely((call) => (isOurs(call) ? api : others).push(call)));
  queue.push(...entries);
});

// --- To our server

const isReporting = () => send !== "browser" || debug;
const bytes = (it) => new TextEncoder().encode(JSON.stringify(it)).length;
const isKnown = ({ person }) => KNOWN_BY.some((key) => person[key]);
const greeting = [{ type: "hello" }];
const away = new Set(); // what is on its way
let memory; // where storage is forbidden
let timer;
let pause = 0;
let until = 0; // when to try again

// All tabs share a box: it is read, changed and written at once.
function open() {
  const box = memory ?? attempt(() => JSON.parse(localStorage[BOX]));
  return { who: {}, ...box, queue: list(box?.queue) };
}

function save(box) {
  const week = 7 * 24 * 3600_000;
  box.queue = box.queue.filter(({ at }) => at > Date.now() - week).slice(-100);
  if (memory || !attempt(() => (localStorage[BOX] = JSON.stringify(box)))) memory = box;
}

const cookie = () => decodeURIComponent(document.cookie.match(/__kla_id=([^;]+)/)[1]);
const exchangeId = () => attempt(() => JSON.parse(atob(cookie())).$exchange_id);

function identifiers({ who: { email, external_id, phone_number, exchange_id } }) {
  const id = exchange_id ?? (email || external_id || phone_number ? undefined : exchangeId());
  return copy({ email, external_id, phone_number, exchange_id: id });
}

function keep(entry) {
  if (bytes(entry) > 50_000) throw TypeError("too large");
  const box = open();
  const { person, properties } = entry;
  if (person) {
    const { who } = box;
    const own = { ...person, ...properties };
    const differs = (key) => JSON.stringify(who[key]) !== JSON.stringify(own[key]);
    if (box.sent && !Object.keys(own).some(differs)) return;
    const isOther = ["email", "external_id"].some((key) => who[key] && own[key] && differs(key));
    box.who = isOther ? own : { ...who, ...own };
    box.sent = true;
  }
  box.queue.push({ ...entry, person: { ...person, ...identifiers(box) } });
  save(box);
  schedule();
}

const schedule = () => (timer ??= setTimeout(flush, Math.max(400, until - Date.now())));

// What may go now. Browsers take 64 KiB from a page that is left.
function parcel() {
  timer = clearTimeout(timer);
  if (!consent || !isReporting()) return;
  const box = open();
  const known = identifiers(box);
  const events = debug ? greeting.splice(0) : [];
  let size = 0;
  for (const entry of box.queue) {
    if (!isKnown(entry)) Object.assign(entry.person, known);
    const { at, ...event } = entry;
    if (away.has(entry.id) || !(debug || isKnown(entry))) continue;
    if ((size += bytes(entry)) > 60_000 || events.length > 49) break;
    events.push({ ...event, age: Date.now() - at });
    away.add(entry.id);
  }
  save(box);
  const page = location.origin + location.pathname;
  const body = JSON.stringify({ store, page, debug: debug && true, events });
  return events.length && { ids: events.map(({ id }) => id), body };
}

async function flush() {
  const sent = parcel();
  if (!sent) return;
  const { ids, body } = sent;
  const answer = await fetch(COLLECTOR, { method: "POST", body, keepalive: true, credentials: "omit" }).catch(() => {});
  const text = await answer?.text().catch(() => {});
  ids.forEach((id) => away.delete(id));
  debug?.push({ ids, text, status: answer?.status });
  if (!consent) return;
  if (answer?.ok || /^4(?!08|29)/.test(answer?.status)) {
    const box = open();
    pause = until = 0;
    box.queue = box.queue.filter(({ id }) => !ids.includes(id));
    box.sent &&= answer.ok;
    save(box);
  } else {
    pause = Math.min(pause * 2 || 5_000, 300_000);
    until = Date.now() + Math.max(pause, answer?.headers.get("Retry-After") * 1000 || 0);
  }
  timer = clearTimeout(timer);
  schedule();
}

// What a beacon took goes once more with the next page: nobody said that it came.
function look({ type }) {
  if (type === "pagehide" || document.hidden) {
    const sent = Date.now() > until && parcel();
    if (sent) navigator.sendBeacon(COLLECTOR, sent.body);
  } else {
    away.clear();
    schedule();
  }
}

// --- What is in the page

function keyOf(name) {
  const snake = name.replace(/\B[A-Z]/g, "_$&").toLowerCase();
  if (PERSON.includes(snake)) return snake;
  const key = name.replace(/(Id|Url|Sku)(?![a-z])/g, (word) => word.toUpperCase());
  return { Value: "$value", EventID: "$event_id" }[key] ?? key;
}

function valueOf(key, text) {
  if (/Price$|^Quantity|value$|Version$|Count$/.test(key)) return number(text);
  if (key === "Categories" && text[0] !== "[") return unique(text.split(",").map((each) => each.trim()));
  return (/^[[{]/.test(text) && attempt(() => JSON.parse(text))) || text;
}

function attributes({ dataset }) {
  const given = {};
  for (const name in dataset) {
    const key = keyOf(name.slice(9));
    if (/^storewire./.test(name) && dataset[name]) given[key] = valueOf(key, dataset[name].trim());
  }
  return given;
}

const report = safely((element) => {
  const isJson = element.localName === "script";
  for (const method of element.dataset.storewire.match(/\w+/g)) {
    const given = isJson ? JSON.parse(element.textContent) : attributes(element);
    const isAbout = element.localName === "form" && /identify|Signup|contact/.test(method);
    for (const [name, text] of isAbout ? new FormData(element) : []) if (PERSON.includes(name)) given[name] = text;
    const { name, Name = name, properties, ...rest } = given;
    api.push(method === "track" ? [method, Name, properties ?? rest] : [method, given]);
  }
});

function hear({ type, target }) {
  adopt(window._learnq);
  const element = target.closest?.(`${type === "click" ? ":is(a,button)" : "form"}[data-storewire]`);
  if (element) report(element);
}

// --- Begin

const early = window.storewire;
const api = { push: (...all) => all.forEach(safely(([name, ...given]) => calls[name](...given))) };
for (const name in calls) api[name] = safely(calls[name]);
window.storewire = api;
if (mode === "none" || isBarred) settle(true);
if (mode === "tcf") listenToTcf();
if (mode === "google") listenToGoogle();
api.push(...list(early));

adopt(window._learnq ?? []);
const accessor = { get: () => learnq, set: adopt, configurable: true };
attempt(() => Object.defineProperty(window, "_learnq", accessor)) ?? (window._learnq = learnq);

const begin = () => document.querySelectorAll("[data-storewire]:not(a,button,form)").forEach(report);
if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
else begin();
addEventListener("load", () => adopt(window._learnq)); // klaviyo.js may have put its own there
addEventListener("click", safely(hear), true);
addEventListener("submit", safely(hear), true);
addEventListener("pagehide", safely(look));
document.addEventListener("visibilitychange", safely(look));
})();
