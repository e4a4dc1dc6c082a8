"""What Klaviyo does later is followed to its end, and no failure vanishes on the way."""

from __future__ import annotations

import pytest
import requests

from integration.core.bulk import JobAnswer
from integration.core.errors import Misconfigured, Retry
from integration.core.exchange import Access, Request
from integration.destinations.klaviyo.bulk import BULK
from integration.destinations.klaviyo.words import PHONE_NOTE
from tests.conftest import Sandbox
from tests.integration.destinations import requests_to as to
from tests.integration.destinations.said import Said

ITEMS = "bulk_create_catalog_items"
PROFILES = "bulk_import_profiles"


@pytest.fixture(autouse=True)
def _quick_jobs(sandbox: Sandbox):
    steer(sandbox, seconds=0)


def steer(sandbox: Sandbox, **order: object) -> None:
    url = f"{sandbox.url}/klaviyo/_sandbox/jobs"
    requests.put(url, json=order, timeout=5).raise_for_status()


def done(access: Access, *pieces_of: Request) -> JobAnswer:
    """Send these in bulk, and return what their job says at its end."""
    contents = to.pieces(*pieces_of)
    [taken] = BULK.send(access)(pieces_of[0].operation, contents).taken
    contents = [contents[place] for place in taken.places]
    return BULK.follow(access, taken.operation, taken.job, contents)


def complete(failed: int | None, *errors: dict) -> dict:
    attributes = {"status": "complete", "completed_count": 1, "failed_count": failed}
    return {"data": {"attributes": {**attributes, "errors": list(errors)}}}


def error(pointer: str = "/data", **more: object) -> dict:
    known = {"id": "1", "code": "invalid", "title": "Invalid input.", "detail": "Bad."}
    return {**known, "source": {"pointer": pointer}, **more}


def said_of(said: Said, operation: str, *of: Request) -> JobAnswer:
    return BULK.follow(said.access, operation, "job-1", to.pieces(*of))


def test_profiles_are_imported(access: Access, sandbox: Sandbox):
    answer = done(access, to.profile(1), to.profile(2))

    assert answer == JobAnswer(state="done", completed=2)
    emails = {profile["email"] for profile in sandbox.state()["profiles"]}
    assert emails == {"ada1@storewire-demo.com", "ada2@storewire-demo.com"}


def test_a_profile_that_meets_another_one_goes_by_itself(access: Access):
    done(access, to.profile(1), to.profile(2))
    both = to.profile(1, external_id="c-2")

    answer = done(access, to.profile(3), both)

    [refused] = answer.refused
    assert (answer.completed, answer.failed, refused.place) == (1, 1, 1)
    assert refused.instead == both.body


@pytest.mark.parametrize(
    ("first", "changed", "held"),
    [
        (to.category(1), to.category(1, "Blouses"), "catalog_categories"),
        (to.item(1), to.item(1, title="Blouse"), "catalog_items"),
    ],
)
def test_objects_are_created_and_then_updated(
    access: Access, sandbox: Sandbox, first: Request, changed: Request, held: str
):
    assert done(access, first) == JobAnswer(state="done", completed=1)
    assert done(access, changed) == JobAnswer(state="done", completed=1)

    [there] = sandbox.state()[held]
    assert "Blouse" in (there.get("title") or there["name"])


def test_variants_come_and_go_with_their_stock(access: Access, sandbox: Sandbox):
    done(access, to.item(1))
    assert done(access, to.variant(1), to.variant(2)).failed == 0
    assert done(access, to.stock(1, 8), to.stock(2, 9)).failed == 0
    stocks = [one["inventory_quantity"] for one in sandbox.state()["catalog_variants"]]
    assert stocks == [8, 9]

    answer = done(access, to.deletion("variant", "sku/1"), to.deletion("variant", "sku/2"))

    assert answer == JobAnswer(state="done", completed=2)
    assert sandbox.state()["catalog_variants"] == []


def test_a_variant_without_its_item_is_a_failure(access: Access):
    done(access, to.item(1))

    answer = done(access, to.variant(1, of=1), to.variant(2, of=99))

    [refused] = answer.refused
    assert (refused.place, refused.instead) == (1, None)


def test_what_was_created_meanwhile_goes_by_itself(access: Access, klaviyo_says: Said):
    klaviyo_says.say(200, complete(1, error("/data/attributes/items/data/1")))
    klaviyo_says.say(200, {"data": [{"id": "$custom:::$default:::p-2"}]})

    answer = said_of(klaviyo_says, ITEMS, to.item(1), to.item(2))

    [refused] = answer.refused
    assert (refused.place, refused.instead) == (1, to.item(2).body)


def test_so_does_what_was_deleted_before_its_update(klaviyo_says: Said):
    klaviyo_says.say(200, complete(1, error("/data/attributes/items/data/0")))
    klaviyo_says.say(200, {"data": []})

    answer = said_of(klaviyo_says, "bulk_update_catalog_items", to.item(1), to.item(2))

    [refused] = answer.refused
    assert (refused.place, refused.instead) == (0, to.item(1).body)


def test_what_another_one_has_deleted_is_deleted(klaviyo_says: Said):
    errors = [error(f"/data/attributes/items/data/{place}") for place in range(2)]
    klaviyo_says.say(200, complete(2, *errors))
    klaviyo_says.say(200, {"data": [{"id": "$custom:::$default:::p-2"}]})

    answer = said_of(
        klaviyo_says,
        "bulk_delete_catalog_items",
        to.deletion("item", "p-1"),
        to.deletion("item", "p-2"),
    )

    assert [one.place for one in answer.refused] == [1]


def test_every_page_of_errors_is_read_from_our_own_address(klaviyo_says: Said):
    rows = [
        {"attributes": error(f"/data/attributes/profiles/data/{place}/attributes/{name}")}
        for place, name in ((1, "phone_number"), (2, "email"))
    ]
    more = "https://elsewhere.storewire-demo.com/klaviyo/api/more?page%5Bcursor%5D=x"
    klaviyo_says.say(200, complete(2))
    klaviyo_says.say(200, {"data": rows[:1], "links": {"next": more}})
    klaviyo_says.say(200, {"data": rows[1:], "links": {"next": None}})

    answer = said_of(klaviyo_says, PROFILES, *map(to.profile, range(3)))

    phone, email = answer.refused
    assert (phone.place, phone.note, phone.instead) == (1, PHONE_NOTE, to.profile(1).body)
    assert (email.place, email.instead) == (2, None)
    assert email.failure.pointer == "/data/attributes/email"
    paths = [path for _, path, _ in klaviyo_says.asked]
    assert paths[1].endswith("/job-1/import-errors?page%5Bsize%5D=100")
    assert paths[2] == "/klaviyo/api/more?page%5Bcursor%5D=x"


@pytest.mark.parametrize(
    "payload",
    [
        {"email": "ADA1@storewire-demo.com"},
        {"external_id": "c-1"},
        {"type": "profile", "attributes": {"email": "ada1@storewire-demo.com"}},
        {"data": {"attributes": {"external_id": "c-1"}}},
    ],
)
def test_an_error_is_placed_by_what_was_sent(klaviyo_says: Said, payload: dict):
    klaviyo_says.say(200, complete(1))
    klaviyo_says.say(200, {"data": [{"attributes": error(original_payload=payload)}]})

    answer = said_of(klaviyo_says, PROFILES, to.profile(0), to.profile(1))

    assert [one.place for one in answer.refused] == [1]


def test_where_all_failed_one_error_is_about_all(klaviyo_says: Said):
    klaviyo_says.say(200, complete(3))
    klaviyo_says.say(200, {"data": [{"attributes": error()}]})

    answer = said_of(klaviyo_says, PROFILES, *map(to.profile, range(3)))

    assert [one.place for one in answer.refused] == [0, 1, 2]
    assert all("Bad." in one.failure.reason for one in answer.refused)


def test_an_error_of_no_known_place_does_not_vanish(klaviyo_says: Said):
    klaviyo_says.say(200, complete(3))
    klaviyo_says.say(200, {"data": [{"attributes": error()}]})

    answer = said_of(klaviyo_says, PROFILES, *map(to.profile, range(9)))

    assert [one.place for one in answer.refused] == [-1, -1]
    assert "Bad." in answer.refused[0].failure.reason
    assert answer.refused[1].failure.reason == "Klaviyo says that 2 failed, and not why."


@pytest.mark.parametrize("status", ["queued", "processing", "something new"])
def test_a_job_that_is_not_over_is_going(klaviyo_says: Said, status: str):
    counts = {"completed_count": 4, "failed_count": None}
    klaviyo_says.say(200, {"data": {"attributes": {"status": status, **counts}}})

    answer = said_of(klaviyo_says, PROFILES, to.profile())

    assert answer == JobAnswer(state="going", completed=4)


def test_a_cancelled_job_is_lost(access: Access, sandbox: Sandbox):
    steer(sandbox, cancel=1)

    assert done(access, to.profile()).state == "lost"


def test_so_is_one_that_klaviyo_does_not_know(access: Access):
    answer = BULK.follow(access, PROFILES, "nobody", to.pieces(to.profile()))

    assert answer.state == "lost"


def test_a_retired_revision_loses_no_job(klaviyo_says: Said):
    klaviyo_says.refuse("/data", status=410)

    with pytest.raises(Misconfigured):
        said_of(klaviyo_says, PROFILES, to.profile())


def test_a_page_about_a_job_says_nothing(klaviyo_says: Said):
    klaviyo_says.say(404, "<html>Not found</html>")

    with pytest.raises(Retry):
        said_of(klaviyo_says, PROFILES, to.profile())
