"""After an outage: what happened in the shop while nobody listened is found.

In a file of its own, and so with a system of its own: what was sent before would not be sent again.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from project.local.child import manage_program
from tests.system.conftest import System
from tests.system.test_everything import HAPPENINGS, TYPES, ShopWindow, assert_all_agrees


@pytest.mark.timeout(1800)
def test_after_an_outage_catching_up_finds_all_of_it(system: System):
    shop = ShopWindow(system.sandbox.url)
    began = datetime.now(UTC).isoformat(timespec="milliseconds")
    chance = random.Random(6)
    # That a product is deleted is told by a message, which a change alone does not leave behind.
    types = [type_ for type_ in TYPES if type_ != "product.ResourceDeleted"]
    told = [shop.happen(type_) for type_ in chance.choices(types, k=HAPPENINGS // 2)]
    command = manage_program("catch-up", "catch_up", "shop", "--since", began)
    system.supervisor.run(command)
    system.supervisor.run(command)  # once more changes nothing

    assert_all_agrees(told, shop, system)
