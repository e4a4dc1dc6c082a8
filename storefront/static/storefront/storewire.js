// See docs/storefront.md. It must not break a shop: every way in is safe.
"use strict";

(() => {
const script = document.currentScript;
const { store, company, send, consent: mode = "none", ...options } = script.dataset;
if (!store || window.storewire?.track) return;

const beside = (path) => new URL(path, script.src).href;
const COLLECTOR = options.collect || beside("/storefront/collect");
const BOX = `storewire.${store}`;
const PERSON = ["email", "external_id", "phone_number", "first_name", "last_name"];
const isOnKlaviyo = company && send !== "server";
let debug; // for storewire-debug.js

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
    const text = Object(it) === it ? "" : String(it).trim();
    if (!PERSON.includes(name)) rest[key] = it;
    else if (name === "email" ? /^\S+@\S+\.\S+$/.test(text) : text) person[name] = text;
  }
  return { person, rest };
}

function worth({ $value, Value, Items }) {
  const sum = list(Items).reduce((all, item) => (all ?? 0) + number(item?.RowTotal), undefined);
  return [number($value), number(Value), rounded(sum)].find(Number.isFinite);
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
    const properties = copy({ ...rest, $value: worth(rest) ?? rest.$value });
    take(["track", name, copy({ ...properties, $value: worth(rest), $event_id: id })], { type: "track", id, name, properties });
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
  forget: () => take(["forget"]),
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
let told; // by the page: it wins

function take(call, entry = {}) {
  entry.at = Date.now();
  if (consent) deliver([call, entry]);
  else if (consent === undefined && waiting.push([call, entry]) > 50) waiting.shift();
}

function deliver([call, entry]) {
  debug?.push({ call, entry });
  if (call[0] === "forget") return safely(forget)();
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
  const exchange_id = query.get("_kx")?.match(/^[!-~]{1,255}$/)?.[0];
  const box = open();
  if (exchange_id && exchange_id !== box.who.exchange_id) box.who = { exchange_id };
  if (debug) box.debug = Date.now();
  if (box.debug > Date.now() - 36e5) show();
  if (location.search && isReporting()) save(box);
  if (isOnKlaviyo) loadKlaviyo();
  if ("dataLayer" in options) load(beside("storewire-data-layer.js"));
  waiting.splice(0).forEach(deliver);
  schedule();
}

function show() {
  if (!debug) load(beside("storewire-debug.js"));
  debug ??= api.debug = [];
}

function stop() {
  waiting.length = list(window._klOnsite).length = 0;
  memory = null;
  attempt(() => localStorage.removeItem(BOX));
  expire();
}

function forget() {
  if (isReporting()) save({ ...open(), who: {} });
  expire();
}

function expire() {
  const host = location.hostname.split(".");
  do document.cookie = `__kla_id=;path=/;max-age=0;domain=${host.join(".")}`;
  while (host.shift());
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

const echoes = new Set(); // in `_learnq`
const echo = ([method, first, second]) => JSON.stringify([method, first, second?.$event_id]).replaceAll('"$', '"');

function tell(call) {
  const [method, ...given] = call;
  echoes.add(echo(call));
  if (window.klaviyo[method]) window.klaviyo[method](...given);
  else window.klaviyo.push(call);
}

let learnq; // where old pages push; the rest is klaviyo.js's

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
const isKnown = (it) => it.email || it.external_id || it.phone_number || it.exchange_id;
const greeting = [{ type: "hello" }];
const away = new Set();
let memory; // where storage is forbidden
let timer;
let pause = 0;
let retryAt = 0;

// All tabs share a box: it is read, changed and written at once.
function open() {
  const box = memory ?? attempt(() => JSON.parse(localStorage[BOX]));
  return { ...box, who: { ...box?.who }, queue: list(box?.queue).filter((it) => it?.person) };
}

function save(box) {
  box.queue = box.queue.filter(({ at }) => at > Date.now() - 7 * 864e5).slice(-100);
  if (memory || !attempt(() => (localStorage[BOX] = JSON.stringify(box)))) memory = box;
}

function exchangeId() {
  const [, cookie] = document.cookie.match(/__kla_id=([^;]+)/);
  return JSON.parse(atob(decodeURIComponent(cookie))).$exchange_id;
}

function identifiers({ who }) {
  const { email, external_id, phone_number, exchange_id } = who;
  return copy({ email, external_id, phone_number, exchange_id: isKnown(who) ? exchange_id : attempt(exchangeId) });
}

function keep(entry) {
  if (bytes(entry) > 50_000) throw TypeError("too large");
  const box = open();
  const { person, properties } = entry;
  if (person) {
    const { who } = box;
    const own = { ...person, ...properties };
    const differs = (key) => who[key] && own[key] && who[key] !== own[key];
    const all = differs("email") || differs("external_id") ? own : { ...who, ...own };
    if (JSON.stringify(all) === JSON.stringify(who)) return;
    box.who = all;
  }
  box.queue.push({ ...entry, person: { ...person, ...identifiers(box) } });
  save(box);
  schedule();
}

const schedule = () => (timer ??= setTimeout(flush, Math.max(400, retryAt - Date.now())));

function parcel() {
  timer = clearTimeout(timer);
  if (!consent || !isReporting()) return;
  const box = open();
  const known = identifiers(box);
  const events = debug ? greeting.splice(0) : [];
  const keys = [];
  let size = 0;
  for (const entry of box.queue) {
    if (!isKnown(entry.person)) Object.assign(entry.person, known);
    const { at, isShown, ...event } = entry;
    const key = event.name + event.id; // a cart has its checkout's id
    const isSure = isKnown(entry.person);
    if (isSure ? away.has(key) : !debug || isShown) continue;
    if ((size += bytes(entry)) > 60_000 || events.length > 49) break; // 64 KiB
    events.push({ ...event, age: Date.now() - at });
    if (isSure) keys.push(key);
    else entry.isShown = true;
  }
  keys.forEach(away.add, away);
  save(box);
  const page = location.origin + location.pathname;
  const body = JSON.stringify({ store, page, debug: debug && true, events });
  return events.length && { keys, body };
}

async function flush() {
  const sent = parcel();
  if (!sent) return;
  const { keys, body } = sent;
  const answer = await fetch(COLLECTOR, { method: "POST", body, keepalive: true, credentials: "omit" }).catch(() => {});
  const text = await answer?.text().catch(() => {});
  keys.forEach(away.delete, away);
  debug?.push({ body, text, status: answer?.status });
  if (!consent) return;
  if (answer?.ok || /400|413/.test(answer?.status)) {
    const box = open();
    pause = retryAt = 0;
    box.queue = box.queue.filter(({ name, id }) => !keys.includes(name + id));
    save(box);
  } else {
    pause = Math.min(pause * 2 || 5_000, 300_000);
    retryAt = Date.now() + Math.max(pause, answer?.headers.get("Retry-After") * 1000 || 0);
  }
  timer = clearTimeout(timer);
  schedule();
}

// A beacon has no answer: it goes again with the next page.
function look({ type }) {
  if (type === "pagehide" || document.hidden) {
    const sent = Date.now() > retryAt && parcel();
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
  return /^([[{]|true$|false$)/.test(text) ? attempt(() => JSON.parse(text)) ?? text : text;
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
  const { localName, dataset } = element;
  for (const method of dataset.storewire.match(/\w+/g)) {
    const given = localName === "script" ? JSON.parse(element.textContent) : attributes(element);
    const isAbout = localName === "form" && /identify|Signup|contact/.test(method);
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
const query = new URLSearchParams(location.search);
if (query.has("storewire_debug")) show();
api.push(...list(early));
if (mode === "none" || isBarred) settle(true);
if (mode === "tcf") listenToTcf();
if (mode === "google") listenToGoogle();

adopt(window._learnq ?? []);
const accessor = { get: () => learnq, set: adopt, configurable: true };
attempt(() => Object.defineProperty(window, "_learnq", accessor)) ?? (window._learnq = learnq);

const begin = () => document.querySelectorAll("[data-storewire]:not(a,button,form)").forEach(report);
if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
else begin();
addEventListener("load", () => adopt(window._learnq));
addEventListener("click", safely(hear), true);
addEventListener("submit", safely(hear), true);
addEventListener("pagehide", safely(look));
addEventListener("storage", ({ key, newValue }) => key === BOX && !newValue && api.consent(false));
document.addEventListener("visibilitychange", safely(look));
})();
