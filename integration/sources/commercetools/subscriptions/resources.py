"""From message types to what a subscription lists: messages and changes, by resource."""

from __future__ import annotations

from collections.abc import Iterable

from integration.core.errors import Reject
from integration.core.rules import Json

# What the name of a message type begins with: the resource that it is about.
RESOURCES = {
    "Category": "category",
    "Customer": "customer",
    "InventoryEntry": "inventory-entry",
    "Order": "order",
    "Payment": "payment",
    "Product": "product",
    "ReturnInfo": "order",
    "Review": "review",
    "StandalonePrice": "standalone-price",
}
# Begin like one of the above, and are mostly about something else: CustomerGroupSet is about a
# customer, CustomerGroupCustomFieldAdded is not. Whoever needs one writes it out above.
UNCERTAIN = (
    "CustomerEmailToken",
    "CustomerGroup",
    "CustomerPasswordToken",
    "PaymentMethodCreated",
    "ProductSelection",
    "ProductTailoring",
)


def wanted(types: Iterable[str]) -> Json:
    """Return the messages and changes to subscribe to for these types, and no more.

    A change is "customer.ResourceUpdated"; commercetools tells of all changes of a resource or of
    none. Raises Reject for a message type of which the resource is not known.
    """
    names = set(types)
    changed = {name.partition(".")[0] for name in names if "." in name}
    by_resource: dict[str, list[str]] = {}
    for name in sorted(name for name in names if "." not in name):
        by_resource.setdefault(_resource(name), []).append(name)
    return {
        "messages": [
            {"resourceTypeId": resource, "types": by_resource[resource]}
            for resource in sorted(by_resource)
        ],
        "changes": [{"resourceTypeId": resource} for resource in sorted(changed)],
    }


def names(subscription: Json) -> set[str]:
    """Return what a subscription tells, each in words: “message OrderCreated of order”."""
    told = {f"changes of {entry['resourceTypeId']}" for entry in subscription.get("changes") or []}
    for entry in subscription.get("messages") or []:
        resource = entry["resourceTypeId"]
        # None listed is all of them.
        listed = [f"message {type_}" for type_ in entry.get("types") or []] or ["all messages"]
        told |= {f"{words} of {resource}" for words in listed}
    return told


def _resource(name: str) -> str:
    found = [resource for begin, resource in RESOURCES.items() if name.startswith(begin)]
    if not found or name.startswith(UNCERTAIN):
        raise Reject(
            f"It is not known which resource “{name}” messages are about, so they cannot be "
            "subscribed to. Add it to RESOURCES of the commercetools subscriptions.",
            code="unknown_resource",
        )
    return found[0]
