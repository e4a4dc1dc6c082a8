"""Which version of each object was the newest: a late update never overwrites a newer one."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models

from integration.models.connection import Connection


class ResourceVersionQuerySet(models.QuerySet["ResourceVersion"]):
    def advance(self, connection: Connection, versions: Mapping[str, int]) -> set[str]:
        """Remember that these versions were seen. Return the keys for which none was newer.

        Holds the objects' rows until the transaction ends: two workers queue one after the other.
        """
        rows = [
            ResourceVersion(connection=connection, key=key, version=version)
            for key, version in sorted(versions.items())  # one order for all: no deadlock
        ]
        self.bulk_create(rows, ignore_conflicts=True)
        held = self.filter(connection=connection, key__in=versions).order_by("key")
        seen = dict(held.select_for_update().values_list("key", "version"))
        newer = [row for row in rows if seen[row.key] < row.version]
        if newer:
            self.bulk_create(
                newer,
                update_conflicts=True,
                unique_fields=["connection", "key"],
                update_fields=["version"],
            )
        return {key for key, version in versions.items() if seen[key] <= version}


class ResourceVersion(models.Model):
    """The newest version of an object that was queued for a destination."""

    connection = models.ForeignKey(Connection, models.CASCADE)
    key = models.CharField(max_length=300)
    version = models.BigIntegerField()

    objects = ResourceVersionQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["connection", "key"], name="version_per_object"),
        )

    def __str__(self) -> str:
        return f"{self.key} {self.version}"
