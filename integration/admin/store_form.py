"""The form of a store. What the plugins let people choose is a field each."""

from __future__ import annotations

from itertools import product
from typing import Any

from django import forms
from django.contrib.admin.helpers import AdminForm

from integration import registry
from integration.admin.form_fields import LinesField
from integration.admin.settings_fields import form_field, words_for
from integration.admin.settings_schema import ELSEWHERE, ROOT, chosen, leaves, sections
from integration.core.rules import Json, Problem
from integration.models import Store


class StoreForm(forms.ModelForm):
    """A store as a person writes it; a new one has no settings yet."""

    origins = LinesField(
        required=False,
        help_text="The addresses of the storefront, one a line: https://www.my-shop.com",
    )

    class Meta:
        model = Store
        fields = ("name", "slug", "sending", "locale", "country", "currency", "timezone", "origins")


class StoreSettingsForm(StoreForm):
    """With a field for everything that can be chosen; `form_class` adds these."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        complete = registry.complete_settings(self.instance.settings)
        for leaf in leaves():
            self.initial.setdefault(leaf.name, leaf.of(complete))

    def add_error(self, field: str | None, error: Any) -> None:
        """Name the path of a setting, by which engineers and the documentation know it."""
        if field and field.startswith(f"{ROOT}/"):
            said = forms.ValidationError(error).messages
            error = forms.ValidationError([f"{field}: {message}" for message in said])
        super().add_error(field, error)

    def clean(self) -> dict[str, Any]:
        """Check the settings by their schema."""
        cleaned: dict[str, Any] = super().clean() or {}
        for problem in registry.settings_schema().problems(chosen(cleaned)):
            self._refuse(problem)
        return cleaned

    def save(self, commit: bool = True) -> Store:
        """Write the settings that are not the default."""
        there: Json = self.instance.settings
        kept = {name: there[name] for name in ELSEWHERE if name in there}
        self.instance.settings = kept | chosen(self.cleaned_data)
        saved: Store = super().save(commit)
        return saved

    def _refuse(self, problem: Problem) -> None:
        for leaf in leaves():
            if f"{ROOT}{problem.pointer}/".startswith(f"{leaf.name}/"):
                value = self.cleaned_data.get(leaf.name)
                self.add_error(leaf.name, words_for(leaf, value, problem.reason))
                return
        self.add_error(None, f"{ROOT}{problem}")


def form_class(store: Store | None) -> type[StoreForm]:
    """Return the form for a store, or for a new one."""
    if store is None:
        return StoreForm
    fields = {leaf.name: form_field(leaf) for leaf in leaves()}
    return type("StoreSettingsForm", (StoreSettingsForm,), fields)


def fieldsets() -> list[tuple[str, dict[str, Any]]]:
    """Return the sections of the settings as the admin wants them, folded."""
    return [
        (
            section.title,
            {
                "fields": tuple(tuple(leaf.name for leaf in row) for row in section.rows),
                "description": section.description,
                "classes": ["collapse"],
            },
        )
        for section in sections()
    ]


def unfold_refused(form: AdminForm) -> None:
    """Unfold the sections in which something was refused."""
    # Django does so by itself, but does not look into rows of several fields.
    refused = form.form.errors.keys()
    for section, (title, options) in product(sections(), form.fieldsets):
        names = {leaf.name for row in section.rows for leaf in row}
        if title == section.title and names & refused:
            options["classes"] = []
