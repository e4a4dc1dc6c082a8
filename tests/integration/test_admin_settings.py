"""The settings of a store as a form, and the page where types of message are switched."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils.html import escape

from integration import jobs, registry
from integration.admin.settings_schema import leaves
from integration.models import InboundMessage, Store
from integration.pipeline import inbox
from tests.integration.samples import customer_created

OFF = sorted(registry.complete_settings({})["messages"]["off"])


@pytest.fixture
def operator(db, client):
    return sign_in(client, "Operator")


@pytest.fixture
def marketer(db, client):
    return sign_in(client, "Marketer")


def sign_in(client, group: str):
    user = User.objects.create_user(group, password="x", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    return client


def page(store: Store) -> str:
    return reverse("admin:integration_store_change", args=[store.id])


def types_page(store: Store) -> str:
    return reverse("admin:integration_store_message_types", args=[store.id])


def as_sent(client, store: Store, **changes: object) -> dict:
    """Return what a browser would post from the store's page."""
    form = client.get(page(store)).context["adminform"].form
    sent = {"connections-TOTAL_FORMS": "0", "connections-INITIAL_FORMS": "0"}
    for name in form.fields:
        bound = form[name]
        value = bound.field.prepare_value(bound.initial)
        if isinstance(value, bool):
            value = "on" if value else None
        sent[name] = value
    changed = {**sent, **{f"settings/{path}": value for path, value in changes.items()}}
    return {name: value for name, value in changed.items() if value is not None}


def save(client, store: Store, **changes: object):
    response = client.post(page(store), as_sent(client, store, **changes))
    store.refresh_from_db()
    return response


def refused(response) -> dict[str, list[str]]:
    assert response.status_code == 200
    return dict(response.context["adminform"].form.errors)


def test_every_setting_of_every_plugin_is_a_field_in_plain_words(operator, store):
    shown = operator.get(page(store)).content.decode()

    assert {leaf.path[0] for leaf in leaves()} == {
        *registry.settings_schema().document["properties"]
    } - {"messages"}
    for leaf in leaves():
        assert f'name="{leaf.name}"' in shown
        assert escape(leaf.label) in shown
    assert "Placed Order: Name in Klaviyo" in shown
    assert "An order was imported (OrderImported)" in shown
    assert "With {slug}, {id}, {sku} and {locale}" in shown


def test_saving_without_a_change_stores_nothing(operator, store):
    assert save(operator, store).status_code == 302
    assert store.settings == {}


def test_what_differs_from_the_default_is_stored_and_nothing_else(operator, store):
    response = save(
        operator,
        store,
        **{
            "links/product": "https://shop.storewire-demo.com/{slug}",
            "metrics/cancelled_order/enabled": None,
            "catalog/unpublished": "hide",
            "order/states/fulfilled": ["Complete"],
            "order/states/cancelled": [],
            "properties/order/exclude": "origin\n\n version \norigin",
            "properties/customer/rename": "loyaltyTier = Loyalty\n club=Club = A",
        },
    )

    assert response.status_code == 302
    assert store.settings == {
        "links": {"product": "https://shop.storewire-demo.com/{slug}"},
        "metrics": {"cancelled_order": {"enabled": False}},
        "catalog": {"unpublished": "hide"},
        "order": {"states": {"fulfilled": ["Complete"], "cancelled": []}},
        "properties": {
            "order": {"exclude": ["origin", "version"]},
            "customer": {"rename": {"loyaltyTier": "Loyalty", "club": "Club = A"}},
        },
    }
    before = dict(store.settings)
    assert save(operator, store).status_code == 302
    assert store.settings == before


def test_what_is_set_back_to_the_default_is_not_stored_any_more(operator, store):
    store.settings = {"catalog": {"unpublished": "hide"}, "messages": {"off": ["OrderCreated"]}}
    store.save()

    save(operator, store, **{"catalog/unpublished": "delete"})

    assert store.settings == {"messages": {"off": ["OrderCreated"]}}


@pytest.mark.parametrize(
    ("path", "written", "said"),
    [
        ("links/product", "shop.storewire-demo.com", "for example https://www.my-shop.com"),
        ("price/currency", "euro", "Three letters"),
        ("metrics/placed_order/name", "", "Write for example Placed Order."),
        ("metrics/placed_order/name", "x" * 128, "127 characters at most"),
        ("catalog/unpublished", "burn", "Choose one of these: delete, hide."),
        ("order/states/placed", ["Lost"], "Choose one of these: Open, Confirmed"),
        ("properties/customer/rename", "a = A\nb", "Line 2: write it like loyaltyTier = Loyalty."),
        ("properties/customer/rename", "a = A\na = B", "Line 2: “a” has a line already."),
    ],
)
def test_a_wrong_setting_is_refused_at_its_field(operator, store, path, written, said):
    response = save(operator, store, **{path: written})

    errors = refused(response)
    assert list(errors) == [f"settings/{path}"]
    assert errors[f"settings/{path}"][0].startswith(f"settings/{path}: ")
    assert said in errors[f"settings/{path}"][0]
    assert said in response.content.decode()
    assert store.settings == {}


def test_the_section_of_what_was_refused_is_unfolded_and_no_other(operator, store):
    response = save(operator, store, **{"metrics/placed_order/name": ""})

    folded = {part.name: part.is_collapsible for part in response.context["adminform"]}
    assert (folded["Events"], folded["Links"], folded["Orders"]) == (False, True, True)


def test_what_the_database_cannot_hold_is_kept_from_it(operator, store):
    save(operator, store, **{"properties/customer/rename": "a\0 = B", "price/currency": "\0"})

    assert store.settings == {}


def test_a_new_store_is_asked_for_no_settings(operator):
    shown = operator.get(reverse("admin:integration_store_add")).content.decode()

    assert 'name="settings/' not in shown


def test_the_page_warns_while_products_have_no_link(operator, store):
    assert "Products have no link in Klaviyo yet" in operator.get(page(store)).content.decode()

    save(operator, store, **{"links/product": "https://shop.storewire-demo.com/{slug}"})

    assert "Products have no link" not in operator.get(page(store)).content.decode()


def test_a_marketer_reads_the_settings_in_words_and_cannot_change_them(marketer, store):
    store.settings = {"properties": {"customer": {"rename": {"tier": "<b>Loyalty</b>"}}}}
    store.save()

    shown = marketer.get(page(store)).content.decode()

    assert "tier = &lt;b&gt;Loyalty&lt;/b&gt;" in shown
    assert "<b>Loyalty</b>" not in shown
    assert 'name="settings/' not in shown
    assert marketer.post(page(store), {"name": "x"}).status_code == 403


def test_engineers_see_the_settings_as_json(operator, store):
    store.settings = {"catalog": {"unpublished": "hide"}}
    store.save()

    shown = operator.get(page(store)).content.decode()

    assert "&quot;unpublished&quot;: &quot;hide&quot;" in shown
    assert 'name="settings"' not in shown


def test_the_page_says_in_words_whether_notifications_arrive(operator, store, shop):
    assert "Not asked yet." in operator.get(page(store)).content.decode()

    shop.health = {
        "status": "ConfigurationError",
        "words": "The shop cannot <deliver>.",
        "checked_at": "2026-11-21T10:30:00+00:00",
    }
    shop.save()

    shown = operator.get(page(store)).content.decode()
    assert "Does not arrive" in shown
    assert "The shop cannot &lt;deliver&gt;." in shown
    assert "21 November, 10:30" in shown


def test_the_page_of_types_says_what_becomes_of_what(marketer, store, receive):
    receive(customer_created(), customer_created(2), {**customer_created(3), "type": "Invented<b>"})
    InboundMessage.objects.filter(resource_id="customer-2").update(state="ignored")

    response = marketer.get(types_page(store))
    shown = response.content.decode()

    for type_, handles in registry.sources()["commercetools"].handlers.items():
        assert handles.says in shown
        assert escape(handles.becomes) in shown
        assert type_ in shown
    for type_, reason in registry.sources()["commercetools"].ignored.items():
        assert type_ in shown
        assert escape(reason) in shown
    assert "Invented&lt;b&gt;" in shown
    signed_up = response.context["tables"][0].handled[0]
    assert [(figure.words, figure.count) for figure in signed_up.figures] == [
        ("Ignored", 1),
        ("Waiting", 1),
    ]
    listed = marketer.get(signed_up.figures[0].address)
    assert [message.resource_id for message in listed.context["cl"].result_list] == ["customer-2"]


def test_every_figure_leads_to_the_messages_it_counts(marketer, store, receive, shop):
    receive(customer_created(), {**customer_created(3), "type": "Invented & more"})
    inbox.receive(shop, {}, b"not json")

    table = marketer.get(types_page(store)).context["tables"][0]

    assert [line.type for line in table.strange] == ["", "Invented & more"]
    for line in (*table.handled[:1], *table.strange):
        (figure,) = line.figures
        found = marketer.get(figure.address).context["cl"].result_list
        assert [message.type for message in found] == [line.type]


def test_types_that_are_off_by_default_are_shown_off(marketer, store):
    table = marketer.get(types_page(store)).context["tables"][0]

    assert sorted(line.type for line in table.handled if not line.is_on) == OFF


def switches(client, store: Store, *, off: set[str] = frozenset(), on: set[str] = frozenset()):
    """Post the page as a browser would, with these switched."""
    lines = client.get(types_page(store)).context["tables"][0].handled
    is_on = {line.type for line in lines if line.is_on}
    sent = {"shown": [line.type for line in lines], "on": sorted((is_on - off) | on)}
    response = client.post(types_page(store), sent, follow=True)
    store.refresh_from_db()
    return response


def test_an_operator_switches_types_and_nothing_is_rung(operator, store, monkeypatch):
    def ring(*args: object) -> None:
        pytest.fail("rang")

    monkeypatch.setattr(jobs, "sweep", ring)
    monkeypatch.setattr(jobs, "ring", ring)
    store.settings = {"catalog": {"unpublished": "hide"}}
    store.save()

    shown = switches(operator, store, off={"OrderCreated"}, on={OFF[0]}).content.decode()

    assert store.settings == {
        "catalog": {"unpublished": "hide"},
        "messages": {"off": sorted({*OFF, "OrderCreated"} - {OFF[0]})},
    }
    assert "Switched off: An order was placed." in shown
    assert "Switched on: An order was shipped or delivered." in shown

    switches(operator, store, on={"OrderCreated"}, off={OFF[0]})
    assert store.settings == {"catalog": {"unpublished": "hide"}}


def test_a_type_that_the_page_did_not_show_stays_as_it_is(operator, store):
    store.settings = {"messages": {"off": ["OrderCreated"]}}
    store.save()

    operator.post(types_page(store), {"shown": ["CustomerCreated", "Invented"], "on": ["Invented"]})

    store.refresh_from_db()
    assert store.settings == {"messages": {"off": ["CustomerCreated", "OrderCreated"]}}


def test_a_marketer_sees_the_switches_and_cannot_switch(marketer, store):
    shown = marketer.get(types_page(store)).content.decode()
    assert "disabled" in shown
    assert ">Save</button>" not in shown

    response = marketer.post(types_page(store), {"shown": ["OrderCreated"]})

    assert response.status_code == 403
    store.refresh_from_db()
    assert store.settings == {}


def test_looking_at_the_types_changes_nothing(operator, store):
    operator.get(types_page(store), {"shown": "OrderCreated"})

    store.refresh_from_db()
    assert store.settings == {}


def test_what_is_switched_off_becomes_nothing(operator, store, receive, process):
    switches(operator, store, off={"CustomerCreated"})
    receive(customer_created())
    process()

    assert InboundMessage.objects.get().state == "ignored"


def test_a_store_without_a_shop_says_what_to_do(operator, store, shop):
    shop.delete()

    assert "No shop is connected" in operator.get(types_page(store)).content.decode()


def test_choices_are_told_in_words_and_numbers_with_their_units(operator, store):
    form = operator.get(page(store)).context["adminform"].form

    mirror = form.fields["settings/back_in_stock/mirror"]
    assert mirror.choices[2] == ("instead", "Used instead: Storewire alerts nobody")
    wait = form.fields["settings/back_in_stock/wave_minutes"]
    assert wait.label == "Then wait (minutes)"
    assert wait.help_text.endswith("Unless you change it: 60 minutes.")


def test_what_was_chosen_is_read_in_words_and_with_its_unit(marketer, store):
    store.settings = {"back_in_stock": {"mirror": "also", "wave_minutes": 1}}
    store.save()

    shown = " ".join(marketer.get(page(store)).content.decode().split())

    assert "Gets every sign-up, too: both alert people" in shown
    assert 'Then wait (minutes)</th><td>1 <small class="sw-small">chosen here' in shown


@pytest.mark.parametrize(
    ("path", "written", "said"),
    [
        ("back_in_stock/mirror", "burn", "Choose one of these: Not used: Storewire alerts"),
        ("back_in_stock/wave_minutes", "0", "less than the minimum of 1"),
        ("back_in_stock/newsletter_text", "en", "write it like en = Send me news."),
    ],
)
def test_a_wrong_choice_is_refused_in_its_own_words(operator, store, path, written, said):
    errors = refused(save(operator, store, **{path: written}))

    assert list(errors) == [f"settings/{path}"]
    assert said in errors[f"settings/{path}"][0]
    assert store.settings == {}
