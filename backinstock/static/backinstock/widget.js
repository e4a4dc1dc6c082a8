// "Tell me when it is back": one script tag, and an element wherever a variant is shown.
//
//   <script src="https://storewire.my-shop.com/static/backinstock/widget.js"
//           data-store="my-shop" async></script>
//   <div data-back-in-stock data-product="…" data-sku="…"></div>
//
// A button is there only while the variant is sold out; it opens a dialog. Everything is in shadow
// roots. No inline style, no eval, no HTML made of text: a strict Content-Security-Policy needs to
// allow this script and connections to where it came from, and no more. What attributes there are
// and how it takes a shop's colours is in docs/back-in-stock.md.
"use strict";

(() => {
  const ONCE = Symbol.for("storewire.back-in-stock");
  const PLACES = "[data-back-in-stock]";
  const SAID = ["data-back-in-stock", "data-sku", "data-product", "data-available", "data-locale"];
  const FRESH = 30_000; // milliseconds for which an answer about stock is believed
  const PATIENCE = 20_000; // until an answer is no longer awaited
  const SKUS_A_REQUEST = 50;
  const TOGETHER = 500; // hashes that are under way at a time
  const PUZZLE_AGE = 120_000; // after that another one is fetched
  const ADDRESS = /^\S+@\S+\.\S+$/; // no more than a slip of the finger is found by this

  const script = document.currentScript || document.querySelector("script[data-store]");
  if (window[ONCE] || !script?.dataset.store) return;
  window[ONCE] = true;
  const store = script.dataset.store;

  // --- What the server says -------------------------------------------------------------------

  function address(path) {
    return new URL(`backinstock/${path}`, script.dataset.api || new URL("/", script.src)).href;
  }

  class Away extends Error {} // there is no network

  async function ask(url, options) {
    try {
      const signal = AbortSignal.timeout?.(PATIENCE);
      return await fetch(url, { credentials: "omit", signal, ...options });
    } catch (error) {
      throw error.name === "TimeoutError" ? error : new Away();
    }
  }

  async function read(url, options) {
    const answer = await ask(url, options);
    if (!answer.ok) throw new Error(`${answer.status} of ${url}`);
    return answer.json();
  }

  const heard = new Map(); // by SKU: whether it is available, and until when that is believed

  // Return once it is known of each of them, or cannot be.
  async function learn(skus) {
    const now = Date.now();
    const wanted = [...skus].filter((sku) => !(heard.get(sku)?.until > now)).sort();
    for (let from = 0; from < wanted.length; from += SKUS_A_REQUEST) {
      const some = wanted.slice(from, from + SKUS_A_REQUEST);
      const answered = learnSome(some);
      for (const sku of some) {
        heard.set(sku, { ...heard.get(sku), until: now + FRESH, answered });
      }
    }
    await Promise.all([...skus].map((sku) => heard.get(sku).answered));
  }

  async function learnSome(skus) {
    const query = new URLSearchParams(skus.map((sku) => ["sku", sku]));
    try {
      const { items } = await read(address(`${store}/stock?${query}`));
      for (const sku of skus) heard.get(sku).available = items[sku]?.available;
    } catch {
      // The page's own word counts, or nothing is shown: a shop must not look broken.
    }
  }

  const forms = new Map(); // by locale

  function formIn(locale) {
    if (!forms.has(locale)) {
      const query = new URLSearchParams({ locale });
      const form = read(address(`${store}/form.json?${query}`));
      form.catch(() => setTimeout(() => forms.delete(locale), FRESH)); // then it is tried again
      forms.set(locale, form);
    }
    return forms.get(locale);
  }

  // --- Looks ----------------------------------------------------------------------------------

  const sheetAddress = new URL("widget.css", script.src).href;
  let sheet = null; // a promise: where style sheets cannot be constructed, it is rejected

  function dress(root) {
    sheet ??= ask(sheetAddress)
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
      .then((text) => new CSSStyleSheet().replace(text));
    const linked = () =>
      new Promise((done) => {
        const link = make("link", { rel: "stylesheet", href: sheetAddress });
        link.onload = link.onerror = done;
        root.append(link);
      });
    return sheet.then((made) => (root.adoptedStyleSheets = [made])).catch(linked);
  }

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === true) element.setAttribute(name, "");
      else if (typeof value === "function") element.addEventListener(name, value);
      else if (value !== false && value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children.filter(Boolean));
    return element;
  }

  // --- The puzzle -----------------------------------------------------------------------------

  async function hash(algorithm, text) {
    const bytes = await crypto.subtle.digest(algorithm, new TextEncoder().encode(text));
    return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // Find the number that, behind the salt, has the hash that is asked for.
  async function solve(url) {
    const puzzle = await read(url, { cache: "no-store" });
    const { algorithm, challenge, salt, signature } = puzzle;
    for (let from = 0; from <= puzzle.maxnumber; from += TOGETHER) {
      const numbers = Array.from({ length: TOGETHER }, (_, place) => from + place);
      const hashes = await Promise.all(numbers.map((each) => hash(algorithm, salt + each)));
      const place = hashes.indexOf(challenge);
      if (place >= 0) {
        const number = from + place;
        return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
      }
    }
    throw new Error("The puzzle has no solution.");
  }

  // --- What this browser remembers --------------------------------------------------------------

  const memory = {
    at: (what) => `storewire.back-in-stock.${store}.${what}`,
    has(what) {
      try {
        return localStorage.getItem(memory.at(what)) !== null;
      } catch {
        return false; // a browser may forbid it
      }
    },
    set(what, is) {
      try {
        if (is) localStorage.setItem(memory.at(what), new Date().toISOString());
        else localStorage.removeItem(memory.at(what));
      } catch {
        // Then nothing is remembered.
      }
    },
  };

  // --- The dialog -----------------------------------------------------------------------------

  class Dialog {
    constructor(place) {
      this.place = place;
      this.form = place.form;
      this.openedAt = performance.now();
      this.note = make("p", { id: "note", class: "note", hidden: true });
      this.status = make("p", { class: "unseen", role: "status" });
      this.trouble = make("p", { class: "trouble", role: "alert" });
      this.send = make("button", { class: "send", part: "submit" }, place.says("submit"));
      this.fields = make("form", { novalidate: true, submit: (event) => this.submit(event) });
      this.fields.append(...this.contents());
      this.element = make(
        "dialog",
        { part: "dialog", "aria-labelledby": "title", "aria-describedby": "note intro" },
        make("div", { class: "sheet" }, this.head(), this.note, this.fields, this.status),
      );
      this.element.addEventListener("click", (event) => {
        if (event.target === this.element) this.close(); // beside the sheet
      });
      this.element.addEventListener("close", lookSoon);
    }

    head() {
      const close = make(
        "button",
        { type: "button", class: "x", "aria-label": this.place.says("close"), click: () => this.close() },
        make("span", { "aria-hidden": "true" }, "×"),
      );
      const title = make("h2", { id: "title" }, this.place.says("title"));
      return make("div", { class: "head" }, title, close);
    }

    contents() {
      const place = this.place;
      const { contact, newsletter } = this.form;
      const email = { type: "email", autocomplete: "email", required: contact === "email" };
      const phone = { type: "tel", autocomplete: "tel", required: contact === "phone" };
      const units = { type: "number", inputmode: "numeric", min: 1, max: 999, value: 1 };
      const name = place.option("name");
      return [
        name && make("p", { class: "name" }, name),
        make("p", { id: "intro" }, place.says("intro")),
        contact !== "phone" && this.field("email", email),
        contact !== "email" && this.field("phone", phone),
        place.option("units") !== "no" && this.field("units", units),
        place.offersAnyVariant && this.box("any_variant", place.says("any_variant")),
        place.option("keep") !== null && this.box("keep", place.says("keep")),
        newsletter && this.box("newsletter", newsletter.text),
        this.trap(),
        this.trouble,
        this.send,
        place.says("privacy") && make("p", { class: "quiet" }, place.says("privacy")),
      ].filter(Boolean);
    }

    field(name, attributes) {
      const described = { "aria-describedby": `${name}-error`, ...attributes };
      return make(
        "div",
        { class: "field" },
        make("label", { for: name }, this.place.says(name)),
        make("input", { id: name, name, ...described }),
        make("p", { id: `${name}-error`, class: "error", hidden: true }),
      );
    }

    box(name, words) {
      const box = make("input", { type: "checkbox", id: name, name, autocomplete: "off" });
      return make("div", { class: "box" }, box, make("label", { for: name }, words));
    }

    // Nobody sees it, so whoever fills it in is a machine.
    trap() {
      const input = { name: "website", id: "website", tabindex: -1, autocomplete: "off" };
      const label = make("label", { for: "website" }, "Website");
      return make("div", { class: "trap", "aria-hidden": "true" }, label, make("input", input));
    }

    open() {
      this.note.textContent = this.place.isRemembered ? this.place.says("already") : "";
      this.note.hidden = !this.note.textContent;
      this.prepare();
      this.element.showModal();
      this.fields.querySelector("input").focus();
    }

    close() {
      this.element.close();
    }

    // Begin with the puzzle while people type.
    prepare() {
      const isOld = !this.puzzle || performance.now() - this.puzzle.at > PUZZLE_AGE;
      if (!this.form.challenge || !isOld) return;
      const solution = solve(new URL(this.form.challenge, address("")));
      solution.catch(() => (this.puzzle = null));
      this.puzzle = { at: performance.now(), solution };
    }

    async submit(event) {
      event.preventDefault();
      if (this.isSending) return;
      this.complain({});
      const wrong = this.wrongFields();
      if (Object.keys(wrong).length) return this.complain({ fields: wrong });
      this.busy(true);
      const outcome = await this.outcome();
      this.busy(false);
      if (outcome.state) return this.succeed(outcome.state);
      this.puzzle = null; // a solution counts once
      this.prepare();
      this.complain(outcome);
    }

    // What can be seen to be wrong without asking; the rest is for the server to say.
    wrongFields() {
      const { email, phone, units } = this.fields.elements;
      const [address, number] = [email, phone].map((input) => input?.value.trim());
      const wrong = {};
      if (address && !ADDRESS.test(address)) wrong.email = "error_email";
      else if (email && phone && !address && !number) wrong.email = "error_email_contact";
      else if (email && !phone && !address) wrong.email = "error_email_required";
      else if (phone && !email && !number) wrong.phone = "error_phone_required";
      if (units && !units.validity.valid) wrong.units = "error_units";
      for (const name of Object.keys(wrong)) wrong[name] = this.place.says(wrong[name]);
      return wrong;
    }

    async outcome() {
      try {
        this.prepare();
        const altcha = this.form.challenge ? await this.puzzle.solution : "";
        const answer = await ask(address("signups"), {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ ...this.entry(), altcha }),
        });
        const said = await answer.json().catch(() => ({}));
        if (answer.ok && said.state) return { state: said.state };
        const code = answer.status === 429 ? "too_many" : said.code;
        return { ...said, code: ["invalid", "too_many"].includes(code) ? code : "unavailable" };
      } catch (error) {
        return { code: error instanceof Away ? "offline" : "unavailable" };
      }
    }

    entry() {
      const { email, phone, units, any_variant, keep, newsletter, website } = this.fields.elements;
      const place = this.place;
      return {
        store,
        sku: place.sku,
        product: place.product,
        any_variant: place.wantsAnyVariant || Boolean(any_variant?.checked),
        email: email?.value.trim() ?? "",
        phone: phone?.value.trim() ?? "",
        units: Number(units?.value) || 1,
        newsletter: Boolean(newsletter?.checked),
        newsletter_text: newsletter?.checked ? this.form.newsletter.text : "",
        keep: Boolean(keep?.checked),
        locale: place.locale,
        currency: place.option("currency") ?? "",
        channel: place.option("channel") ?? "",
        page: location.href.split("#")[0],
        website: website.value,
        seconds: Math.round(performance.now() - this.openedAt) / 1000,
      };
    }

    busy(is) {
      this.isSending = is;
      this.send.setAttribute("aria-disabled", is);
      this.send.textContent = this.place.says(is ? "sending" : "submit");
      this.status.textContent = is ? this.place.says("sending") : "";
    }

    complain({ code, fields }) {
      const wrong = fields ?? {};
      for (const input of this.fields.querySelectorAll("input[aria-describedby]")) {
        const error = this.fields.querySelector(`#${input.id}-error`);
        error.textContent = wrong[input.name] ?? "";
        error.hidden = !wrong[input.name];
        if (wrong[input.name]) input.setAttribute("aria-invalid", "true");
        else input.removeAttribute("aria-invalid");
      }
      const first = this.fields.querySelector("[aria-invalid]");
      this.trouble.textContent = code && !first ? (wrong.altcha ?? this.place.says(code)) : "";
      if (first) first.focus();
    }

    succeed(state) {
      this.place.remember();
      const words = this.place.says(state === "confirm" ? "confirm" : "success");
      const message = make("p", { id: "intro", class: "message", tabindex: -1 }, words);
      const close = { type: "button", class: "send", part: "submit", click: () => this.close() };
      this.note.hidden = true;
      this.fields.replaceWith(message, make("button", close, this.place.says("close")));
      this.isDone = true;
      message.focus();
      const detail = { sku: this.place.sku, product: this.place.product, state };
      const told = { bubbles: true, detail };
      this.place.host.dispatchEvent(new CustomEvent("back-in-stock:signed-up", told));
    }
  }

  // --- One element of the page ----------------------------------------------------------------

  class Place {
    constructor(host) {
      this.host = host;
      this.root = host.attachShadow({ mode: "open" });
      this.frame = make("div", { class: "frame" });
    }

    // What the element says, or the script's tag for all of them.
    option(name) {
      return this.host.getAttribute(`data-${name}`) ?? script.getAttribute(`data-${name}`);
    }

    get sku() {
      return this.host.dataset.sku?.trim() ?? "";
    }

    get product() {
      return this.host.dataset.product?.trim() ?? "";
    }

    get locale() {
      return this.option("locale") || document.documentElement.lang || navigator.language;
    }

    get theme() {
      const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
      const theme = this.option("theme") ?? "light";
      return theme === "auto" ? (isDark ? "dark" : "light") : theme;
    }

    get wantsAnyVariant() {
      return this.option("any-variant") === "only" && this.product !== "";
    }

    get offersAnyVariant() {
      return this.option("any-variant") !== null && !this.wantsAnyVariant && this.product !== "";
    }

    get isSoldOut() {
      const available = heard.get(this.sku)?.available ?? this.host.dataset.available !== "false";
      return Boolean(this.sku || this.wantsAnyVariant) && !available;
    }

    get memory() {
      return this.wantsAnyVariant ? `product.${this.product}` : `sku.${this.sku}`;
    }

    get isRemembered() {
      return memory.has(this.memory);
    }

    remember() {
      memory.set(this.memory, true);
    }

    says(key) {
      return this.option(`text-${key.replaceAll("_", "-")}`) ?? this.form.texts[key] ?? "";
    }

    async refresh() {
      if (this.dialog?.element.open) return; // nothing vanishes under anybody's hands
      const now = [this.isSoldOut, this.sku, this.product, this.locale].join(" ");
      if (now === this.shown) return;
      this.shown = now;
      if (heard.get(this.sku)?.available) memory.set(this.memory, false); // they may sign up again
      if (!this.isSoldOut) return this.frame.remove();
      try {
        const [form] = await Promise.all([formIn(this.locale), (this.dressed ??= dress(this.root))]);
        if (this.shown === now) this.show(form);
      } catch {
        this.shown = ""; // no such store, or no network: no button
      }
    }

    show(form) {
      this.form = form;
      this.dialog = null;
      const words = this.says("button");
      const name = this.option("name");
      const button = make(
        "button",
        {
          type: "button",
          class: "button",
          part: "button",
          "aria-haspopup": "dialog",
          "aria-label": name ? `${words}: ${name}` : undefined,
          click: () => this.open(),
        },
        words,
      );
      this.frame.dataset.theme = this.theme;
      this.frame.lang = form.language ?? this.locale;
      this.frame.replaceChildren(button);
      this.root.append(this.frame);
    }

    open() {
      if (!HTMLDialogElement.prototype.showModal) return location.assign(this.page);
      if (!this.dialog || this.dialog.isDone) {
        this.dialog?.element.remove();
        this.dialog = new Dialog(this);
        this.frame.append(this.dialog.element);
      }
      this.dialog.open();
    }

    // The hosted form, for browsers that know no dialogs.
    get page() {
      const query = new URLSearchParams({ sku: this.sku, locale: this.locale });
      return address(`${store}/form/?${query}`);
    }
  }

  // --- The page -------------------------------------------------------------------------------

  const places = new WeakMap();

  function placeOf(host) {
    if (!places.has(host)) places.set(host, makePlace(host));
    return places.get(host);
  }

  function makePlace(host) {
    try {
      return new Place(host);
    } catch {
      console.error("Back in stock needs an element like <div data-back-in-stock>, not", host);
      return null;
    }
  }

  async function look() {
    const found = Array.from(document.querySelectorAll(PLACES), placeOf).filter(Boolean);
    await learn(new Set(found.map((place) => place.sku).filter(Boolean)));
    for (const place of found) place.refresh();
  }

  let isDue = false;

  function lookSoon() {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      look();
    }, 20); // shops change several things at once
  }

  new MutationObserver(lookSoon).observe(document.documentElement, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: SAID,
  });
  addEventListener("pageshow", lookSoon);
  document.addEventListener("visibilitychange", lookSoon);
  lookSoon();
})();
