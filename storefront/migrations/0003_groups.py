"""Marketers and operators see what the pages of a shop tell."""

from __future__ import annotations

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

GROUPS = ("Marketer", "Operator")
CODENAMES = ("view_sighting", "view_browserevent")


def grant(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give the permissions. They are made after all migrations, and needed now."""
    config = apps.get_app_config("storefront")
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
    return permissions.filter(content_type__app_label="storefront", codename__in=CODENAMES)


class Migration(migrations.Migration):
    dependencies = [
        ("storefront", "0002_browser_events"),
        ("integration", "0002_groups"),
    ]

    operations = [migrations.RunPython(grant, take_back)]
