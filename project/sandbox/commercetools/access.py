"""Who may ask: client credentials, and the tokens that are given for them."""

from __future__ import annotations

import hmac

from flask import request

from project.sandbox.commercetools.answers import Answer, error, not_found
from project.sandbox.commercetools.shop import TOKEN_SECONDS, Shop

SCOPES = (
    "manage_subscriptions",
    "view_categories",
    "view_customers",
    "view_discount_codes",
    "view_messages",
    "view_orders",
    "view_payments",
    "view_products",
    "view_project_settings",
    "view_published_products",
    "view_standalone_prices",
    "view_stores",
)


def token(shop: Shop) -> Answer:
    """Answer a request for a token."""
    given = request.authorization
    pair = (given.username, given.password) if given and given.type == "basic" else ("", "")
    if not all(_same(part, known) for part, known in zip(pair, shop.client, strict=True)):
        return error(401, "invalid_client", "Give the client id and secret as HTTP Basic.")
    if request.form.get("grant_type") != "client_credentials":
        return error(400, "unsupported_grant_type", "Only client_credentials is served here.")
    granted = " ".join(f"{scope}:{shop.project_key}" for scope in SCOPES)
    scope = request.form.get("scope") or granted
    if any(name.partition(":")[2] != shop.project_key for name in scope.split()):
        return error(400, "invalid_scope", "A scope is for another project.")
    return {
        "access_token": shop.new_token(),
        "token_type": "Bearer",
        "expires_in": TOKEN_SECONDS,
        "scope": scope,
    }, 200


def refused(shop: Shop, project: str) -> Answer | None:
    """Return the refusal of a request without a good token, or for a project not here."""
    given = request.authorization
    if given is None or given.type != "bearer" or not shop.accepts(given.token or ""):
        return error(401, "invalid_token", "invalid_token")
    return unknown(shop, project)


def unknown(shop: Shop, project: str) -> Answer | None:
    """Return the refusal of a request for a project that is not here."""
    if project != shop.project_key:
        return not_found(f"There is no project “{project}”.")
    return None


def _same(given: str | None, known: str) -> bool:
    return hmac.compare_digest((given or "").encode(), known.encode())
