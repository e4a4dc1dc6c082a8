"""The shop over HTTP: tokens, questions, and the calls that make something happen."""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Callable

from flask import Blueprint, Response, jsonify, render_template, request

from project.sandbox.commercetools import notifications, pages, query, trickle
from project.sandbox.commercetools.documents import Json
from project.sandbox.commercetools.hook import Hook
from project.sandbox.commercetools.life import REACHABLE
from project.sandbox.commercetools.shop import TOKEN_SECONDS, Shop
from project.sandbox.faults import Fault

Strike = Callable[[str], Response | None]
Answer = tuple[Json, int]
FAILURES = {
    400: "InvalidInput",
    401: "invalid_token",
    403: "insufficient_scope",
    404: "ResourceNotFound",
    409: "ConcurrentModification",
    502: "BadGateway",
    503: "OverCapacity",
}
SCOPES = ("view_customers", "view_orders", "view_payments", "view_categories", "view_products")


def blueprint(shop: Shop, hook: Hook | None, strike: Strike) -> Blueprint:
    """Return all calls, and the page that shows the shop."""
    calls = Blueprint("commercetools", __name__, template_folder="templates")

    def served(operation: str, act: Callable[[], Answer]) -> Response:
        struck = strike(operation)
        if struck is not None:
            return struck
        body, status = act()
        response = jsonify(body)
        response.status_code = status
        response.headers["X-Correlation-ID"] = f"{shop.project_key}/{uuid.uuid4()}"
        return response

    @calls.post("/oauth/token")
    def token() -> Response:
        return served("token", lambda: _token(shop))

    @calls.get("/<project>/")
    @calls.get("/<project>")
    def project(project: str) -> Response:
        return served("get", lambda: _refused(shop, project) or (shop.project(), 200))

    @calls.get("/<project>/<kind>")
    def collection(project: str, kind: str) -> Response:
        return served("query", lambda: _refused(shop, project) or _page(shop, kind))

    @calls.get("/<project>/<kind>/<id_>")
    def document(project: str, kind: str, id_: str) -> Response:
        return served("get", lambda: _refused(shop, project) or _document(shop, kind, id_))

    _add_steering(calls, shop, hook)
    return calls


def told_to_fail(status: int, fault: Fault) -> Response:
    """Return the error that commercetools gives with this status."""
    body, status = _error(status, FAILURES.get(status, "General"), fault.detail)
    response = jsonify(body)
    response.status_code = status
    return response


def _add_steering(calls: Blueprint, shop: Shop, hook: Hook | None) -> None:
    @calls.get("/")
    def home() -> str:
        return render_template("commercetools/shop.html", **pages.shop_page(shop, hook))

    @calls.post("/_sandbox/notify")
    def notify() -> Answer:
        return _notify(shop, hook)

    @calls.get("/_sandbox/notifications")
    def sent() -> list[Json]:
        with shop.lock:
            return [notice.as_json() for notice in shop.notices]


def _token(shop: Shop) -> Answer:
    given = request.authorization
    pair = (given.username, given.password) if given and given.type == "basic" else ("", "")
    if not all(_same(part, known) for part, known in zip(pair, shop.client, strict=True)):
        return _error(401, "invalid_client", "Give the client id and secret as HTTP Basic.")
    if request.form.get("grant_type") != "client_credentials":
        return _error(400, "unsupported_grant_type", "Only client_credentials is served here.")
    granted = " ".join(f"{scope}:{shop.project_key}" for scope in SCOPES)
    scope = request.form.get("scope") or granted
    if any(name.partition(":")[2] != shop.project_key for name in scope.split()):
        return _error(400, "invalid_scope", "A scope is for another project.")
    return {
        "access_token": shop.new_token(),
        "token_type": "Bearer",
        "expires_in": TOKEN_SECONDS,
        "scope": scope,
    }, 200


def _refused(shop: Shop, project: str) -> Answer | None:
    """The refusal of a request without a good token, or for a project that is not here."""
    given = request.authorization
    if given is None or given.type != "bearer" or not shop.accepts(given.token or ""):
        return _error(401, "invalid_token", "invalid_token")
    if project != shop.project_key:
        return _not_found(f"There is no project “{project}”.")
    return None


def _page(shop: Shop, kind: str) -> Answer:
    documents = shop.documents(kind)
    if documents is None:
        return _not_found(f"There is no collection “{kind}”.")
    try:
        return query.page(documents, request.args, shop.referred), 200
    except query.Refused as exc:
        return _error(400, "InvalidInput", str(exc))


def _document(shop: Shop, kind: str, id_: str) -> Answer:
    documents = [entry for entry in shop.documents(kind) or [] if entry["id"] == id_]
    if not documents:
        return _not_found(f"The resource with the id “{id_}” was not found.")
    try:
        return query.expanded(documents, request.args, shop.referred)[0], 200
    except query.Refused as exc:
        return _error(400, "InvalidInput", str(exc))


def _notify(shop: Shop, hook: Hook | None) -> Answer:
    order = request.get_json(force=True, silent=True)
    order = order if isinstance(order, dict) else {}
    type_, envelope, state = order.get("type"), order.get("envelope"), order.get("order_state")
    if type_ not in trickle.TYPES:
        return {"error": f"type: one of {', '.join(trickle.TYPES)}"}, 400
    if envelope not in (None, *notifications.ENVELOPES):
        return {"error": f"envelope: one of {', '.join(notifications.ENVELOPES)}, or null"}, 400
    if state not in (None, *REACHABLE):
        return {"error": f"order_state: one of {', '.join(REACHABLE)}"}, 400
    write = notifications.too_large if order.get("too_large") else notifications.message
    payload = write(shop.project_key, trickle.happen(shop, type_, state))
    return trickle.announce(shop, hook, payload, envelope).as_json(), 200


def _not_found(text: str) -> Answer:
    return _error(404, "ResourceNotFound", text)


def _error(status: int, code: str, text: str) -> Answer:
    body: Json = {
        "statusCode": status,
        "message": text,
        "errors": [{"code": code, "message": text}],
    }
    if code.islower():  # those of OAuth say it a second time, as RFC 6749 wants it
        body |= {"error": code, "error_description": text}
    return body, status


def _same(given: str | None, known: str) -> bool:
    return hmac.compare_digest((given or "").encode(), known.encode())
