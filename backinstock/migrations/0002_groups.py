"""Marketers manage waiting lists, and operators do, too."""

from __future__ import annotations

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

GROUPS = ("Marketer", "Operator")
CODENAMES = [
    *(f"view_{model}" for model in ("stockitem", "signup", "restock", "alert", "optout")),
    "add_stockitem",  # import stock
    "change_stockitem",  # alert now, pause, resume, add stock by hand
    "add_signup",  # import a list
    "change_signup",  # take people off the list
    "delete_signup",  # erase a person
]


def grant(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give the permissions. They are made after all migrations, and needed now."""
    config = apps.get_app_config("backinstock")
    config.models_module = True
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    config.models_module = None
    for name in GROUPS:
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*_permissions(apps))


def take_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take them away again."""
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.remove(*_permissions(apps))


def _permissions(apps: Apps):
    permissions = apps.get_model("auth", "Permission").objects
    return permissions.filter(content_type__app_label="backinstock", codename__in=CODENAMES)


class Migration(migrations.Migration):
    dependencies = [
        ("backinstock", "0001_initial"),
        ("integration", "0002_groups"),
    ]

    operations = [migrations.RunPython(grant, take_back)]
