// The script of Storewire is told in JavaScript here, before or after it has arrived.
"use strict";

(() => {
  const { term, count } = document.currentScript.dataset;
  if (!term) return;
  window.storewire = window.storewire || [];
  window.storewire.push(["searchedSite", { SearchTerm: term, ResultCount: Number(count) }]);
})();
