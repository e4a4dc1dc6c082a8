"""From a page to Klaviyo: what somebody did, once, in their name, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import requests
from django.utils.timezone import now

from integration.models import Connection, Delivery, InboundMessage
from tests.conftest import KEY, Sandbox
from tests.storefront.telling import ANNA, BEA, SHOP, identify, tell, viewed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages")]


def notes() -> list[str]:
    return [note for delivery in Delivery.objects.all() for note in delivery.notes]


def reasons() -> list[tuple[str, str]]:
    return list(InboundMessage.objects.order_by("id").values_list("state", "error"))


def test_what_somebody_looked_at_is_an_event_of_theirs(client, work, sandbox: Sandbox):
    answer = tell(client, viewed(id="e-1", age=60_000))
    work()

    assert (answer.status_code, answer.json()) == (202, {"accepted": 1, "refused": []})
    [profile] = sandbox.state()["profiles"]
    [event] = sandbox.state()["events"]
    assert profile["email"] == ANNA
    assert (event["metric"], event["unique_id"]) == ("Viewed Product", "e-1")
    assert event["profile_id"] == profile["id"]
    assert event["properties"]["ProductName"] == "Shoe"
    happened = datetime.fromisoformat(event["time"])
    assert timedelta(seconds=60) <= now() - happened < timedelta(seconds=75)


def test_a_message_is_kept_as_it_was_told(client, pages: Connection):
    tell(client, viewed(id="e-1", name="Spun the Wheel"))

    [message] = pages.messages.all()
    payload = message.payload
    assert (message.type, message.resource_type) == ("track", "visitor")
    assert message.resource_id == payload["who"]
    assert message.dedupe_key == f"Spun the Wheel:{payload['who']}:e-1"
    assert (payload["type"], payload["id"], payload["name"]) == ("track", "e-1", "Spun the Wheel")
    assert payload["person"] == {"email": ANNA}
    assert payload["page"] == f"{SHOP}/shoe"  # no parameters: they may say who it is
    assert len(payload["who"]) == 64
    assert ANNA not in payload["who"]


@pytest.mark.parametrize("page", ["https://evil.test/x", "javascript:alert(1)", "", "https://["])
def test_a_page_that_is_not_the_stores_is_not_kept(client, pages: Connection, page):
    assert tell(client, viewed(), page=page).status_code == 202

    assert "page" not in pages.messages.get().payload


def test_repeats_are_kept_once(client, work, pages: Connection, sandbox: Sandbox):
    event = viewed()

    answers = [tell(client, event, event).json(), tell(client, {**event, "age": 9000}).json()]
    work()

    assert answers == [{"accepted": 2, "refused": []}, {"accepted": 1, "refused": []}]
    assert pages.messages.count() == 1
    assert len(sandbox.state()["events"]) == 1


def test_two_visitors_with_the_same_event_id_have_an_event_each(client, work, sandbox: Sandbox):
    tell(client, viewed(id="cart-1"), viewed(id="cart-1", person={"email": BEA}))
    work()

    assert [event["unique_id"] for event in sandbox.state()["events"]] == ["cart-1", "cart-1"]
    assert len({event["profile_id"] for event in sandbox.state()["events"]}) == 2


def test_what_browser_and_server_tell_with_the_same_id_is_one_event(client, work, sandbox: Sandbox):
    tell(client, viewed(id="checkout-1", name="Started Checkout"))
    work()
    [before] = sandbox.state()["events"]
    metric = {"data": {"type": "metric", "attributes": {"name": "Started Checkout"}}}
    profile = {"data": {"type": "profile", "attributes": {"email": ANNA}}}
    event = {"metric": metric, "profile": profile, "unique_id": "checkout-1", "properties": {}}
    told = requests.post(
        f"{sandbox.url}/klaviyo/api/events",
        json={"data": {"type": "event", "attributes": event}},
        headers={"Authorization": f"Klaviyo-API-Key {KEY}", "revision": "2026-07-15"},
        timeout=5,
    )

    assert told.status_code == 202
    assert sandbox.state()["events"] == [before]
    assert sandbox.state()["counts"]["dropped_unique_ids"] == 1


def test_events_arrive_in_the_order_in_which_they_happened(client, work, sandbox: Sandbox):
    names = ["Viewed Category", "Viewed Product", "Added to Cart", "Started Checkout"]
    tell(client, *[viewed(name=name, age=4000 - 1000 * n) for n, name in enumerate(names)])
    work()

    events = sorted(sandbox.state()["events"], key=lambda event: event["time"])
    assert [event["metric"] for event in events] == names
    assert [m.payload["name"] for m in InboundMessage.objects.order_by("id")] == names


@pytest.mark.parametrize(
    ("age", "seconds"), [(0, 0), (-5000, 0), (1500.5, 1.5005), (90 * 86_400_000, 7 * 86_400)]
)
def test_when_it_happened_is_counted_back_from_when_it_came(client, pages, age, seconds):
    tell(client, viewed(age=age))

    payload = pages.messages.get().payload
    received = datetime.fromisoformat(payload["received_at"])
    assert received - datetime.fromisoformat(payload["occurred_at"]) == timedelta(seconds=seconds)
    assert abs(received - datetime.now(UTC)) < timedelta(seconds=30)


def test_a_value_is_a_number_in_the_stores_currency_or_its_own(client, work, sandbox: Sandbox):
    for number, properties in enumerate(
        [
            {"$value": 49.9},
            {"$value": 50, "Currency": "SEK"},
            {"$value": 1, "$value_currency": "USD", "Currency": "SEK"},
            {"$value": 2, "Currency": "kr"},
            {"$value": "49,90 €"},
            {"$value": True},
        ]
    ):
        tell(client, viewed(id=f"e-{number}", properties=properties))
    work()

    sent = [
        delivery.request["body"]["data"]["attributes"]
        for delivery in Delivery.objects.order_by("id")
    ]
    assert {one["unique_id"]: (one.get("value"), one.get("value_currency")) for one in sent} == {
        "e-0": (49.9, "EUR"),
        "e-1": (50, "SEK"),
        "e-2": (1, "USD"),
        "e-3": (2, "EUR"),
        "e-4": (None, None),
        "e-5": (None, None),
    }
    assert notes() == ["“$value” was left out: write it as a number, for example 49.9."] * 2
    assert all("$value" not in one["properties"] for one in sent)


def test_names_with_a_dollar_are_left_out_with_a_note(client, work, sandbox: Sandbox):
    tell(client, viewed(properties={"$event_id": "x", "$source": "ad", "ProductName": "Shoe"}))
    work()

    [event] = sandbox.state()["events"]
    assert event["properties"] == {"ProductName": "Shoe"}
    assert notes() == ["The field “$source” was left out: names with $ belong to Klaviyo."]


def test_scripts_in_a_name_stay_text(client, work, sandbox: Sandbox):
    name = "</script><img src=x onerror=alert(1)>"
    tell(client, viewed(properties={"ProductName": name}), identify(first_name=name))
    work()

    assert sandbox.state()["events"][0]["properties"]["ProductName"] == name
    assert sandbox.state()["profiles"][0]["first_name"] == name


def test_somebody_is_known_by_the_exchange_id_of_their_browser(client, work, sandbox: Sandbox):
    kx = exchange_id(sandbox, email=ANNA)

    tell(client, viewed(person={"exchange_id": kx}))
    tell(client, {**identify(properties={"Status": "Active"}), "person": {"exchange_id": kx}})
    work()

    [profile] = sandbox.state()["profiles"]
    assert [event["profile_id"] for event in sandbox.state()["events"]] == [profile["id"]]
    assert (profile["email"], profile["properties"]) == (ANNA, {"Status": "Active"})


def test_what_nobody_is_known_for_is_kept_while_debugging_and_goes_nowhere(client, work):
    answer = tell(client, viewed(id="e-1", person={}), debug=True)
    work()

    assert answer.status_code == 202
    assert reasons() == [("ignored", "Nobody knows yet who this was.")]
    tell(client, viewed(id="e-1"))  # they said who they are
    work()
    assert [state for state, _ in reasons()] == ["ignored", "done"]


def test_where_the_browser_sends_the_server_does_not(client, work, choose, sandbox: Sandbox):
    choose(send="browser")
    tell(client, viewed(), identify(first_name="Anna"), debug=True)
    work()

    assert reasons() == [("ignored", "This store's events go to Klaviyo from the browser.")] * 2
    assert sandbox.state()["profiles"] == []


def test_an_event_of_the_shops_own_goes_on_where_the_store_wants_it(
    client, work, choose, sandbox: Sandbox
):
    tell(client, viewed(name="Spun the Wheel"))
    work()
    assert reasons() == [
        (
            "ignored",
            "“Spun the Wheel” is not among the store's own events. If you want it, add it in the "
            "store's settings, under Storefront.",
        )
    ]

    choose(own_events=["Spun the Wheel"])
    tell(client, viewed(name="Spun the Wheel"))
    work()
    assert [event["metric"] for event in sandbox.state()["events"]] == ["Spun the Wheel"]


def test_an_event_that_is_switched_off_goes_nowhere(client, work, store, sandbox: Sandbox):
    store.settings = {"messages": {"off": ["Viewed Product"]}}
    store.save()
    tell(client, viewed(), viewed(name="Searched Site"))
    work()

    assert [event["metric"] for event in sandbox.state()["events"]] == ["Searched Site"]


def exchange_id(sandbox: Sandbox, **attributes: str) -> str:
    """Somebody says in their browser who they are. Return the mark that Klaviyo gives it."""
    answer = requests.post(
        f"{sandbox.url}/klaviyo/client/profiles?company_id=SANDBX",
        json={"data": {"type": "profile", "attributes": attributes}},
        headers={"revision": "2026-07-15"},
        timeout=5,
    )
    assert answer.ok, answer.text
    return answer.json()["exchange_id"]
