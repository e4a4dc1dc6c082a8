// Loaded by storewire.js, after consent, where a shop wants it: what Google's tags are told of
// a shop (GA4's names) is told to Storewire as well, what is there already and what comes later.
// https://developers.google.com/analytics/devguides/collection/ga4/ecommerce
"use strict";

(() => {
  const ONCE = Symbol.for("storewire.data-layer");
  const { storewire } = window;
  const layer = (window.dataLayer ??= []);
  if (layer[ONCE]) return;
  layer[ONCE] = true;

  const number = (it) => (/^-?\d+(\.\d+)?$/.test(it) ? Number(it) : it);
  const given = (all) => (all.some(Boolean) ? all.filter(Boolean) : undefined);

  function product(item) {
    return {
      ProductName: item.item_name,
      ProductID: item.item_id,
      SKU: item.item_variant || item.item_id,
      Categories: given(["", 2, 3, 4, 5].map((place) => item[`item_category${place}`])),
      Brand: item.item_brand,
      Price: number(item.price),
    };
  }

  function row(item) {
    const { ProductName, ProductID, SKU, Categories, Price } = product(item);
    const Quantity = number(item.quantity ?? 1);
    const RowTotal = Math.round(Price * Quantity * 1e4) / 1e4; // 0.1 + 0.2
    return { ProductID, SKU, ProductName, Quantity, ItemPrice: Price, RowTotal, ProductCategories: Categories };
  }

  const worth = ({ value, currency }) => ({ $value: number(value), Currency: currency });
  const person = ({ email, user_id }) => ({ email, external_id: user_id });

  const events = {
    view_item(event, [item = {}]) {
      storewire.viewedProduct({ ...product(item), ...worth(event) });
      storewire.viewedItem(product(item));
    },
    // One call for each: what all of them are worth together cannot be told apart.
    add_to_cart(event, items) {
      const { $value, Currency } = worth(event);
      for (const item of items) {
        const { Brand, ...added } = product(item);
        const Quantity = number(item.quantity ?? 1);
        storewire.addedToCart({ ...added, Quantity, Currency, $value: items[1] ? undefined : $value });
      }
    },
    begin_checkout: (event, items) =>
      storewire.startedCheckout({ Items: items.map(row), ...worth(event) }),
    view_item_list: (event) =>
      storewire.viewedCategory({ CategoryName: event.item_list_name, CategoryID: event.item_list_id }),
    search: (event) => storewire.searchedSite({ SearchTerm: event.search_term }),
    sign_up: (event) => storewire.completedSignup(person(event)),
    login: (event) => storewire.identify(person(event)),
  };

  // Tag managers push {event: "search", …}, gtag() pushes its arguments: "event", "search", {…}.
  function read(entry) {
    try {
      const [name, said] = entry[0] === "event" ? [entry[1], entry[2]] : [entry.event, entry];
      if (!Object.hasOwn(events, name)) return;
      const event = { ...said, ...said?.ecommerce };
      events[name](event, Array.isArray(event.items) ? event.items : []);
    } catch (error) {
      console.warn("storewire:", error);
    }
  }

  const push = layer.push;
  layer.push = (...entries) => {
    const length = push.apply(layer, entries);
    entries.forEach(read);
    return length;
  };
  layer.forEach(read);
})();
