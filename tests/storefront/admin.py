"""What the tests of the admin share: a store with a storefront, and what its pages told."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from integration.models import Connection, Store
from integration.pipeline import inbox
from integration.sources.storefront.notices import notification
from storefront.models import BrowserEvent

SHOP = "https://www.storewire-demo.com"
PUBLIC_URL = "https://storewire.storewire-demo.com"
ANNA = "anna@klaviyo-demo.com"


def sign_in(client: Client, *codenames: str, group: str = "") -> Client:
    """Sign somebody in who is in a group, or has only these permissions."""
    user = User.objects.create_user("somebody", password="x", is_staff=True)
    if group:
        user.groups.add(Group.objects.get(name=group))
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    return client


def new_store(slug: str = "my-shop", **values: object) -> Store:
    """Return a live store that has origins."""
    about = {"name": slug, "sending": "live", "origins": [SHOP], **values}
    return Store.objects.create(slug=slug, **about)


def switch_on(store: Store, key: str = "ABC123") -> Connection:
    """Return the connection of the store's storefront, beside one of Klaviyo's with this key."""
    config = {"public_key": key}
    Connection.objects.create(store=store, kind="klaviyo", config=config)
    return Connection.objects.create(store=store, kind="storefront")


def told(
    connection: Connection, name: str, *, id: str = "1", person: dict | None = None, **about: object
) -> BrowserEvent:
    """Return what a page told: an event of this name, or "identify"."""
    moment = now().isoformat()
    payload = {
        "type": "identify" if name == "identify" else "track",
        "id": id,
        "name": name,
        "person": {"email": ANNA} if person is None else person,
        "who": "w",
        "properties": {},
        "occurred_at": moment,
        "received_at": moment,
        "page": f"{SHOP}/shoe",
        **about,
    }
    inbox.keep_events(connection, [notification(payload)])
    return BrowserEvent.objects.order_by("-id")[0]


def shop_page(store: Store, name: str = "shop") -> str:
    """Return the address of a store's page, or of what belongs to it."""
    return reverse(f"admin:storefront_sighting_{name}", args=[store.id])


def shown(response) -> str:
    """Return the page without its line breaks."""
    assert response.status_code == 200
    return " ".join(response.content.decode().split())
