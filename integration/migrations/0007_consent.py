"""The ledger of consent."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("integration", "0006_groups_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "person",
                    models.CharField(
                        help_text="Tells this person from others, also when the address is "
                        "forgotten.",
                        max_length=64,
                        verbose_name="known by",
                    ),
                ),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="e-mail address"),
                ),
                (
                    "phone",
                    models.CharField(blank=True, max_length=20, verbose_name="phone number"),
                ),
                ("granted", models.BooleanField(verbose_name="agreed")),
                ("list_id", models.CharField(blank=True, max_length=40, verbose_name="list")),
                ("text", models.TextField(blank=True, verbose_name="what was shown")),
                ("where", models.CharField(blank=True, max_length=1000)),
                ("source", models.CharField(max_length=100, verbose_name="by way of")),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "created",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="written down"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="integration.store",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "indexes": [models.Index(fields=["store", "person"], name="consent_by_person")],
            },
        ),
    ]
