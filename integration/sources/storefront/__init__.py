"""The storefront's pages as a source. See README.md in this folder."""

from integration.core.plugins import Source
from integration.sources.storefront.choices import SETTINGS
from integration.sources.storefront.door import read_nothing, refuse, test
from integration.sources.storefront.messages import HANDLERS
from integration.sources.storefront.notices import KIND, unwrap

SOURCE = Source(
    kind=KIND,
    label="Storefront",
    fields=(),
    settings=SETTINGS,
    verify=refuse,
    unwrap=unwrap,
    handlers=HANDLERS,
    ignored={},
    reader=read_nothing,
    test=test,
    own_door="/storefront/collect",
)
