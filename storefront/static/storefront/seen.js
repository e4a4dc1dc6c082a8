// “We see you”: opens a page of the shop, and says what arrives from there.
//
// The element #test has the address to ask, and the server's time when the page was made: clocks
// of browsers may be wrong, but what has passed since then is right.
"use strict";

(() => {
  const EVERY = 2000; // milliseconds
  const ADVICE_AFTER = 30_000;
  const AT_MOST = 600_000;
  const MOST_LINES = 50;

  const test = document.getElementById("test");
  const entry = document.getElementById("test-page");
  if (!entry) return; // the store has no pages yet
  const opener = document.getElementById("test-open");
  const wrong = document.getElementById("test-wrong");
  const said = document.getElementById("test-said");
  const events = document.getElementById("test-events");
  const advice = document.getElementById("test-advice");
  const loaded = Date.now();
  const origins = [...document.querySelectorAll("#test-origins option")].map(
    (option) => new URL(option.value).origin,
  );
  let round = 0; // a click begins anew

  function say(words) {
    if (said.textContent !== words) said.textContent = words; // a screen reader says what is set
  }

  function pageAsked() {
    try {
      const page = new URL(entry.value.trim());
      if (!origins.includes(page.origin)) return null;
      page.searchParams.set("storewire_debug", "");
      return page.href.replace("storewire_debug=", "storewire_debug");
    } catch {
      return null;
    }
  }

  function follow() {
    const page = pageAsked();
    wrong.textContent = page ? "" : wrong.dataset.words;
    if (page) opener.href = page;
    else opener.removeAttribute("href");
  }

  async function ask(since) {
    try {
      const answer = await fetch(`${test.dataset.seen}?since=${since}`, {
        headers: { Accept: "application/json" },
      });
      if (answer.redirected || answer.status === 403 || answer.status === 404) return "gone";
      return answer.ok ? await answer.json() : null;
    } catch {
      return null; // no network, or the server is being restarted
    }
  }

  function show(told, shown) {
    const fresh = told.events.filter((event) => !shown.has(event.id));
    for (const event of fresh.reverse()) {
      shown.add(event.id);
      const line = document.createElement("li");
      line.textContent = `${event.name} · ${event.page}`;
      events.prepend(line);
      if (events.children.length > MOST_LINES) events.lastChild.remove();
    }
    events.hidden = !shown.size;
    const newest = fresh.at(-1);
    if (newest) say(`We see you: ${newest.name}, ${newest.ago}.`);
    else if (!shown.size && told.page) say("We see your page: the script is there. Now look at a product.");
  }

  async function wait() {
    const mine = ++round;
    const began = Date.now();
    const since = Number(test.dataset.now) + (began - loaded);
    const shown = new Set();
    let heard = false;
    events.replaceChildren();
    advice.hidden = events.hidden = true;
    say("Waiting for your page …");
    while (mine === round && Date.now() - began < AT_MOST) {
      await new Promise((resume) => setTimeout(resume, EVERY));
      const told = await ask(since);
      if (mine !== round) return;
      if (told === "gone") return say("You were signed out: load this page again.");
      if (told) show(told, shown);
      heard ||= shown.size > 0 || Boolean(told?.page);
      advice.hidden = heard || Date.now() - began < ADVICE_AFTER;
    }
    if (mine === round) say("The test is over. Open the page again for another one.");
  }

  entry.addEventListener("input", follow);
  opener.addEventListener("click", () => { if (opener.href) wait(); });
  follow();
})();
