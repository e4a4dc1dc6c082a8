"""Messages in the admin: in words, why they were left alone, previewed, sent again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from integration.admin.message_filters import WhyFilter
from integration.models import Delivery, InboundMessage
from integration.pipeline import inbox
from tests.integration.samples import customer_created, order_created

LIST = "admin:integration_inboundmessage_changelist"
WITHOUT_BUYER = {"customerEmail": None, "customerId": None}


@pytest.fixture
def marketer(db, client):
    user = User.objects.create_user("marketer", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name="Marketer"))
    client.force_login(user)
    return client


@pytest.fixture
def reader(db, client):
    user = User.objects.create_user("reader", password="x", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_inboundmessage"))
    client.force_login(user)
    return client


def address(name: str, message: InboundMessage) -> str:
    return reverse(f"admin:integration_inboundmessage_{name}", args=[message.id])


def listed(client, **filters: str) -> list[InboundMessage]:
    response = client.get(reverse(LIST), filters)
    assert response.status_code == 200
    return list(response.context["cl"].result_list)


def choose(client, *messages: InboundMessage, **sent: str):
    chosen = {"action": "process_again", "_selected_action": [m.id for m in messages], **sent}
    return client.post(reverse(LIST), chosen, follow=True)


def leave_alone(reason: str, count: int, shop, state: str = "ignored", days_ago: int = 0) -> None:
    InboundMessage.objects.bulk_create(
        InboundMessage(
            connection=shop,
            dedupe_key=f"{reason} {number} {days_ago}",
            type="CustomerCreated",
            state=state,
            error=reason,
            payload={},
            received_at=now() - timedelta(days=days_ago),
        )
        for number in range(count)
    )


def filter_why(response) -> WhyFilter:
    specs = response.context["cl"].filter_specs
    return next(spec for spec in specs if isinstance(spec, WhyFilter))


# The list ---------------------------------------------------------------------------------------


def test_messages_are_told_in_words_with_the_type_beside_them(marketer, receive):
    receive(customer_created(), {**customer_created(2), "type": "<i>Invented</i>"})

    shown = marketer.get(reverse(LIST)).content.decode()

    assert 'A customer signed up <small class="sw-small">CustomerCreated</small>' in shown
    assert "&lt;i&gt;Invented&lt;/i&gt;" in shown
    assert "<i>Invented</i>" not in shown
    assert "An order was placed (OrderCreated)" in shown


def test_the_reasons_are_listed_with_their_counts_the_most_frequent_first(marketer, shop):
    leave_alone("Rare <b>reason</b>.", 1, shop, state="unknown")
    leave_alone("Frequent.", 3, shop)
    leave_alone("Long ago.", 5, shop, days_ago=31)
    leave_alone("No reason at all.", 4, shop, state="done")

    response = marketer.get(reverse(LIST))

    why = filter_why(response)
    assert [words for _, words in why.lookup_choices] == [
        "Frequent. (3)",
        "Rare <b>reason</b>. (1)",
    ]
    assert "Rare &lt;b&gt;reason&lt;/b&gt;. (1)" in response.content.decode()
    assert "Rare <b>" not in response.content.decode()


def test_a_reason_can_be_chosen_together_with_other_filters(marketer, shop):
    leave_alone("One.", 2, shop)
    leave_alone("Other.", 1, shop)
    leave_alone("One.", 1, shop, state="unknown", days_ago=3)

    assert len(listed(marketer, why="One.")) == 3
    assert len(listed(marketer, why="One.", state__exact="unknown")) == 1
    assert len(listed(marketer, why="One.", type="CustomerCreated")) == 3
    assert listed(marketer, why="One.", type="OrderCreated") == []
    assert listed(marketer, why="Nobody said this.") == []


def test_twenty_reasons_at_most_are_listed_by_one_query(marketer, shop):
    for number in range(25):
        leave_alone(f"Reason {number:02}.", 1 + (number == 24), shop)

    with CaptureQueriesContext(database) as queries:
        response = marketer.get(reverse(LIST))

    why = filter_why(response)
    assert len(why.lookup_choices) == 20
    assert why.lookup_choices[0] == ("Reason 24.", "Reason 24. (2)")
    (grouped,) = [query["sql"] for query in queries if "GROUP BY" in query["sql"]]
    assert "LIMIT 20" in grouped
    assert grouped.count("LIMIT 10000") == 2


# Preview ----------------------------------------------------------------------------------------


def test_a_preview_shows_the_message_beside_every_request_and_sends_nothing(
    marketer, store, sandbox, happen, receive
):
    receive(happen("OrderCreated"))
    message = InboundMessage.objects.get()

    shown = marketer.get(address("preview", message)).content.decode()

    assert "An order was placed" in shown
    assert "Event “Placed Order”" in shown
    assert "Event “Ordered Product”" in shown
    assert "POST /api/events" in shown
    assert "&quot;orderNumber&quot;" in shown
    message.refresh_from_db()
    assert (message.state, message.claims) == ("new", 0)
    assert not Delivery.objects.exists()
    assert sandbox.requests() == []


def test_a_preview_shows_what_is_left_out_and_what_would_be_refused(marketer, store, receive):
    wrong = customer_created(email="not an address")
    wrong["customer"]["addresses"][1]["mobile"] = "call me"
    receive(wrong)

    shown = marketer.get(address("preview", InboundMessage.objects.get())).content.decode()

    assert "The profile is created, or updated" in shown
    assert "The phone number was left out" in shown
    assert "It would be refused, and wait as a failed event" in shown
    assert "/data/attributes/email" in shown


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (order_created(**WITHOUT_BUYER), "e-mail"),
        ({**customer_created(), "type": "Invented"}, "Nothing is made of “Invented” messages."),
        ({**order_created(), "type": "OrderDeleted"}, "stays in the history"),
    ],
)
def test_a_preview_says_why_nothing_is_sent(marketer, store, receive, payload, reason):
    receive(payload)

    shown = marketer.get(address("preview", InboundMessage.objects.get())).content.decode()

    assert "Nothing is sent: " in shown
    assert reason in shown


def test_a_preview_of_a_type_that_is_off_says_so(marketer, store, receive):
    store.settings = {"messages": {"off": ["CustomerCreated"]}}
    store.save()
    receive(customer_created())

    shown = marketer.get(address("preview", InboundMessage.objects.get())).content.decode()

    assert "This type of message is switched off for the store." in shown


def test_a_preview_while_the_shop_fails_says_so_in_words(marketer, store, sandbox, happen, receive):
    receive({**happen("OrderCreated"), "order": None})
    sandbox.fail("503", side="commercetools")

    response = marketer.get(address("preview", InboundMessage.objects.get()))

    assert response.status_code == 200
    assert "Nothing is sent: " in response.content.decode()


def test_a_preview_of_what_was_not_understood_says_so(marketer, shop):
    inbox.receive(shop, {}, b"<script>")

    shown = marketer.get(address("preview", InboundMessage.objects.get())).content.decode()

    assert "The body is not JSON." in shown
    assert "It could not be understood" in shown


def test_a_preview_escapes_what_somebody_wrote(marketer, store, receive):
    receive(customer_created(firstName="<script>alert(1)</script>"))

    shown = marketer.get(address("preview", InboundMessage.objects.get())).content.decode()

    assert "<script>alert(1)" not in shown
    assert shown.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3


def test_a_preview_is_for_those_who_may_see_messages(client, shop, receive):
    receive(customer_created())
    client.force_login(User.objects.create_user("guest", password="x", is_staff=True))

    assert client.get(address("preview", InboundMessage.objects.get())).status_code == 403


# Send again -------------------------------------------------------------------------------------


def test_send_again_asks_before_and_says_what_klaviyo_does(marketer, store, receive, work):
    receive(order_created())
    work()
    message = InboundMessage.objects.get()
    assert message.state == "done"

    shown = marketer.get(address("send_again", message)).content.decode()

    assert "It was done already." in shown
    assert "Klaviyo keeps the first event of an order" in shown
    message.refresh_from_db()
    assert (message.state, message.resends) == ("done", 0)


def test_send_again_queues_and_what_was_sent_goes_out_once_more(
    marketer, store, sandbox, receive, work
):
    receive(customer_created())
    work()
    message = InboundMessage.objects.get()

    response = marketer.post(address("send_again", message), follow=True)

    assert response.redirect_chain == [(address("change", message), 302)]
    assert "1 queued again; what is made of them shows here soon" in response.content.decode()
    message.refresh_from_db()
    assert (message.state, message.resends) == ("new", 1)
    before = len(sandbox.requests())
    work()
    assert len(sandbox.requests()) == before + 1


def test_what_waits_already_is_not_queued_twice(marketer, store, receive):
    receive(customer_created())
    message = InboundMessage.objects.get()

    shown = marketer.post(address("send_again", message), follow=True).content.decode()

    assert "It waits to be processed already." in shown
    assert "queued again" not in shown
    message.refresh_from_db()
    assert message.resends == 0


def test_without_the_permission_nothing_is_sent_again(reader, store, receive, work):
    receive(customer_created())
    work()
    message = InboundMessage.objects.get()

    assert "Send again" not in reader.get(address("change", message)).content.decode()
    assert reader.get(address("send_again", message)).status_code == 403
    assert reader.post(address("send_again", message)).status_code == 403
    choose(reader, message, confirmed="1")
    message.refresh_from_db()
    assert (message.state, message.resends) == ("done", 0)


def test_several_are_sent_again_at_once_if_none_was_done(marketer, shop, receive):
    receive(customer_created(1), customer_created(2))
    InboundMessage.objects.update(state="failed")

    shown = choose(marketer, *InboundMessage.objects.all()).content.decode()

    assert "2 queued again" in shown
    assert set(InboundMessage.objects.values_list("state", flat=True)) == {"new"}


def test_several_of_which_one_was_done_are_asked_about(marketer, shop, receive):
    receive(customer_created(1), customer_created(2))
    InboundMessage.objects.update(state="ignored")
    InboundMessage.objects.filter(resource_id="customer-1").update(state="done")
    messages = list(InboundMessage.objects.all())

    asked = choose(marketer, *messages).content.decode()
    assert "1 of them was done already." in asked
    assert "Klaviyo keeps the first event of an order" in asked
    assert not InboundMessage.objects.filter(state="new").exists()
    for message in messages:
        assert f'name="_selected_action" value="{message.id}"' in asked

    shown = choose(marketer, *messages, confirmed="1").content.decode()
    assert "2 queued again" in shown
    assert InboundMessage.objects.filter(state="new", resends=1).count() == 2


def test_too_many_at_once_are_refused_with_words(marketer, shop, receive, monkeypatch):
    monkeypatch.setattr("integration.admin.sending_again.MOST", 1)
    receive(customer_created(1), customer_created(2))
    InboundMessage.objects.update(state="failed")

    shown = choose(marketer, *InboundMessage.objects.all()).content.decode()

    assert "Choose 1 messages at most, then the next ones." in shown
    assert not InboundMessage.objects.filter(state="new").exists()


@pytest.mark.parametrize("name", ["preview", "send_again"])
def test_a_message_that_is_not_there_is_404(marketer, name: str):
    nowhere = reverse(f"admin:integration_inboundmessage_{name}", args=["nothing"])

    assert marketer.get(nowhere).status_code == 404
