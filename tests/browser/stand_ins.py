"""Scripts that stand in for what a shop's page has besides ours: klaviyo.js, a consent tool."""

from __future__ import annotations

# As klaviyo.js does: it takes what waits in _klOnsite, and puts itself in window.klaviyo's place.
KLAVIYO = """
window.told = [];
{
  const take = (call) => {
    window.told.push(call);
    const done = call.at(-1);
    if (typeof done === "function") done(true);
  };
  const push = (...calls) => calls.forEach(take);
  const get = (_, method) =>
    method === "push" ? push : (...given) => (take([method, ...given]), Promise.resolve(true));
  const early = window._klOnsite ?? [];
  window._klOnsite = { push };
  window.klaviyo = new Proxy({}, { get });
  early.forEach(take);
}
"""

# As klaviyo.js did for a long time: it looks at _learnq, too, and puts itself in its place.
OLD_KLAVIYO = f"""{KLAVIYO}
{{
  const early = window._learnq ?? [];
  const push = (...calls) => window.klaviyo.push(...calls);
  window._learnq = {{ push, isIdentified: () => true }};
  window._learnq.push(["account", "ABC123"]);
  for (const call of Array.from(early)) window._learnq.push(call);
}}
"""

# One that does all its work by _learnq.
ECHOING_KLAVIYO = f"""{KLAVIYO}
{{
  const {{ told }} = window;
  const early = told.splice(0);
  window._learnq = {{ push: (...calls) => told.push(...calls) }};
  const get = (_, method) => (...given) =>
    window._learnq.push(method === "push" ? given[0] : [method, ...given]);
  window.klaviyo = new Proxy({{}}, {{ get }});
  for (const call of early) window._learnq.push(call);
}}
"""

# Tells what a page touches of a browser's memory, in window.touched.
WATCH = """
window.touched = [];
{
  const spy = (owner, name) => {
    const { get, set, ...rest } = Object.getOwnPropertyDescriptor(owner, name);
    const note = (call) => function (...given) {
      window.touched.push(name);
      return call.apply(this, given);
    };
    Object.defineProperty(owner, name, { ...rest, get: note(get), ...(set && { set: note(set) }) });
  };
  spy(window, "localStorage");
  spy(window, "sessionStorage");
  spy(Document.prototype, "cookie");
}
"""

FORBID = """
for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, {
    get() { throw new DOMException("The user forbids it.", "SecurityError"); },
  });
}
"""

# A consent tool that speaks IAB TCF; decide(…) is what its banner does.
TCF = """
{
  const listeners = [];
  let said = { gdprApplies: true, eventStatus: "cmpuishown", purpose: { consents: {} } };
  window.__tcfapi = (command, version, listener) => {
    if (command !== "addEventListener" || version !== 2) throw new Error(command);
    listeners.push(listener);
    listener(said, true);
  };
  window.decide = (purposes, more) => {
    const consents = Object.fromEntries(purposes.map((each) => [each, true]));
    said = { gdprApplies: true, eventStatus: "useractioncomplete", purpose: { consents }, ...more };
    for (const listener of listeners) listener(said, true);
  };
}
"""

GTAG = """
window.dataLayer = window.dataLayer || [];
window.gtag = function () { window.dataLayer.push(arguments); };
"""

PRIVATE = "Object.defineProperty(navigator, 'globalPrivacyControl', { get: () => true });"
