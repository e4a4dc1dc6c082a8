"""Those who use the REST API, and what they find there."""

from __future__ import annotations

from django.test import Client

from integration.models import ApiToken, Connection, FailedEvent, JobRun, Store


def token(*stores: Store, scope: str = "run", **values: object) -> str:
    """Return the secret of a new token."""
    made = ApiToken(name="ERP", scope=scope, **values)
    secret = made.renew()
    made.save()
    made.stores.set(stores)
    return secret


def browser(secret: str) -> Client:
    """Return somebody who shows this token with all that they ask."""
    return Client(headers={"authorization": f"Token {secret}"})


def ask(client: Client, address: str, body: object = None):
    """POST, as JSON."""
    return client.post(address, body or {}, content_type="application/json")


def failure(run: JobRun, klaviyo: Connection, **values: object) -> FailedEvent:
    """Return a failure of a run."""
    return FailedEvent.objects.create(
        store=run.store, connection=klaviyo, run=run, stage="sending", reason="No.", **values
    )
