// Copies the texts that are meant for it.
//
// A button with data-copy names the element whose text it copies. Where the browser does not allow
// that, the text is selected, so that the keyboard can.
"use strict";

(() => {
  function select(text) {
    const range = document.createRange();
    range.selectNodeContents(text);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text.textContent);
      return true;
    } catch {
      select(text); // no permission, or a page without https
      return document.execCommand("copy");
    }
  }

  for (const button of document.querySelectorAll("[data-copy]")) {
    const text = document.getElementById(button.dataset.copy);
    const said = button.parentElement.querySelector("[role=status]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      const done = await copy(text);
      said.textContent = done ? "Copied." : "It is selected: copy it with the keyboard.";
      setTimeout(() => { said.textContent = ""; }, 4000);
    });
  }
})();
