"""What is known of each object: a late update never overwrites a newer one, nor raises the dead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from integration.models.connection import Connection


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How new what is said of an object is: by its version, then a deletion, then when it was read.

    Versions of different owners cannot be compared. `digest` tells one content from another; the
    same one is not sent twice.
    """

    version: int
    deleted: bool
    as_of: datetime
    owner: str = ""
    digest: str = ""

    def beats(self, other: Standing) -> bool:
        """Return whether this is the newer word."""
        if self.owner != other.owner:
            return self.as_of >= other.as_of
        mine = (self.version, self.deleted, self.as_of)
        return mine >= (other.version, other.deleted, other.as_of)

    def repeats(self, other: Standing) -> bool:
        """Return whether both say the same."""
        return (self.deleted, self.digest) == (other.deleted, other.digest)


# Of an object that is told in parts: when each was said last, by its pointer, and a digest of it.
Said = dict[str, tuple[int, str]]

MAY_BE_THERE = Q(deleted=False) | Q(digest="")  # on the other side: a deletion was not sent


class ResourceVersionQuerySet(models.QuerySet["ResourceVersion"]):
    def hold(self, connection: Connection, keys: Iterable[str], others: Iterable[str] = ()) -> None:
        """Lock what is known of these objects, and of others if anything is, until the
        transaction ends. One never heard of gets a row.

        Two workers queue one after the other. Comes first in a transaction, and once: in one order
        for all there is no deadlock.
        """
        wanted = sorted(keys)
        if not wanted:
            return
        rows = [ResourceVersion(connection=connection, key=key, version=-1) for key in wanted]
        self.bulk_create(rows, ignore_conflicts=True)
        held = self.filter(connection=connection, key__in=sorted({*wanted, *others}))
        list(held.order_by("key").select_for_update().values_list("id"))

    def standings(self, connection: Connection, keys: Iterable[str]) -> dict[str, Standing | None]:
        """Return what is known of each of these; None stands for an object never heard of."""
        rows = self.filter(connection=connection, key__in=sorted(keys))
        known = {row.key: row.standing() for row in rows}
        return {key: known.get(key) for key in keys}

    def advance(self, connection: Connection, news: Mapping[str, Standing]) -> list[str]:
        """Remember what is new of these objects, which are known and held. Return their keys."""
        before = self.standings(connection, news)
        rows = []
        for key, standing in news.items():
            was = before[key]
            if was is None or standing.beats(was):
                rows.append(ResourceVersion(connection=connection, key=key, **asdict(standing)))
        # An upsert, because Django's bulk_update takes twenty times as long.
        self.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["connection", "key"],
            update_fields=["version", "deleted", "as_of", "owner", "digest"],
        )
        return [row.key for row in rows]

    def of_owner(self, connection: Connection, owner: str) -> set[str]:
        """Return the order keys of the objects that were made of this, and are still there."""
        there = self.filter(MAY_BE_THERE, connection=connection, owner=owner, version__gte=0)
        return set(there.values_list("key", flat=True))

    def there(self, connection: Connection, prefixes: Iterable[str]) -> Self:
        """What was sent of objects whose keys begin with one of these, and was not deleted."""
        begins = Q(pk__in=[])
        for prefix in prefixes:
            begins |= Q(key__startswith=prefix)
        return self.filter(begins, MAY_BE_THERE, connection=connection, version__gte=0)

    def reach(self, connection: Connection, key: str, version: int) -> None:
        """Let nothing older than this version of an object follow."""
        row, _ = self.get_or_create(connection=connection, key=key, defaults={"version": version})
        self.filter(id=row.id, version__lt=version).update(version=version)

    def deleted(self, connection: Connection, keys: Iterable[str]) -> set[str]:
        """Return which of these objects are gone for good."""
        gone = self.filter(connection=connection, key__in=sorted(keys), deleted=True)
        return set(gone.values_list("key", flat=True))

    def remove(self, connection: Connection, keys: Iterable[str]) -> None:
        """These were deleted on the other side, and may come anew at any version."""
        listed = sorted(keys)
        if listed:
            self.filter(connection=connection, key__in=listed).delete()

    def said(self, connection: Connection, keys: Iterable[str]) -> dict[str, Said]:
        """Return what was said of each of these objects, part by part."""
        rows = self.filter(connection=connection, key__in=sorted(keys)).values_list("key", "said")
        found = {key: {part: tuple(word) for part, word in said.items()} for key, said in rows}
        return {key: found.get(key, {}) for key in keys}

    def say(self, connection: Connection, said: Mapping[str, Said]) -> None:
        """Remember what is said of objects, which are known and held."""
        for key, parts in said.items():
            self.filter(connection=connection, key=key).update(said=parts)

    def forget(self, connection: Connection, keys: Iterable[str]) -> None:
        """Do as if nothing had been sent: what comes next is sent even if it says the same."""
        rows = self.filter(connection=connection, key__in=sorted(keys))
        rows.update(digest="")
        for row in rows.exclude(said={}).select_for_update():
            row.said = {part: (version, "") for part, (version, _) in row.said.items()}
            row.save(update_fields=["said"])

    def unsent(self, connection: Connection, key: str) -> None:
        """What was queued of an object last was not sent, and will not be: say it again.

        What was deleted in the shop stays deleted: nothing older raises it.
        """
        self.forget(connection, [key])


class ResourceVersion(models.Model):
    """The newest that was queued of an object, for a destination."""

    connection = models.ForeignKey(Connection, models.CASCADE)
    key = models.CharField(max_length=300)
    version = models.BigIntegerField()  # -1: nothing yet
    deleted = models.BooleanField(default=False)
    as_of = models.DateTimeField(default=now)  # when the shop was asked
    owner = models.CharField(max_length=300, blank=True)  # what in the shop it was made of
    digest = models.CharField(max_length=32, blank=True)  # of what was queued
    said = models.JSONField(default=dict)  # where it is told in parts: see Said

    objects = ResourceVersionQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["connection", "key"], name="version_per_object"),
        )
        indexes = (
            models.Index(
                fields=["connection", "owner"], name="version_by_owner", condition=~Q(owner="")
            ),
        )

    def __str__(self) -> str:
        return f"{self.key} {self.version}"

    def standing(self) -> Standing | None:
        """Return what is known, None if nothing is."""
        if self.version < 0:
            return None
        return Standing(
            version=self.version,
            deleted=self.deleted,
            as_of=self.as_of,
            owner=self.owner,
            digest=self.digest,
        )
