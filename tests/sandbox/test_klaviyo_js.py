"""The stand-in of klaviyo.js, as pages meet it. Storewire's script is not there."""

from __future__ import annotations

import pytest

from tests.sandbox.visit import Visit

ADA, BEA = "ada@storewire-demo.com", "bea@storewire-demo.com"
QUEUED = """window._learnq = [["account", "SANDBX"], ["track", "First", {"$event_id": "e-1"}]];
window._klOnsite = [["track", "Second", {"$event_id": "e-2", "$value": 4.5, "SKU": "SW-1"}],
                    ["identify", {"$email": "ada@storewire-demo.com", "$id": "K-1",
                                  "Status": "Active"}, () => { window.answered = true; }]];"""


@pytest.fixture
def visit(visiting) -> Visit:
    """A page with klaviyo.js and nothing else."""
    return visiting()


def load(visit: Visit, before: str = "", query: str = "") -> None:
    """Open a page, let it say this before klaviyo.js arrives, and wait for that."""
    visit.page.route("**/storewire.js", lambda route: route.fulfill(body=""))
    visit.show(query)
    visit.page.evaluate(before)
    visit.page.evaluate(
        "new Promise((done) => { const tag = document.createElement('script');"
        " const policy = trustedTypes.createPolicy('test', {createScriptURL: (it) => it});"
        " tag.src = policy.createScriptURL('/klaviyo/onsite/js/klaviyo.js?company_id=SANDBX');"
        " tag.onload = done; document.head.append(tag); })"
    )


def test_it_does_what_was_called_before_it_arrived_in_order(visit):
    load(visit, QUEUED)

    first, second = visit.heard("events", 2)
    assert (first["metric"], first["unique_id"]) == ("First", "e-1")
    assert (second["metric"], second["unique_id"], second["value"]) == ("Second", "e-2", 4.5)
    assert second["properties"] == {"SKU": "SW-1"}
    [profile] = visit.klaviyo()["profiles"]
    assert (profile["email"], profile["external_id"]) == (ADA, "K-1")
    assert profile["properties"] == {"Status": "Active"}
    visit.page.wait_for_function("window.answered")


def test_it_takes_calls_by_each_of_the_old_ways(visit):
    load(visit)
    visit.page.evaluate(f"klaviyo.identify({{email: '{ADA}'}})")
    visit.page.evaluate("_learnq.push(['track', 'First', {}])")
    visit.page.evaluate("_klOnsite.push(['track', 'Second', {}])")
    visit.page.evaluate("klaviyo.push(['track', 'Third', {}])")
    assert visit.metrics(3) == ["First", "Second", "Third"]


def test_events_of_nobody_wait_in_the_browser_also_for_a_later_page(visit):
    load(visit)
    visit.page.evaluate("klaviyo.track('First', {$event_id: 'e-1'})")
    assert visit.identity().keys() == {"cid"}
    assert visit.page.evaluate("klaviyo.isIdentified()") is False
    load(visit)
    assert visit.waiting() == ["First"]
    assert visit.klaviyo()["events"] == []

    visit.page.evaluate(f"klaviyo.identify({{email: '{ADA}'}})")

    [event] = visit.heard("events", 1)
    [profile] = visit.klaviyo()["profiles"]
    assert (event["unique_id"], event["profile_id"]) == ("e-1", profile["id"])
    assert visit.identity()["$exchange_id"] == profile["_kx"]
    assert visit.page.evaluate("klaviyo.isIdentified()") is True
    assert visit.waiting() == []


def test_who_was_identified_once_is_known_by_the_cookie_on_later_pages(visit):
    load(visit)
    visit.page.evaluate(f"klaviyo.identify({{email: '{ADA}'}})")
    visit.heard("profiles", 1)
    load(visit)
    visit.page.evaluate("klaviyo.track('First')")
    assert visit.metrics(1) == ["First"]
    assert len(visit.klaviyo()["profiles"]) == 1


def test_who_comes_from_a_mail_is_known_by_the_address(visit):
    client = visit.app.test_client()
    document = {"data": {"type": "profile", "attributes": {"email": ADA}}}
    answer = client.post(
        "/klaviyo/client/profiles?company_id=SANDBX",
        json=document,
        headers={"revision": "2026-07-15"},
    )
    load(visit, query=f"?_kx={answer.json['exchange_id']}")
    visit.page.evaluate("klaviyo.track('First')")
    [event] = visit.heard("events", 1)
    [profile] = visit.klaviyo()["profiles"]
    assert (event["profile_id"], profile["email"]) == (profile["id"], ADA)


def test_another_person_gets_what_they_do_themselves(visit):
    load(visit)
    for email, metric in ((ADA, "First"), (BEA, "Second")):
        visit.page.evaluate(f"klaviyo.identify({{email: '{email}'}})")
        visit.page.evaluate(f"klaviyo.track('{metric}')")
    events = visit.heard("events", 2)
    emails = {profile["id"]: profile["email"] for profile in visit.klaviyo()["profiles"]}
    assert [(event["metric"], emails[event["profile_id"]]) for event in events] == [
        ("First", ADA),
        ("Second", BEA),
    ]


def test_who_is_no_longer_known_waits_to_be_known_again(visit):
    load(visit)
    visit.page.evaluate(f"klaviyo.identify({{email: '{ADA}'}})")
    visit.heard("profiles", 1)
    visit.app.test_client().delete("/klaviyo/_sandbox/state")
    visit.page.evaluate("klaviyo.track('First')")
    assert visit.waiting() == ["First"]
    assert visit.page.evaluate("klaviyo.isIdentified()") is False

    visit.page.evaluate(f"klaviyo.identify({{email: '{ADA}'}})")

    assert visit.metrics(1) == ["First"]
    assert all("400" in complaint for complaint in visit.complaints)  # Chromium says so
    visit.complaints.clear()


def test_what_was_viewed_is_in_the_profile_the_newest_first(visit):
    load(visit, QUEUED)
    for item in ("a", "b", "a"):
        visit.page.evaluate(f"klaviyo.trackViewedItem({{Title: 'A lamp', ItemId: '{item}'}})")
    [profile] = visit.heard("profiles", 1)
    items = profile["properties"]["$viewed_items"]
    assert [item["ItemId"] for item in items] == ["a", "b"]
