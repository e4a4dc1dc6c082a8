// What storewire.js does on this page, for whoever puts it there: ?storewire_debug in the address.
// It is loaded by storewire.js, which leaves in storewire.debug what happens. Whatever a page said
// is shown as text only; no inline style: a shop's strict Content-Security-Policy stays as it is.
"use strict";

(() => {
  const NAME = "storewire-debug"; // of the element
  const SHOWN = 20;
  const PATIENCE = 5_000; // milliseconds after which klaviyo.js is missed
  const IDENTIFIERS = ["email", "external_id", "phone_number", "exchange_id"];
  const STYLE = `
    :host { all: initial; }
    .panel {
      position: fixed; inset: auto 0.5rem 0.5rem auto; z-index: 2147483647; box-sizing: border-box;
      width: min(26rem, calc(100vw - 1rem)); max-height: min(36rem, 80vh); overflow: auto;
      padding: 0.75rem 1rem; border: 1px solid #767676; border-radius: 0.5rem;
      background: #fff; color: #1b1b1b; color-scheme: light; overflow-wrap: anywhere;
      font: 0.875rem/1.4 system-ui, sans-serif; box-shadow: 0 0.25rem 1.5rem rgb(0 0 0 / 30%);
    }
    .head { display: flex; justify-content: space-between; align-items: center; }
    h2 { margin: 0; font-size: 1rem; }
    button { font: inherit; padding: 0.25rem 0.75rem; cursor: pointer; }
    dl { display: grid; grid-template-columns: auto 1fr; gap: 0.125rem 0.75rem; margin: 0.5rem 0; }
    dt { font-weight: 600; }
    dd { margin: 0; }
    ul, ol { margin: 0.25rem 0; padding: 0; list-style: none; }
    .hints li { padding: 0.375rem 0.5rem; margin: 0.25rem 0; background: #fff4d6; }
    .events > li { padding: 0.375rem 0; border-top: 1px solid #d0d0d0; }
    summary { cursor: pointer; font-weight: 600; }
    .route { color: #595959; margin: 0; }
    .lint li { color: #a3260c; }
    .lint li::before { content: "⚠ "; }
    pre { margin: 0.25rem 0; white-space: pre-wrap; font: 0.8125rem/1.4 ui-monospace, monospace; }
    :focus-visible { outline: 3px solid #1a5fb4; outline-offset: 2px; }
  `;

  const happened = window.storewire?.debug;
  if (!happened || document.querySelector(NAME)) return;
  const script = document.querySelector("script[data-store][src*='storefront/storewire']");
  const { store, company, send = "both" } = script?.dataset ?? {};
  const BOX = `storewire.${store}`; // where storewire.js remembers

  // --- What has happened ------------------------------------------------------------------------

  const log = []; // {at, id, name, properties, to, answer, lint}, the last one first
  const opened = new Map(); // by place in the log: whether somebody looks at its properties
  let consent; // not asked yet
  let who = {};
  let status; // of the collector's last answer
  let saysSend; // by which way the store's settings send
  let isLate = false; // klaviyo.js could have come

  function note({ call, entry }) {
    const [method, first, second] = call;
    const names = { identify: "identify", trackViewedItem: "Viewed Item" };
    const properties = second ?? first;
    const to = [company && send !== "server" && "browser", entry.id && "server"].filter(Boolean);
    log.unshift({ at: new Date(), id: entry.id, name: names[method] ?? first, properties, to, lint: [] });
    log.splice(SHOWN);
    if (entry.person) who = { ...who, ...entry.person };
  }

  function parsed(text) {
    try {
      return JSON.parse(text) ?? {};
    } catch {
      return {}; // there was no answer, or it is not ours
    }
  }

  function hear({ body, status: answered = 0, text }) {
    const told = parsed(body).events ?? [];
    const said = parsed(text);
    status = answered;
    saysSend = said.send ?? saysSend;
    for (const line of log) {
      const place = told.findIndex(({ name = "identify", id }) => name === line.name && id === line.id);
      if (place < 0) continue;
      const refused = (said.refused ?? []).filter(({ index }) => index === place);
      line.answer = status;
      line.lint = [...refused.map(({ field, detail }) => `${field}: ${detail}`), ...(said.lint?.[place] ?? [])];
    }
  }

  function take(it) {
    if (it.call?.[0] === "forget") who = {};
    else if (it.call) note(it);
    else if (it.body) hear(it);
    else consent = it.consent;
    show();
  }

  // The visitor as this browser remembers them, from other pages too: with consent only.
  function visitor() {
    if (!consent) return who;
    try {
      return { ...JSON.parse(localStorage[BOX]).who, ...who };
    } catch {
      return who; // nothing is remembered
    }
  }

  // --- What is shown ----------------------------------------------------------------------------

  const CONSENT = { true: "given", false: "refused" };
  const TROUBLES = {
    0: "Our server cannot be reached. Does the page's Content-Security-Policy allow it (connect-src)?",
    403: "This page's origin is not among the store's origins: add it in the store's settings.",
    404: "There is no such store, or its storefront is switched off.",
    429: "Our server gets too many events from here. It goes on by itself.",
  };

  function hints(known) {
    const isMissed = isLate && company && send !== "server" && window._klOnsite?.length > 0;
    const advised = [
      consent === false && "Nothing is sent: consent was refused, or withdrawn.",
      consent === undefined && "Nothing is sent yet: consent was not given.",
      consent && !known && "Nobody is identified yet. Call storewire.identify({email: …}) as soon as it is known.",
      !company && send !== "server" && "The snippet has no data-company, so that klaviyo.js is not loaded.",
      isMissed && "klaviyo.js has not come. An ad blocker or the Content-Security-Policy may keep it away.",
      saysSend && saysSend !== send && "The snippet is older than the store's settings. Copy it again.",
      TROUBLES[status],
      status >= 500 && "Our server has trouble. The events wait in this browser, and are sent again.",
    ];
    return advised.filter(Boolean);
  }

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  function row(line) {
    const details = make("details", {}, make("summary", {}, line.name));
    details.append(make("pre", { tabindex: 0 }, JSON.stringify(line.properties, null, 2)));
    details.open = opened.get(line) ?? false;
    details.addEventListener("toggle", () => opened.set(line, details.open));
    const answer = line.answer === undefined ? "" : ` · answer ${line.answer || "none"}`;
    const route = `${line.at.toLocaleTimeString()} · to ${line.to.join(" and ") || "nobody"}${answer}`;
    const lint = line.lint.map((text) => make("li", {}, text));
    return make("li", {}, details, make("p", { class: "route" }, route), make("ul", { class: "lint" }, ...lint));
  }

  function facts(person, known) {
    const terms = {
      Visitor: known ? `identified: ${known} ${person[known]}` : "not identified",
      Consent: CONSENT[consent] ?? "not asked yet",
      "Sent by": send === "both" ? "browser and server" : send,
      Events: `the last ${log.length} of this page`,
    };
    return Object.entries(terms).flatMap(([term, text]) => [make("dt", {}, term), make("dd", {}, text)]);
  }

  const host = document.createElement(NAME);
  const root = host.attachShadow({ mode: "open" });
  const close = make("button", { type: "button" }, "Close");
  const summary = make("dl", {});
  const advice = make("ul", { class: "hints", "aria-label": "Hints" });
  const events = make("ol", { class: "events", "aria-label": "Events" });
  const head = make("div", { class: "head" }, make("h2", {}, "Storewire"), close);
  const panel = make("section", { class: "panel", "aria-label": "Storewire debug" }, head, summary, make("div", { role: "status" }, advice), events);

  let isDue = false;

  // A page says several things at once, and is not to wait for this.
  function show() {
    if (isDue) return;
    isDue = true;
    setTimeout(draw, 50);
  }

  function draw() {
    isDue = false;
    const person = visitor();
    const known = IDENTIFIERS.find((key) => person[key]);
    const said = hints(known);
    const before = [...advice.children].map((item) => item.textContent);
    summary.replaceChildren(...facts(person, known));
    if (said.join() !== before.join()) advice.replaceChildren(...said.map((text) => make("li", {}, text)));
    const focused = [...events.children].findIndex((item) => item.contains(root.activeElement));
    const wasLine = shown[focused];
    shown = [...log];
    events.replaceChildren(...shown.map(row));
    events.children[shown.indexOf(wasLine)]?.querySelector("summary").focus();
  }

  let shown = [];

  // It stays closed until it is asked for again.
  function leave() {
    host.remove();
    try {
      const { debug, ...box } = JSON.parse(localStorage[BOX]);
      localStorage[BOX] = JSON.stringify(box);
    } catch {
      // Then nothing was remembered.
    }
  }

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  root.append(panel);
  close.addEventListener("click", leave);
  root.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") leave();
  });

  const early = happened.splice(0);
  happened.push = (...all) => all.forEach(take);
  early.forEach(take);
  setTimeout(() => {
    isLate = true;
    show();
  }, PATIENCE);
  document.body.append(host);
  draw();
})();
