"""Both stand-ins in one Flask application."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask, render_template

from project.sandbox import commercetools, storefront
from project.sandbox.faults import Faults
from project.sandbox.klaviyo.api import blueprint
from project.sandbox.klaviyo.limits import Limits
from project.sandbox.klaviyo.service import Klaviyo

KLAVIYO_JS = "/klaviyo/onsite/js/klaviyo.js"


@dataclass(frozen=True, kw_only=True)
class Options:
    """What can be chosen at the start."""

    seed: int = 7
    limits: bool = True
    lean: bool = False
    key: str = "pk_sandbox"
    project_key: str = "demo-shop"
    client_id: str = "demo-client"
    client_secret: str = "demo-secret"  # noqa: S105 - opens nothing but this sandbox
    hook_url: str = ""
    hook_secret: str = ""
    storewire_url: str = ""
    store: str = "demo"
    company: str = "SANDBX"
    send: str = "both"
    consent: str = "none"
    own_klaviyo_js: bool = False


def create(options: Options) -> tuple[Flask, commercetools.Shop, commercetools.Hook | None]:
    """Return the application, and what the trickle of notifications needs."""
    app = Flask(__name__)
    app.secret_key = secrets.token_bytes()  # of the visitors' cookies
    app.config.update(
        SESSION_COOKIE_NAME="sandbox_shop",
        SESSION_COOKIE_PATH="/shop/",
        SESSION_COOKIE_SAMESITE="Lax",
    )
    klaviyo = Klaviyo(
        options.key, Limits(options.limits), lean=options.lean, company=options.company
    )
    shop = commercetools.Shop(
        options.seed, options.project_key, options.client_id, options.client_secret
    )
    shop_faults = Faults(commercetools.told_to_fail)
    hook = commercetools.Hook(options.hook_url, options.hook_secret) if options.hook_url else None
    app.register_blueprint(blueprint(klaviyo), url_prefix="/klaviyo")
    app.register_blueprint(klaviyo.faults.blueprint("klaviyo"), url_prefix="/klaviyo")
    app.register_blueprint(
        commercetools.blueprint(shop, hook, shop_faults.strike), url_prefix="/commercetools"
    )
    app.register_blueprint(shop_faults.blueprint("shop"), url_prefix="/commercetools")
    pages = storefront.blueprint(shop, hook, klaviyo, _storewire(options))
    app.register_blueprint(pages, url_prefix="/shop")

    @app.get("/")
    def home() -> str:
        return render_template("home.html")

    return app, shop, hook


def _storewire(options: Options) -> storefront.Storewire:
    query = urlencode({"company_id": options.company})
    return storefront.Storewire(
        url=options.storewire_url,
        store=options.store,
        company=options.company,
        send=options.send,
        consent=options.consent,
        own_klaviyo_js=f"{KLAVIYO_JS}?{query}" if options.own_klaviyo_js else "",
    )
