"""Form fields made from a JSON schema: what can be chosen decides how it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from integration import registry
from integration.admin.form_fields import LinesField
from integration.admin.settings_schema import NOTHING, Leaf, in_words
from integration.core.rules import Json
from integration.core.text import storable


class NamesField(LinesField):
    """A list of names, one a line, each once."""

    def to_python(self, value: Any) -> Any:
        """Return the names in their order."""
        return storable(list(dict.fromkeys(super().to_python(value))))


class PairsField(forms.CharField):
    """Names and what they become, one pair a line, like the example."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 3})
    example = "loyaltyTier = Loyalty"

    def prepare_value(self, value: Any) -> Any:
        """Return the text for the form."""
        if not isinstance(value, dict):
            return value  # what was typed
        return "\n".join(f"{name} = {other}" for name, other in value.items())

    def to_python(self, value: Any) -> Any:
        """Return the pairs; refuse the first line that is none."""
        pairs: dict[str, str] = {}
        for number, line in enumerate(str(value or "").splitlines(), start=1):
            name, equals, other = (part.strip() for part in line.partition("="))
            if not name and not equals:
                continue
            if not name or not other:
                raise forms.ValidationError(f"Line {number}: write it like {self.example}.")
            if name in pairs:
                raise forms.ValidationError(f"Line {number}: “{name}” has a line already.")
            pairs[name] = other
        return storable(pairs)


def form_field(leaf: Leaf) -> forms.Field:
    """Return the field that asks for this. Not required: the schema says what is wrong."""
    field = _field(leaf.schema)
    field.label, field.help_text = leaf.label, leaf.help
    return field


def words_for(leaf: Leaf, value: Any, reason: str) -> str:
    """Return what is wrong with a value, naming what would be right."""
    schema = leaf.schema
    if isinstance(value, str) and len(value) < schema.get("minLength", 0):
        return f"This cannot be empty. Write for example {in_words(leaf.default)}."
    if isinstance(value, str) and len(value) > schema.get("maxLength", len(value)):
        return f"This is too long: {schema['maxLength']} characters at most."
    if "pattern" in schema:
        return f"This does not fit. {schema.get('description') or reason}"
    return f"{reason[:1].upper()}{reason[1:]}."


def _field(schema: Json) -> forms.Field:
    if "enum" in schema:
        return _one_of(schema["enum"], schema.get("words", {}))
    match schema["type"]:
        case "boolean":
            return forms.BooleanField(required=False, widget=UnfoldBooleanSwitchWidget())
        case "integer":
            return forms.IntegerField(widget=UnfoldAdminIntegerFieldWidget())
        case "array" if "enum" in schema["items"]:
            return _some_of(schema["items"]["enum"])
        case "array":
            return NamesField(required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))
        case "object":
            return _pairs(schema)
    return forms.CharField(required=False, widget=UnfoldAdminTextInputWidget())


def _pairs(schema: Json) -> PairsField:
    field = PairsField(required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))
    field.example = schema.get("example", field.example)
    return field


def _one_of(values: list[str], words: Mapping[str, str]) -> forms.ChoiceField:
    said = _right([words.get(value, value) for value in values])
    return forms.ChoiceField(
        required="" not in values,
        choices=[(value, words.get(value) or _choice(value)) for value in values],
        widget=UnfoldAdminSelectWidget(),
        error_messages=dict.fromkeys(("required", "invalid_choice"), said),
    )


def _some_of(values: list[str]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        required=False,
        choices=[(value, _choice(value)) for value in values],
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        error_messages={"invalid_choice": _right(values)},
    )


def _choice(value: str) -> str:
    # A type of message is told in words, its own name beside them.
    says = [
        source.handlers[value].says
        for source in registry.sources().values()
        if value in source.handlers
    ]
    return f"{says[0]} ({value})" if says else value or f"{NOTHING} none {NOTHING}"


def _right(values: list[str]) -> str:
    return f"Choose one of these: {', '.join(filter(None, values))}."
