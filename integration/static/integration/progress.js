// Moves the bars of imports that are under way, without loading the page again.
//
// An element with data-follow names an address that answers how far one is: {percent, is_active,
// texts}. Each text goes where data-told names it. It is asked only while the page is looked at.
"use strict";

(() => {
  const EVERY = 2000; // milliseconds
  const AFTER_TROUBLE = 10000;

  function show(box, told) {
    const bar = box.querySelector("progress");
    if (told.percent === null) bar.removeAttribute("value");
    else bar.value = told.percent;
    for (const [name, words] of Object.entries(told.texts)) {
      for (const place of box.querySelectorAll(`[data-told="${name}"]`)) {
        // Only what is new: a screen reader says whatever is set.
        if (place.textContent !== words) place.textContent = words;
      }
    }
  }

  function pause(milliseconds) {
    return new Promise((resume) => setTimeout(resume, milliseconds));
  }

  function looked() {
    if (!document.hidden) return Promise.resolve();
    return new Promise((resume) => {
      document.addEventListener("visibilitychange", resume, { once: true });
    });
  }

  async function ask(address) {
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      // Whoever was signed out is led to another page: no use in asking on.
      if (answer.redirected || answer.status === 403 || answer.status === 404) return "gone";
      return answer.ok ? await answer.json() : null;
    } catch {
      return null; // no network, or the server is being restarted
    }
  }

  async function follow(box) {
    for (;;) {
      await pause(EVERY);
      await looked();
      const told = await ask(box.dataset.follow);
      if (told === "gone") return;
      if (told === null) {
        await pause(AFTER_TROUBLE);
        continue;
      }
      show(box, told);
      if (!told.is_active) break;
    }
    // Its report and other buttons are on the page anew.
    if (box.dataset.then === "reload") location.reload();
  }

  for (const box of document.querySelectorAll("[data-follow]")) follow(box);
})();
