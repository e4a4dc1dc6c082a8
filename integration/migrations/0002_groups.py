"""The groups Marketer and Operator, with what each may do."""

from __future__ import annotations

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SEES = ("store", "connection", "inboundmessage", "delivery", "failedevent", "jobrun")
MARKETER = [
    *(f"view_{model}" for model in SEES),
    "change_failedevent",
    "retry_failedevent",
    "discard_failedevent",
]
OPERATOR = [*MARKETER, "add_store", "change_store", "add_connection", "change_connection"]


def create(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the groups. Permissions are made after all migrations; these are needed now."""
    for label in ("integration", "django_rq"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
        config.models_module = None

    group_model = apps.get_model("auth", "Group")
    permissions = apps.get_model("auth", "Permission").objects
    ours = permissions.filter(content_type__app_label="integration")
    queues = permissions.filter(content_type__app_label="django_rq", codename="admin")
    for name, codenames in (("Marketer", MARKETER), ("Operator", OPERATOR)):
        group, _ = group_model.objects.get_or_create(name=name)
        group.permissions.add(*ours.filter(codename__in=codenames))
    group_model.objects.get(name="Operator").permissions.add(*queues)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Remove the groups."""
    apps.get_model("auth", "Group").objects.filter(name__in=["Marketer", "Operator"]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("integration", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("django_rq", "0003_alter_dashboard_permission_names"),
    ]

    operations = [migrations.RunPython(create, remove)]
