"""How a request is read: JSON of a bounded size, and no field that is not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import IO, Any

import orjson
from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ParseError, UnsupportedMediaType, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from integration.api.errors import TooLarge
from integration.core.rules import Json

MAX_BODY_BYTES = 4 * 1024 * 1024  # ten thousand ids of three hundred characters


class JsonObject(BaseParser):
    """A JSON object."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: Any = None, parser_context: Any = None) -> Any:
        """Return what it says. Raises ParseError, and TooLarge before it is in memory."""
        body = stream.read(MAX_BODY_BYTES + 1)
        if len(body) > MAX_BODY_BYTES:
            raise TooLarge
        try:
            said = orjson.loads(body)
        except orjson.JSONDecodeError as exc:
            raise ParseError(f"The body is not JSON: {exc.msg}.") from exc
        if not isinstance(said, dict):
            raise ParseError("The body is JSON, and not an object: send {…}.")
        return said


class EmptyForm(BaseParser):
    """What some clients send for nothing: a form of nothing but its last line."""

    media_type = "multipart/form-data"

    def parse(self, stream: IO[bytes], media_type: Any = None, parser_context: Any = None) -> Any:
        """Return nothing. Raises UnsupportedMediaType if there is something."""
        if b"\n" in stream.read(MAX_BODY_BYTES).strip():
            raise _no_json(self.media_type)
        return {}


class OnlyJson(BaseContentNegotiation):
    """Whatever they accept, they get JSON: scripts and curl do not always say what they want."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        """Return the one there is. Raises UnsupportedMediaType."""
        media_type = (request.content_type or "").partition(";")[0].strip().lower()
        if media_type == EmptyForm.media_type:
            return EmptyForm()
        if media_type != JsonObject.media_type:
            raise _no_json(media_type)
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the one there is."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


class Asked(serializers.Serializer[Any]):
    """What was asked. A field that is not known is refused: a typing error must not import all."""

    def to_internal_value(self, data: Any) -> Any:
        """Return what was understood."""
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)  # which says so
        unknown = sorted(set(data) - set(self.fields))
        if unknown:
            words = f"There is no such field here. There are: {', '.join(self.fields)}."
            wrong = {name: [serializers.ErrorDetail(words, "unknown")] for name in unknown}
            raise ValidationError(wrong)
        return super().to_internal_value(data)


class AskedScheme(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """The same for the OpenAPI document."""

    target_class = Asked
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> Json:
        """Return its schema, closed."""
        mapped = auto_schema._map_serializer(  # type: ignore[no-untyped-call]
            self.target, direction, bypass_extensions=True
        )
        return {**mapped, "additionalProperties": False}


class Text(serializers.CharField):
    """A string, nothing else that could be read as one."""

    def to_internal_value(self, data: Any) -> str:
        """Return it."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Number(serializers.IntegerField):
    """A JSON number without a fraction."""

    def to_internal_value(self, data: Any) -> int:
        """Return it."""
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """True or false, and no word for it."""

    def to_internal_value(self, data: Any) -> bool:
        """Return it."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


@extend_schema_field({"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]})
class Moment(serializers.DateTimeField):
    """A time. Without a zone it is the store's: see `in_zone`."""

    def enforce_timezone(self, value: datetime) -> datetime:
        """Leave it as it was written."""
        return value


def in_zone(asked: Mapping[str, Any], name: str, zone: tzinfo) -> datetime | None:
    """Return a time that was asked for, None if none was. Raises ValidationError."""
    written: datetime | None = asked.get(name)
    if written is None:
        return None
    try:
        return (written if written.tzinfo else written.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError as exc:
        raise ValidationError({name: ["This time is out of reach."]}) from exc


def _no_json(media_type: str) -> UnsupportedMediaType:
    words = "Send JSON, with the header “Content-Type: application/json”."
    return UnsupportedMediaType(media_type, words)
