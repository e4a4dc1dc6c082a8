"""How things look in the API's answers."""

from __future__ import annotations

import math
from typing import Any

from rest_framework import serializers

from integration import bulk
from integration.models import Delivery, FailedEvent, JobRun


class RunShape(serializers.Serializer[Any]):
    """An import."""

    id = serializers.UUIDField(source="public_id")
    store = serializers.SlugField(source="store.slug")
    kind = serializers.CharField()
    state = serializers.ChoiceField(choices=JobRun.State.choices)
    words = serializers.SerializerMethodField(help_text="What it is doing, in a sentence.")
    percent = serializers.SerializerMethodField(help_text="Null while the total is not known.")
    total = serializers.IntegerField(allow_null=True, help_text="How many entries there are.")
    read = serializers.IntegerField(help_text="Entries of the shop that were read.")
    sent = serializers.IntegerField(help_text="Requests that went out; an entry may be several.")
    accepted = serializers.IntegerField(help_text="Those of them that Klaviyo has taken for good.")
    failed = serializers.IntegerField(help_text="What needs a person: see its failures.")
    skipped = serializers.IntegerField(help_text="What was left out knowingly: see the report.")
    rate = serializers.SerializerMethodField(help_text="Entries read a second.")
    remaining_seconds = serializers.SerializerMethodField(help_text="About how long it takes yet.")
    cursor = serializers.CharField(help_text="Where it goes on after a stop.")
    parameters = serializers.DictField(help_text="What was asked for.")
    report = serializers.DictField(help_text="What was skipped, left out, failed, and why.")
    reason = serializers.CharField(help_text="Why it ended, or waits. Empty if all is well.")
    who = serializers.CharField(help_text="Who started it.")
    created = serializers.DateTimeField()
    started = serializers.DateTimeField(allow_null=True)
    finished = serializers.DateTimeField(allow_null=True)

    class Meta:
        ref_name = "Run"

    def get_words(self, run: JobRun) -> str:
        return bulk.progress(run).words

    def get_percent(self, run: JobRun) -> int | None:
        return bulk.progress(run).percent

    def get_rate(self, run: JobRun) -> float | None:
        rate = bulk.progress(run).rate
        return round(rate, 1) if rate is not None else None

    def get_remaining_seconds(self, run: JobRun) -> int | None:
        remaining = bulk.progress(run).remaining
        return math.ceil(remaining) if remaining is not None else None


class FailureShape(serializers.Serializer[Any]):
    """A row that could not be imported, or not as it was."""

    row = serializers.CharField(help_text="The shop's id of the customer, order, … it is about.")
    pointer = serializers.CharField(help_text="Where in the request, as a JSON pointer.")
    code = serializers.CharField()
    reason = serializers.CharField(help_text="What is wrong, in a sentence.")
    status = serializers.IntegerField(allow_null=True, help_text="Klaviyo's HTTP status.")
    answer = serializers.SerializerMethodField(help_text="What Klaviyo said, as far as kept.")
    resolution = serializers.ChoiceField(
        choices=FailedEvent.Resolution.choices,
        help_text="“noted”: it went out without something, or it was a dry run.",
    )
    at = serializers.DateTimeField(source="last_at")

    class Meta:
        ref_name = "Failure"

    def get_answer(self, failed: FailedEvent) -> str:
        return said(failed.delivery)


def said(delivery: Delivery | None) -> str:
    """Return what the other side answered to a delivery, "" if that is not known."""
    answer: Any = delivery.answer.get("answer", "") if delivery else ""
    return answer if isinstance(answer, str) else ""


class StandShape(serializers.Serializer[Any]):
    """Where a store is with one kind."""

    store = serializers.SlugField()
    kind = serializers.CharField()
    title = serializers.CharField(help_text="The kind, for people.")
    active = serializers.BooleanField(help_text="Whether the run is not over.")
    run = RunShape(allow_null=True, help_text="The active one, else the last one.")

    class Meta:
        ref_name = "Stand"


class ErrorShape(serializers.Serializer[Any]):
    """Why not."""

    detail = serializers.CharField(help_text="What happened and what to do, in words.")
    code = serializers.CharField(help_text="The same for programs.")

    class Meta:
        ref_name = "Error"


class InvalidShape(ErrorShape):
    """What is wrong with what was asked."""

    field = serializers.CharField(required=False, help_text="The first field that is wrong.")
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="Every field that is wrong.",
    )

    class Meta:
        ref_name = "Invalid"


class ConflictShape(ErrorShape):
    """What is in the way just now."""

    run = RunShape(required=False, help_text="The run that is active.")

    class Meta:
        ref_name = "Conflict"
