"""Both stand-ins in one Flask application."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, render_template

from project.sandbox import commercetools, storefront
from project.sandbox.faults import Faults
from project.sandbox.klaviyo.api import blueprint
from project.sandbox.klaviyo.limits import Limits
from project.sandbox.klaviyo.service import Klaviyo


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


def create(options: Options) -> tuple[Flask, commercetools.Shop, commercetools.Hook | None]:
    """Return the application, and what the trickle of notifications needs."""
    app = Flask(__name__)
    klaviyo = Klaviyo(options.key, Limits(options.limits), lean=options.lean)
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
    storewire = storefront.Storewire(url=options.storewire_url, store=options.store)
    app.register_blueprint(storefront.blueprint(shop, hook, klaviyo, storewire), url_prefix="/shop")

    @app.get("/")
    def home() -> str:
        return render_template("home.html")

    return app, shop, hook
