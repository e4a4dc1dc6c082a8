"""What the tests of the admin share."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Model
from django.test import Client
from django.urls import reverse


def sign_in(client: Client, *codenames: str, group: str = "") -> Client:
    """Sign somebody in who is in a group, or has only these permissions."""
    user = User.objects.create_user("somebody", password="x", is_staff=True)
    if group:
        user.groups.add(Group.objects.get(name=group))
    ours = Permission.objects.filter(content_type__app_label="backinstock")
    user.user_permissions.add(*ours.filter(codename__in=codenames))
    client.force_login(user)
    return client


def page(thing: Model, name: str = "change") -> str:
    """Return the address of a row's page, or of what can be done with it."""
    return reverse(f"admin:backinstock_{thing._meta.model_name}_{name}", args=[thing.pk])


def listed(model: str, filters: str = "") -> str:
    """Return the address of a list."""
    return reverse(f"admin:backinstock_{model}_changelist") + filters


def shown(response) -> str:
    """Return the page without its line breaks."""
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def rows(response) -> list[str]:
    """Return what the lines of a list are."""
    assert response.status_code == 200
    return [str(row) for row in response.context["cl"].result_list]
