"""Who may see the ledger of consent."""

from __future__ import annotations

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SEES = "view_consent"
GROUPS = ("Marketer", "Operator")


def grant(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give the permission. It is made after all migrations, and needed now."""
    config = apps.get_app_config("integration")
    config.models_module = True
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    config.models_module = None
    for name in GROUPS:
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*_permissions(apps))


def take_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take it away again."""
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.remove(*_permissions(apps))


def _permissions(apps: Apps):
    permissions = apps.get_model("auth", "Permission").objects
    return permissions.filter(content_type__app_label="integration", codename=SEES)


class Migration(migrations.Migration):
    dependencies = [
        ("integration", "0007_consent"),
    ]

    operations = [migrations.RunPython(grant, take_back)]
