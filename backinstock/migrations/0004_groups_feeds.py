"""Marketers see how product feeds are doing; operators keep them."""

from __future__ import annotations

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MARKETER = ["view_feed"]
OPERATOR = [*MARKETER, "add_feed", "change_feed", "delete_feed"]


def grant(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give the permissions. They are made after all migrations, and needed now."""
    config = apps.get_app_config("backinstock")
    config.models_module = True
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    config.models_module = None
    for name, codenames in (("Marketer", MARKETER), ("Operator", OPERATOR)):
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*_permissions(apps, codenames))


def take_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take them away again."""
    for group in apps.get_model("auth", "Group").objects.filter(name__in=["Marketer", "Operator"]):
        group.permissions.remove(*_permissions(apps, OPERATOR))


def _permissions(apps: Apps, codenames: list[str]):
    permissions = apps.get_model("auth", "Permission").objects
    return permissions.filter(content_type__app_label="backinstock", codename__in=codenames)


class Migration(migrations.Migration):
    dependencies = [
        ("backinstock", "0003_feeds_and_polls"),
    ]

    operations = [migrations.RunPython(grant, take_back)]
