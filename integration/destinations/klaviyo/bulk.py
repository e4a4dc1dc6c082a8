"""How Klaviyo takes many at a time."""

from integration.core.bulk import Bulk
from integration.destinations.klaviyo.bulk_sending import bulk_sender
from integration.destinations.klaviyo.existing import there
from integration.destinations.klaviyo.flows import flows, metrics
from integration.destinations.klaviyo.jobs import follow
from integration.destinations.klaviyo.packs import (
    KEYS,
    PACKS,
    PASSES,
    PILED_UP,
    ceiling,
    historic,
)

BULK = Bulk(
    packs=PACKS,
    piled_up=PILED_UP,
    send=bulk_sender,
    follow=follow,
    there=there,
    historic=historic,
    flows=flows,
    metrics=metrics,
    ceiling=ceiling,
    stages=PASSES,
    keys=KEYS,
)
