"""Imports: runs with a report, jobs on the other side, tokens for the API."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def give_ids(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each run that there is an id of its own."""
    for run in apps.get_model("integration", "JobRun").objects.all().iterator():
        run.public_id = uuid.uuid4()
        run.save(update_fields=["public_id"])


class Migration(migrations.Migration):
    dependencies = [
        ("integration", "0004_overtaken"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="What it is for, for example “Nightly import of our ERP”.",
                        max_length=100,
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("read", "See imports and their results"),
                            ("run", "Start and stop imports, too"),
                        ],
                        default="read",
                        max_length=10,
                    ),
                ),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("shown", models.CharField(editable=False, max_length=4, verbose_name="ends with")),
                (
                    "created",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "expires",
                    models.DateTimeField(
                        blank=True,
                        help_text="After this time it opens nothing. Empty: never.",
                        null=True,
                    ),
                ),
                ("last_used", models.DateTimeField(blank=True, editable=False, null=True)),
                ("revoked", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "verbose_name": "API token",
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="RemoteJob",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("operation", models.CharField(max_length=60)),
                ("external_id", models.CharField(max_length=200)),
                ("count", models.PositiveIntegerField()),
                ("packed", models.BinaryField()),
                ("as_of", models.DateTimeField()),
                ("newest_as_of", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("going", "Going on"), ("done", "Done"), ("lost", "Lost")],
                        default="going",
                        max_length=5,
                    ),
                ),
                ("looks", models.PositiveIntegerField(default=0)),
                ("not_before", models.DateTimeField(default=django.utils.timezone.now)),
                ("created", models.DateTimeField(default=django.utils.timezone.now)),
                ("finished", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AlterModelOptions(
            name="jobrun",
            options={
                "ordering": ("-id",),
                "permissions": (("run_jobrun", "Can start and stop imports"),),
            },
        ),
        migrations.AddField(
            model_name="delivery",
            name="row",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="failedevent",
            name="row",
            field=models.CharField(blank=True, max_length=300, verbose_name="row"),
        ),
        migrations.AddField(
            model_name="jobrun",
            name="accepted",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="jobrun",
            name="claims",
            field=models.PositiveIntegerField(default=0),
        ),
        # Each run its own, so in three steps: empty, filled, unique.
        migrations.AddField(
            model_name="jobrun",
            name="public_id",
            field=models.UUIDField(default=None, editable=False, null=True),
        ),
        migrations.RunPython(give_ids, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="jobrun",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddField(
            model_name="jobrun",
            name="left",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="jobrun",
            name="report",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="jobrun",
            name="started_with",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="jobrun",
            name="tries",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="jobrun",
            name="wait_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="jobrun",
            name="worked",
            field=models.FloatField(default=0),
        ),
        migrations.AlterField(
            model_name="failedevent",
            name="resolution",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("retried", "Retried"),
                    ("discarded", "Discarded"),
                    ("overtaken", "Overtaken"),
                    ("noted", "Only noted"),
                ],
                default="open",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="failedevent",
            index=models.Index(
                condition=models.Q(("run__isnull", False)),
                fields=["run", "id"],
                name="failure_by_run",
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="stores",
            field=models.ManyToManyField(
                help_text="The stores that it may be used for.",
                related_name="tokens",
                to="integration.store",
            ),
        ),
        migrations.AddField(
            model_name="remotejob",
            name="connection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="remote_jobs",
                to="integration.connection",
            ),
        ),
        migrations.AddField(
            model_name="remotejob",
            name="run",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="remote_jobs",
                to="integration.jobrun",
            ),
        ),
        migrations.AddIndex(
            model_name="remotejob",
            index=models.Index(
                condition=models.Q(("state", "going")), fields=["not_before"], name="remote_job_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="remotejob",
            constraint=models.UniqueConstraint(
                fields=("connection", "operation", "external_id"), name="one_row_per_remote_job"
            ),
        ),
    ]
