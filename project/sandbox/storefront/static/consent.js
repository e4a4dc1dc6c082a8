// The shop's own banner. The choice is kept, and told to the script of Storewire on each page.
"use strict";

(() => {
  const KEPT = "nordhaven-consent";
  const banner = document.getElementById("consent");

  const tell = (choice) => {
    window.storewire = window.storewire || [];
    window.storewire.push(["consent", choice === "true"]);
  };

  const choice = localStorage.getItem(KEPT);
  if (choice === null) banner.hidden = false;
  else tell(choice);

  banner.addEventListener("click", ({ target }) => {
    if (!target.matches("button")) return;
    localStorage.setItem(KEPT, target.value);
    banner.hidden = true;
    document.getElementById("main").focus({ preventScroll: true });
    tell(target.value);
  });

  document.getElementById("choose-again").addEventListener("click", () => {
    banner.hidden = false;
    banner.querySelector("button").focus();
  });
})();
