"""What can be imported: a shop's whole collections, page by page. One file for each kind."""

from integration.core.bulk import Collection
from integration.sources.commercetools.imports.categories import CATEGORIES
from integration.sources.commercetools.imports.customers import CUSTOMERS
from integration.sources.commercetools.imports.orders import ORDERS
from integration.sources.commercetools.imports.products import PRODUCTS

COLLECTIONS: dict[str, Collection] = {
    "customers": CUSTOMERS,
    "orders": ORDERS,
    "categories": CATEGORIES,
    "products": PRODUCTS,
}
