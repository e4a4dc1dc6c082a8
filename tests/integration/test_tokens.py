"""Tokens for the API, in the admin."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from integration.models import ApiToken, Store
from tests.integration.scripts import browser, token

LIST = "admin:integration_apitoken_changelist"


def sign_in(client: Client, group: str) -> Client:
    user = User.objects.create_user(group, password="x", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    return client


@pytest.fixture
def operator(db, client) -> Client:
    return sign_in(client, "Operator")


@pytest.fixture
def shop(db) -> Store:
    return Store.objects.create(slug="shop", name="Shop")


def page(made: ApiToken) -> str:
    return reverse("admin:integration_apitoken_change", args=[made.id])


def test_a_new_token_is_shown_once_and_opens_the_door(operator, shop):
    filled = {"name": "ERP", "stores": [shop.id], "scope": "read"}

    shown = operator.post(
        reverse("admin:integration_apitoken_add"), filled, follow=True
    ).content.decode()

    secret = re.search(r"sw_[\w-]{43}", shown)[0]
    made = ApiToken.objects.get()
    assert ApiToken.objects.find(secret) == made
    assert made.created_by.username == "Operator"
    assert browser(secret).get("/sync/status").status_code == 200
    for address in (reverse(LIST), page(made)):
        again = operator.get(address).content.decode()
        assert secret not in again
        assert made.digest not in again
        assert secret[-4:] in again


def test_a_change_keeps_the_secret(operator, shop):
    secret = token(shop)
    made = ApiToken.objects.get()

    filled = {"name": "Other", "stores": [shop.id], "scope": "read"}
    shown = operator.post(page(made), filled, follow=True).content.decode()

    assert "sw_" not in shown
    found = ApiToken.objects.find(secret)
    assert (found.name, found.scope) == ("Other", "read")


def test_revoking_asks_first_and_cannot_be_undone(operator, shop):
    secret = token(shop)
    made = ApiToken.objects.get()
    address = reverse("admin:integration_apitoken_revoke", args=[made.id])

    assert "This cannot be undone" in operator.get(address).content.decode()
    assert browser(secret).get("/sync/status").status_code == 200

    operator.post(address)
    assert browser(secret).get("/sync/status").status_code == 401
    filled = {"name": "ERP", "stores": [shop.id], "scope": "run"}
    assert operator.post(page(made), filled).status_code == 403


def test_the_list_says_which_ones_open_something(operator, shop):
    token(shop)
    assert "Works" in operator.get(reverse(LIST)).content.decode()

    ApiToken.objects.update(expires=now() - timedelta(seconds=1))
    assert "Expired" in operator.get(reverse(LIST)).content.decode()

    ApiToken.objects.update(revoked=now())
    assert "Revoked" in operator.get(reverse(LIST)).content.decode()


def test_nobody_deletes_a_token(admin_client, shop):
    token(shop)
    made = ApiToken.objects.get()

    address = reverse("admin:integration_apitoken_delete", args=[made.id])
    assert admin_client.post(address, {"post": "yes"}).status_code == 403
    assert ApiToken.objects.exists()


def test_tokens_are_not_for_marketers(db, client, shop):
    token(shop)
    marketer = sign_in(client, "Marketer")

    assert marketer.get(reverse(LIST)).status_code == 403
    assert marketer.get(reverse("admin:integration_apitoken_add")).status_code == 403
    revoke = reverse("admin:integration_apitoken_revoke", args=[ApiToken.objects.get().id])
    assert marketer.post(revoke).status_code == 403
    assert ApiToken.objects.get().revoked is None


def test_marketers_and_operators_may_run_imports(db):
    for name in ("Marketer", "Operator"):
        assert Group.objects.get(name=name).permissions.filter(codename="run_jobrun").exists()
