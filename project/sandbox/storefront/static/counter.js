// When Klaviyo has heard something new, the page is loaded again.
"use strict";

(() => {
  const { count, from } = document.currentScript.dataset;

  setInterval(async () => {
    try {
      const answer = await fetch(from);
      if (answer.ok && (await answer.text()) !== count) location.reload();
    } catch {
      // The sandbox is being restarted.
    }
  }, 1000);
})();
