// A stand-in of Klaviyo's klaviyo.js, as far as pages can tell: it takes over what was called before
// it arrived, keeps the events of those whom nobody knows yet, and writes the cookie __kla_id.
// What waits is in the browser's storage until it was answered, so that it outlives the page.
"use strict";

(() => {
  const CLIENT = {{ client|tojson }};
  const REVISION = "2026-07-15";
  const COOKIE = "__kla_id";
  const WAITING = "__kla_waiting";
  const VIEWED = "__kla_viewed";
  const VIEWED_ITEMS = 20;
  const YEAR = 31_536_000; // seconds
  const IDENTIFIERS = ["email", "phone_number", "external_id"];
  const PERSON = [...IDENTIFIERS, "first_name", "last_name", "organization", "title", "image", "locale"];
  const OTHER_NAMES = { id: "external_id", exchange_id: "_kx" }; // after the dollar sign

  const company = new URL(document.currentScript.src).searchParams.get("company_id");
  let sending = Promise.resolve();

  const kept = (name, otherwise) => JSON.parse(localStorage.getItem(name)) ?? otherwise;
  const keep = (name, value) => localStorage.setItem(name, JSON.stringify(value));
  const has = (profile) => [...IDENTIFIERS, "_kx"].some((name) => profile[name]);

  function visitor() {
    const found = document.cookie.match(/(?:^|; )__kla_id=([^;]+)/);
    try {
      return JSON.parse(atob(decodeURIComponent(found[1])));
    } catch {
      return { cid: crypto.randomUUID?.() ?? String(Math.random()) };
    }
  }

  function know(exchangeId) {
    const value = btoa(JSON.stringify({ ...visitor(), $exchange_id: exchangeId }));
    document.cookie = `${COOKIE}=${value}; path=/; max-age=${2 * YEAR}; samesite=lax`;
  }

  const who = () => {
    const { $exchange_id } = visitor();
    return $exchange_id ? { _kx: $exchange_id } : {};
  };

  async function post(kind, attributes) {
    const type = kind.slice(0, -1);
    const answer = await fetch(`${CLIENT}${kind}?company_id=${encodeURIComponent(company)}`, {
      method: "POST",
      keepalive: true,
      headers: { "Content-Type": "application/json", revision: REVISION },
      body: JSON.stringify({ data: { type, attributes } }),
    });
    if (answer.status >= 500) throw new Error(answer.status);
    const { exchange_id, errors } = await answer.json();
    if (exchange_id) know(exchange_id);
    if (errors?.[0].detail.includes("identifier")) {
      know(undefined); // the account was emptied since
      throw new Error("Nobody knows this visitor any more.");
    }
  }

  // Who somebody is goes before what they did, however long ago they did it.
  function next(waiting) {
    const known = who();
    const profile = waiting.profiles.find((each) => has(each) || has(known));
    if (profile) return ["profiles", profile, has(profile) ? profile : { ...profile, ...known }];
    const event = has(known) && waiting.events[0];
    if (!event) return null;
    return ["events", event, { ...event, profile: { data: { type: "profile", attributes: known } } }];
  }

  async function send() {
    for (;;) {
      const found = next(kept(WAITING, { profiles: [], events: [] }));
      if (!found) return;
      const [kind, entry, attributes] = found;
      await post(kind, attributes);
      const waiting = kept(WAITING, { profiles: [], events: [] });
      const place = waiting[kind].findIndex((each) => JSON.stringify(each) === JSON.stringify(entry));
      if (place >= 0) waiting[kind].splice(place, 1);
      keep(WAITING, waiting);
    }
  }

  function wait(kind, entry) {
    const waiting = kept(WAITING, { profiles: [], events: [] });
    waiting[kind].push(entry);
    keep(WAITING, waiting);
    sending = sending.then(send).catch(() => {}); // it waits for the next call, or the next page
    return sending;
  }

  function translated(person) {
    const profile = {};
    for (const [name, value] of Object.entries(person)) {
      const plain = name.startsWith("$") ? name.slice(1) : name;
      const known = OTHER_NAMES[name.startsWith("$") ? plain : ""] ?? plain;
      if (known === "_kx" || PERSON.includes(known)) profile[known] = value;
      else profile.properties = { ...profile.properties, [name]: value };
    }
    return profile;
  }

  const methods = {
    identify: (person) => wait("profiles", translated(person)),
    track(name, said = {}) {
      const { $event_id, $value, ...properties } = said;
      return wait("events", {
        metric: { data: { type: "metric", attributes: { name } } },
        properties,
        time: new Date().toISOString(),
        ...($event_id && { unique_id: String($event_id) }),
        ...(Number.isFinite($value) && { value: $value }),
      });
    },
    trackViewedItem(item) {
      const others = kept(VIEWED, []).filter(({ ItemId }) => ItemId !== item.ItemId);
      const viewed = [{ ...item, Views: 1 }, ...others].slice(0, VIEWED_ITEMS);
      keep(VIEWED, viewed);
      return wait("profiles", { properties: { $viewed_items: viewed } });
    },
    isIdentified: async () => has(who()),
    account: async () => company,
  };

  async function call(method, ...said) {
    const callback = typeof said.at(-1) === "function" ? said.pop() : undefined;
    const result = await methods[method]?.(...said);
    callback?.(result);
    return result;
  }

  const take = (...entries) => {
    for (const entry of entries) call(...entry);
  };
  const taken = (waiting) => (Array.isArray(waiting) ? waiting.splice(0) : []);

  know(new URL(location.href).searchParams.get("_kx") ?? visitor().$exchange_id);
  take(...taken(window._learnq), ...taken(window._klOnsite));
  // Reflect.set, as another script may own one of these and not let it go.
  Reflect.set(window, "_learnq", { push: take });
  Reflect.set(window, "_klOnsite", { push: take });
  const names = Object.keys(methods);
  const offered = names.map((name) => [name, (...said) => call(name, ...said)]);
  Reflect.set(window, "klaviyo", { ...Object.fromEntries(offered), push: take });
  sending = sending.then(send).catch(() => {});
})();
