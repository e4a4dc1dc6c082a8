from django.db import migrations, models

TO_JSON = """
    ALTER TABLE integration_delivery ALTER COLUMN after TYPE jsonb USING to_jsonb(after)
"""
# A type cannot be changed by a query, so the values are written over into a new column.
TO_ARRAY = """
    ALTER TABLE integration_delivery RENAME COLUMN after TO after_json;
    ALTER TABLE integration_delivery ADD COLUMN after text[] NOT NULL DEFAULT '{}';
    UPDATE integration_delivery SET after = ARRAY(SELECT jsonb_array_elements_text(after_json))
    WHERE after_json <> '[]';
    ALTER TABLE integration_delivery ALTER COLUMN after DROP DEFAULT;
    ALTER TABLE integration_delivery DROP COLUMN after_json;
"""


class Migration(migrations.Migration):
    dependencies = [("integration", "0008_groups_consent")]
    operations = [
        migrations.RunSQL(
            TO_JSON,
            TO_ARRAY,
            state_operations=[
                migrations.AlterField(
                    "delivery", "after", models.JSONField(blank=True, default=list)
                )
            ],
        )
    ]
