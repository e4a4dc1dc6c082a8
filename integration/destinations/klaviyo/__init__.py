"""Klaviyo as a destination. See README.md in this folder."""

from integration.core.plugins import Destination
from integration.destinations.klaviyo.bulk import BULK
from integration.destinations.klaviyo.catalogue import removal
from integration.destinations.klaviyo.client import account, test
from integration.destinations.klaviyo.config import FIELDS, SETTINGS
from integration.destinations.klaviyo.limits import RATES
from integration.destinations.klaviyo.mapping import MAPPERS
from integration.destinations.klaviyo.rules import check
from integration.destinations.klaviyo.sending import sender
from integration.destinations.klaviyo.suppressions import suppressed
from integration.destinations.klaviyo.words import WORDS

DESTINATION = Destination(
    kind="klaviyo",
    label="Klaviyo",
    fields=FIELDS,
    settings=SETTINGS,
    mappers=MAPPERS,
    rates=RATES,
    account=account,
    check=check,
    send=sender,
    test=test,
    removal=removal,
    words=WORDS,
    bulk=BULK,
    suppressed=suppressed,
)
