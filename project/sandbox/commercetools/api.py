"""The shop over HTTP: tokens, questions, and the calls that make something happen."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from project.sandbox.commercetools import (
    access,
    answers,
    fill,
    pages,
    reading,
    steering,
    subscriptions,
)
from project.sandbox.commercetools.answers import Answer
from project.sandbox.commercetools.documents import Json
from project.sandbox.commercetools.hook import Hook
from project.sandbox.commercetools.shop import Shop
from project.sandbox.faults import Fault

Strike = Callable[[str], Response | None]
Act = Callable[[], Answer]
Served = Callable[[str, Act], Response]
FAILURES = {
    400: "InvalidInput",
    401: "invalid_token",
    403: "insufficient_scope",
    404: "ResourceNotFound",
    409: "ConcurrentModification",
    502: "BadGateway",
    503: "OverCapacity",
}


def blueprint(shop: Shop, hook: Hook | None, strike: Strike) -> Blueprint:
    """Return all calls, and the page that shows the shop."""
    calls = Blueprint("commercetools", __name__, template_folder="templates")

    def served(operation: str, act: Act) -> Response:
        struck = strike(operation)
        if struck is not None:
            return struck
        body, status = act()
        response = _as_json(body)
        response.status_code = status
        response.headers["X-Correlation-ID"] = f"{shop.project_key}/{uuid.uuid4()}"
        return response

    _add_reading(calls, shop, served)
    _add_subscriptions(calls, shop, hook, served)
    _add_steering(calls, shop, hook)
    return calls


def told_to_fail(status: int, fault: Fault) -> Response:
    """Return the error that commercetools gives with this status."""
    body, status = answers.error(
        status, fault.code or FAILURES.get(status, "General"), fault.detail
    )
    response = jsonify(body)
    response.status_code = status
    return response


def _as_json(body: Json | bytes) -> Response:
    return Response(body, mimetype="application/json") if isinstance(body, bytes) else jsonify(body)


def _add_reading(calls: Blueprint, shop: Shop, served: Served) -> None:
    def asked(operation: str, project: str, act: Act) -> Response:
        return served(operation, lambda: access.refused(shop, project) or act())

    @calls.post("/oauth/token")
    def token() -> Response:
        return served("token", lambda: access.token(shop))

    @calls.get("/<project>/")
    @calls.get("/<project>")
    def project(project: str) -> Response:
        return asked("get", project, lambda: (shop.project(), 200))

    @calls.get("/<project>/<kind>")
    def collection(project: str, kind: str) -> Response:
        return asked("query", project, lambda: reading.page(shop, kind))

    @calls.get("/<project>/<kind>/<wanted>")
    def document(project: str, kind: str, wanted: str) -> Response:
        return asked("get", project, lambda: reading.document(shop, kind, wanted))


def _add_subscriptions(calls: Blueprint, shop: Shop, hook: Hook | None, served: Served) -> None:
    def asked(project: str, act: Act) -> Response:
        return served("subscribe", lambda: access.refused(shop, project) or act())

    @calls.post("/<project>/subscriptions")
    def create(project: str) -> Response:
        return asked(project, lambda: subscriptions.create(shop, hook, _sent()))

    @calls.post("/<project>/subscriptions/<id_>")
    def update(project: str, id_: str) -> Response:
        return asked(project, lambda: subscriptions.update(shop, hook, id_, _sent()))

    @calls.delete("/<project>/subscriptions/<id_>")
    def delete(project: str, id_: str) -> Response:
        version = request.args.get("version", "")
        return asked(project, lambda: subscriptions.delete(shop, id_, version))

    @calls.get("/<project>/subscriptions/<id_>/health")
    def health(project: str, id_: str) -> Response:
        def answer() -> Answer:
            return access.unknown(shop, project) or subscriptions.health(shop, id_)

        return served("health", answer)


def _add_steering(calls: Blueprint, shop: Shop, hook: Hook | None) -> None:
    @calls.get("/")
    def home() -> str:
        return render_template("commercetools/shop.html", **pages.shop_page(shop, hook))

    @calls.post("/_sandbox/notify")
    def notify() -> Answer:
        return steering.notify(shop, hook, _sent())

    @calls.post("/_sandbox/subscription-health")
    def subscription_health() -> Answer:
        return subscriptions.set_health(shop, _sent())

    @calls.post("/_sandbox/fill")
    def fill_shop() -> Answer:
        return fill.fill(shop, _sent())

    @calls.delete("/_sandbox/fill")
    def empty_shop() -> Answer:
        return fill.empty(shop)

    @calls.get("/_sandbox/orders-compact")
    def orders_compact() -> Response:
        return Response(b"".join(fill.orders_compact(shop)), mimetype="application/x-ndjson")

    @calls.get("/_sandbox/notifications")
    def sent() -> list[Json]:
        with shop.lock:
            return [notice.as_json() for notice in shop.notices]


def _sent() -> Any:
    return request.get_json(force=True, silent=True)
