"""commercetools as a source. See README.md in this folder."""

from integration.core.plugins import Source
from integration.sources.commercetools.client import reader, test
from integration.sources.commercetools.config import FIELDS, SETTINGS
from integration.sources.commercetools.envelopes import belongs, parts, unwrap
from integration.sources.commercetools.greeting import greet
from integration.sources.commercetools.imports import COLLECTIONS
from integration.sources.commercetools.messages import HANDLERS, IGNORED, OFF
from integration.sources.commercetools.streams import STREAMS
from integration.sources.commercetools.subscriptions import SUBSCRIPTIONS
from integration.sources.commercetools.verify import verify
from integration.sources.commercetools.wares import wares

SOURCE = Source(
    kind="commercetools",
    label="commercetools",
    fields=FIELDS,
    settings=SETTINGS,
    verify=verify,
    greet=greet,
    parts=parts,
    belongs=belongs,
    unwrap=unwrap,
    handlers=HANDLERS,
    ignored=IGNORED,
    off=OFF,
    reader=reader,
    test=test,
    streams=STREAMS,
    subscriptions=SUBSCRIPTIONS,
    collections=COLLECTIONS,
    wares=wares,
)
