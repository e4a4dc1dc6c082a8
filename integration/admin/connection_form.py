"""The form of a connection: the plugin says which fields, secrets are write-only."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from integration import registry, secrets
from integration.core.plugins import Field
from integration.models import Connection


class ConnectionForm(forms.ModelForm):
    """The fields every connection has; `form_for` adds the plugin's."""

    plugin_fields: ClassVar[tuple[Field, ...]] = ()

    class Meta:
        model = Connection
        fields = ("enabled",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        values, hidden = self.instance.values(), self.instance.secrets()
        for field in self.plugin_fields:
            shown = self.fields[field.name]
            if not field.secret:
                shown.initial = values[field.name]
            elif hidden.get(field.name):
                shown.help_text += (
                    f" Stored: {secrets.hint(hidden[field.name])}. Leave empty to keep."
                )

    def clean(self) -> dict[str, Any]:
        """Check the fields by the plugin's rules."""
        cleaned: dict[str, Any] = super().clean() or {}
        given = {
            field.name: cleaned[field.name]
            for field in self.plugin_fields
            if cleaned.get(field.name)
        }
        for problem in registry.config_problems(self.instance.kind, given):
            self.add_error(problem.pointer.strip("/") or None, problem.reason)
        return cleaned

    def save(self, commit: bool = True) -> Connection:
        """Write the values, and the secrets that were entered."""
        connection: Connection = self.instance
        connection.config = {
            field.name: self.cleaned_data[field.name]
            for field in self.plugin_fields
            if not field.secret
        }
        connection.set_secrets(
            **{
                field.name: self.cleaned_data[field.name]
                for field in self.plugin_fields
                if field.secret and self.cleaned_data[field.name]
            }
        )
        saved: Connection = super().save(commit)
        return saved


def form_for(kind: str) -> type[ConnectionForm]:
    """Return the form for connections of this kind."""
    fields = registry.plugins()[kind].fields
    members: dict[str, Any] = {"plugin_fields": fields}
    members |= {field.name: _form_field(field) for field in fields}
    return type("PluginConnectionForm", (ConnectionForm,), members)


def _form_field(field: Field) -> forms.CharField:
    widget: forms.Widget = UnfoldAdminTextInputWidget()
    if field.secret:
        widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})
    # Not required: half a connection may be saved, the page says what is missing.
    return forms.CharField(
        label=field.label, help_text=field.help, required=False, widget=widget, max_length=1000
    )
