"""The forms of an import's start page."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from integration import catch_up, registry
from integration.admin.catching_up import MomentInput
from integration.bulk import Wishes
from integration.bulk.wishes import check
from integration.core.errors import Reject
from integration.models import Store

ORDERS_ONLY = ("start_id", "backfill", "confirm_flows")
FIELDS = {"confirmFlows": "confirm_flows", "confirmDeletion": "confirm_deletion"}


class ImportForm(forms.Form):
    """What is to be imported, and how."""

    ids = forms.CharField(
        label="Only these ids",
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="The ids that they have in the shop, one a line or with commas. Empty: all.",
    )
    start_id = forms.CharField(
        label="Start at the id",
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text="Orders are read in the order of their ids: this one is the first.",
    )
    since = forms.CharField(label="Since", required=False, widget=MomentInput())
    until = forms.CharField(label="Until", required=False, widget=MomentInput())
    limit = forms.IntegerField(
        label="At most",
        required=False,
        max_value=1_000_000_000,
        widget=UnfoldAdminIntegerFieldWidget(attrs={"min": 1}),
        help_text="Stop after so many. Good for a first look. Empty: no end.",
    )
    dry_run = forms.BooleanField(
        label="Only try: map and check everything, send nothing",
        required=False,
        widget=UnfoldBooleanWidget(),
        help_text="The report then says what would be sent, and what would be refused and why.",
    )
    backfill = forms.BooleanField(
        label="Record as history: no flow starts",
        required=False,
        initial=True,
        widget=UnfoldBooleanWidget(),
        help_text="Leave this on unless people shall get mail about these orders now.",
    )
    confirm_flows = forms.CharField(
        label="Name of the metric",
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text="Flows start, and people may get mail. If that is what you want, type the name "
        "of the first metric that is recorded, letter by letter.",
    )

    def __init__(self, store: Store, kind: str, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.store, self.kind = store, kind
        if kind != "orders":
            for name in ORDERS_ONLY:
                del self.fields[name]
        since, until, done = self.fields["since"], self.fields["until"], _known_by(kind)
        where = f"in the time of {store.timezone}"
        since.help_text = f"Only what was {done} then or later, {where}. Empty: all."
        until.help_text = f"Only what was {done} before that. Empty: up to now."

    def clean_ids(self) -> tuple[str, ...]:
        """Take them apart; each counts once."""
        return tuple(dict.fromkeys(re.findall(r"[^\s,;]+", self.cleaned_data["ids"])))

    def clean_since(self) -> datetime | None:
        """Read it in the store's time zone."""
        return self._moment("since")

    def clean_until(self) -> datetime | None:
        """Read it in the store's time zone."""
        return self._moment("until")

    def clean(self) -> dict[str, Any]:
        """Refuse what makes no sense together."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                check(self.kind, self.wishes())
            except Reject as exc:
                self.refuse(exc)
        return cleaned

    def wishes(self) -> Wishes:
        """Return what was chosen, if it is valid."""
        chosen = {n: v for n, v in self.cleaned_data.items() if n != "confirm_flows"}
        return Wishes(**chosen)

    def refuse(self, refusal: Reject) -> None:
        """Show a refusal at the field that it is about, or on top."""
        pointed = refusal.pointer.removeprefix("/")
        name = FIELDS.get(pointed, pointed)
        self.add_error(name if name in self.fields else None, refusal.reason)

    def _moment(self, name: str) -> datetime | None:
        try:
            written = self.cleaned_data[name]
            return catch_up.moment(written, self.store.timezone) if written else None
        except Reject as exc:
            raise forms.ValidationError(exc.reason) from exc


class DeletionForm(forms.Form):
    """Whether everything is really to be deleted."""

    confirm_deletion = forms.CharField(
        label="Confirm",
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )

    def __init__(self, kind: str, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.kind = kind
        self.fields["confirm_deletion"].help_text = f"To delete them, type the word “{kind}”."

    def refuse(self, refusal: Reject) -> None:
        """Show a refusal at the field, or on top."""
        is_confirmation = refusal.pointer == "/confirmDeletion"
        self.add_error("confirm_deletion" if is_confirmation else None, refusal.reason)


def _known_by(kind: str) -> str:
    collections = [source.collections for source in registry.sources().values()]
    return next((there[kind].known_by for there in collections if kind in there), "changed")
