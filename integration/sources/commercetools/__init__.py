"""commercetools as a source. See README.md in this folder."""

from integration.core.plugins import Source
from integration.sources.commercetools.client import reader, test
from integration.sources.commercetools.config import FIELDS, SETTINGS
from integration.sources.commercetools.envelopes import unwrap
from integration.sources.commercetools.messages import HANDLERS, IGNORED
from integration.sources.commercetools.verify import verify

SOURCE = Source(
    kind="commercetools",
    label="commercetools",
    fields=FIELDS,
    settings=SETTINGS,
    verify=verify,
    unwrap=unwrap,
    handlers=HANDLERS,
    ignored=IGNORED,
    reader=reader,
    test=test,
)
