// Another colour is chosen: the page shows it, and tells the widget by its attributes, as shops do.
"use strict";

(() => {
  const widget = document.querySelector("[data-back-in-stock]");

  document.getElementById("variants").addEventListener("change", ({ target }) => {
    const isSoldOut = target.dataset.quantity === "0";
    document.getElementById("picture").className = `picture ${target.dataset.colour}`;
    document.getElementById("price").textContent = target.dataset.price;
    document.getElementById("stock").textContent = isSoldOut ? "Sold out" : "In stock";
    document.getElementById("add").disabled = isSoldOut;
    document.querySelector("aside [name=sku]").value = target.value;
    widget.dataset.sku = target.value;
    widget.dataset.available = String(!isSoldOut);
    const address = new URL(location.href);
    address.searchParams.set("sku", target.value);
    history.replaceState(null, "", address);
  });
})();
