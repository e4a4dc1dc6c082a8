"""The outbox: what is to leave, exactly as it will, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Exists, F, Lookup, OuterRef, Q
from django.db.models.sql.compiler import SQLCompiler
from django.utils.timezone import now

from integration.core.exchange import Request
from integration.models.connection import Connection
from integration.models.inbox import InboundMessage
from integration.models.runs import JobRun

LEASE = timedelta(seconds=60)  # a delivery whose worker died is due again after this


@CharField.register_lookup
class AnyOf(Lookup):
    """`name__any_of=list`: the text is one of a JSON list's. Unlike the lookups there are, it can
    use an index on the text.
    """

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        """Return `text = ANY(array of the list's)`."""
        left, left_parameters = self.process_lhs(compiler, connection)
        right, right_parameters = self.process_rhs(compiler, connection)
        texts = f"ARRAY(SELECT jsonb_array_elements_text({right}))"
        return f"{left} = ANY({texts})", [*left_parameters, *right_parameters]


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self) -> Self:
        """What waits to be sent and may be now: the first of each object, after those it needs."""
        earlier = Delivery.objects.filter(
            connection_id=OuterRef("connection_id"),
            state=Delivery.State.READY,
            id__lt=OuterRef("id"),
        )
        same = earlier.filter(order_key=OuterRef("order_key"))
        others = earlier.filter(order_key__any_of=OuterRef("after"))
        return self.filter(
            Q(order_key="") | ~Exists(same),
            Q(after=[]) | ~Exists(others),
            state=Delivery.State.READY,
            not_before__lte=now(),
        )

    def claim(self, connection: Connection, operation: str, most: int) -> list[Delivery]:
        """Take up to `most` due deliveries for a while, oldest first. No two workers get one."""
        with transaction.atomic():
            due = self.due().filter(connection_id=connection.id, operation=operation)
            locked = due.order_by("id").select_for_update(skip_locked=True, of=("self",))
            deliveries = list(locked[:most])
            self.filter(id__in=[delivery.id for delivery in deliveries]).update(
                claims=F("claims") + 1, not_before=now() + LEASE, leased=True
            )
        for delivery in deliveries:
            delivery.claims += 1
            delivery.connection = connection
        return deliveries

    def counting(self, connection: Connection, keys: list[str]) -> set[str]:
        """Return which of these idempotency keys have a delivery that counts."""
        dropped = [Delivery.State.REJECTED, Delivery.State.DISCARDED]
        held = self.filter(connection_id=connection.id, idempotency_key__in=keys)
        return set(held.exclude(state__in=dropped).values_list("idempotency_key", flat=True))

    def ready_facts(self, connection: Connection, keys: list[str]) -> set[str]:
        """Return which of these idempotency keys wait to be sent."""
        waiting = self.filter(connection_id=connection.id, order_key="", state=Delivery.State.READY)
        if not keys or not waiting.exists():  # an import asks for thousands, and mostly none waits
            return set()
        waiting = waiting.filter(idempotency_key__in=keys)
        return set(waiting.values_list("idempotency_key", flat=True))

    def settle_all(
        self, deliveries: Iterable[Delivery], state: Delivery.State, answer: dict[str, Any]
    ) -> int:
        """Write one outcome for several. Return for how many."""
        return sum(
            same.update(state=state, answer=answer, settled_at=now(), attempts=F("attempts") + 1)
            for same in self._claimed(deliveries)
        )

    def release_all(self, deliveries: Iterable[Delivery]) -> None:
        """Put several back as if untried."""
        for same in self._claimed(deliveries):
            same.update(not_before=now(), leased=False)

    def _claimed(self, deliveries: Iterable[Delivery]) -> list[Self]:
        """These, by how often they were claimed; but those that another worker has taken since."""
        ids: dict[int, list[int]] = {}
        for delivery in deliveries:
            ids.setdefault(delivery.claims, []).append(delivery.id)
        ready = Delivery.State.READY
        return [self.filter(id__in=ids[n], claims=n, state=ready) for n in ids]

    def later(self, delivery: Delivery) -> Self:
        """What was queued after this one for the same object, and counts."""
        dropped = [Delivery.State.REJECTED, Delivery.State.DISCARDED]
        same = self.filter(connection_id=delivery.connection_id, order_key=delivery.order_key)
        return same.filter(id__gt=delivery.id).exclude(state__in=dropped)

    def waiting(self, connection: Connection, keys: Iterable[str]) -> Self:
        """What waits for these objects, by order key, and is not being sent right now."""
        return self.filter(
            Q(leased=False) | Q(not_before__lte=now()),
            connection_id=connection.id,
            order_key__in=sorted(keys),
            state=Delivery.State.READY,
        )

    def supersede(self, connection: Connection, keys: Iterable[str]) -> int:
        """Drop what waits for these objects before something newer is written.

        What is being sent right now, under a lease, is let go. Return how many were dropped.
        """
        return self.waiting(connection, keys).update(
            state=Delivery.State.DISCARDED,
            answer={"reason": "A newer version of the same object came before it was sent."},
            settled_at=now(),
        )


class Delivery(models.Model):
    """One request for one destination."""

    class State(models.TextChoices):
        READY = "ready", "Waiting"
        SENT = "sent", "Sent"
        CONFIRMED = "confirmed", "Confirmed"
        REJECTED = "rejected", "Failed"
        DISCARDED = "discarded", "Not sent"

    # Its constraint and indexes below begin with it.
    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="deliveries", db_index=False
    )
    message = models.ForeignKey(
        InboundMessage, models.SET_NULL, null=True, blank=True, related_name="deliveries"
    )
    run = models.ForeignKey(
        JobRun, models.SET_NULL, null=True, blank=True, related_name="deliveries"
    )
    row = models.CharField(
        max_length=300, blank=True
    )  # the shop's id of what it is about, in a run
    operation = models.CharField(max_length=50)
    request = models.JSONField()  # {"method", "path", "body"}
    idempotency_key = models.CharField(max_length=500)
    order_key = models.CharField(max_length=300, blank=True)
    # Order keys that go first. No array: rows with one cannot be inserted by the thousand as fast.
    after = models.JSONField(default=list, blank=True)
    version = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READY)
    attempts = models.PositiveIntegerField(default=0)  # tries that came to an end
    claims = models.PositiveIntegerField(default=0)  # tells a claim from the ones before it
    not_before = models.DateTimeField(default=now)  # backoff and lease in one
    leased = models.BooleanField(default=False)  # which of the two not_before is
    notes = models.JSONField(default=list, blank=True)  # what was left out, and why
    answer = models.JSONField(default=dict, blank=True)
    created = models.DateTimeField(default=now)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ("-id",)
        constraints = (
            # A fact goes out once. What failed or was dropped does not stand in its way.
            models.UniqueConstraint(
                fields=["connection", "idempotency_key"],
                condition=~Q(state__in=["rejected", "discarded"]),
                name="delivery_once",
            ),
        )
        indexes = (
            models.Index(
                fields=["connection", "operation", "not_before"],
                name="delivery_due",
                condition=Q(state="ready"),
            ),
            models.Index(
                fields=["connection", "order_key", "id"],
                name="delivery_order",
                condition=Q(state="ready") & ~Q(order_key=""),
            ),
            models.Index(fields=["state", "-id"], name="delivery_by_state"),
            models.Index(
                fields=["connection", "settled_at"],
                name="delivery_by_day",
                condition=Q(state__in=["sent", "confirmed"]),
            ),
        )

    def __str__(self) -> str:
        return f"Delivery {self.id}"

    @classmethod
    def of(cls, request: Request, connection: Connection, key: str) -> Delivery:
        """Return the delivery of a request under an idempotency key, which is not saved yet."""
        return cls(
            connection=connection,
            operation=request.operation,
            request={
                "method": request.method,
                "path": request.path,
                "body": request.body,
                **({"find": request.find} if request.find else {}),
            },
            idempotency_key=key,
            order_key=request.order_key,
            after=list(request.after),
            version=request.version,
            notes=[*request.notes, *request.remarks],
        )

    def settle(self, state: State, answer: dict[str, Any], notes: tuple[str, ...] = ()) -> bool:
        """Write the outcome, unless the lease ended and another worker has taken it since."""
        self.state, self.answer, self.settled_at = state, answer, now()
        self.notes = [*self.notes, *notes]
        return bool(
            self._mine().update(
                state=state,
                answer=answer,
                settled_at=self.settled_at,
                notes=self.notes,
                attempts=F("attempts") + 1,
            )
        )

    def wait(self, until: datetime, answer: dict[str, Any]) -> None:
        """Put it back after a try that failed: it is due again at `until`."""
        self._mine().update(
            not_before=until, leased=False, answer=answer, attempts=F("attempts") + 1
        )

    def release(self, answer: dict[str, Any] | None = None) -> None:
        """Put it back as if untried; `answer` says why, if there is something to say."""
        self._mine().update(not_before=now(), leased=False, answer=answer or self.answer)

    def again(self, body: dict[str, Any]) -> None:
        """Start over with this body, as if it had just been queued."""
        self.request = {**self.request, "body": body}
        self.state, self.attempts, self.not_before = self.State.READY, 0, now()
        self.leased, self.settled_at = False, None
        self.save(
            update_fields=["request", "state", "attempts", "not_before", "leased", "settled_at"]
        )

    def _mine(self) -> DeliveryQuerySet:
        return Delivery.objects.filter(id=self.id, state=self.State.READY, claims=self.claims)
