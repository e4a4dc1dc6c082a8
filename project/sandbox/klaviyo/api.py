"""All calls under Klaviyo's address. Each group is a file of its own beside this one."""

from __future__ import annotations

from flask import Blueprint, Response

from project.sandbox.klaviyo.browsers import add_browsers
from project.sandbox.klaviyo.catalog_api import add_catalog
from project.sandbox.klaviyo.catalog_jobs import add_catalog_jobs
from project.sandbox.klaviyo.events import add_events
from project.sandbox.klaviyo.imports import add_imports
from project.sandbox.klaviyo.marketing_api import add_marketing
from project.sandbox.klaviyo.metrics import add_metrics
from project.sandbox.klaviyo.profiles import add_profiles
from project.sandbox.klaviyo.service import Klaviyo
from project.sandbox.klaviyo.showing import add_showing
from project.sandbox.klaviyo.steering import add_steering

ABOUT = {
    "test_account": True,
    "contact_information": {
        "default_sender_name": "Nordhaven & Daughters",
        "default_sender_email": "shop@storewire-demo.com",
        "website_url": "https://www.storewire-demo.com",
        "organization_name": "Storewire Sandbox",
    },
    "timezone": "Europe/Berlin",
    "preferred_currency": "EUR",
    "locale": "en-GB",
}


def blueprint(klaviyo: Klaviyo) -> Blueprint:
    """Return the API, what steers it, and the page that shows what it holds."""
    calls = Blueprint("klaviyo", __name__)
    add_profiles(calls, klaviyo)
    add_imports(calls, klaviyo)
    add_marketing(calls, klaviyo)
    add_events(calls, klaviyo)
    add_metrics(calls, klaviyo)
    add_catalog(calls, klaviyo)
    add_catalog_jobs(calls, klaviyo)
    add_browsers(calls, klaviyo)
    add_showing(calls, klaviyo)
    add_steering(calls, klaviyo)

    @calls.get("/api/accounts")
    def get_accounts() -> Response:
        attributes = {**ABOUT, "public_api_key": klaviyo.company}
        account = {"type": "account", "id": klaviyo.company, "attributes": attributes}
        return klaviyo.serve("get_accounts", lambda _: ({"data": [account]}, 200))

    return calls
