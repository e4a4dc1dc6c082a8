"""Subscriptions: commercetools is asked to tell us of what the store has handlers for."""

from integration.core.plugins import Subscriptions
from integration.sources.commercetools.subscriptions.health import health
from integration.sources.commercetools.subscriptions.planning import apply, plan, remove
from integration.sources.commercetools.subscriptions.resources import wanted

SUBSCRIPTIONS = Subscriptions(wanted=wanted, plan=plan, apply=apply, health=health, remove=remove)
