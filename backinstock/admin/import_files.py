"""Spreadsheets that are imported in the admin: whatever they are written in, and all that is wrong
with them at once.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV
from import_export.resources import ModelResource
from import_export.results import InvalidRow, Result, RowResult
from tablib import Dataset
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from backinstock.admin.formulas import original
from backinstock.feeds.files import table
from integration.core.errors import Reject
from integration.core.text import storable

MOST_ROWS = 20_000
SHOWN_ROWS = 100
LINE = "\0line"  # in the place of a column: where a row is in the file
UNREAD = "This cannot be read as a table: save it as CSV, and upload that."
FAILED = "Not all of it was imported: upload the file again, and see what is left."
GONE = "The file was not kept that long: upload it again."
NO_ROWS = "There are no rows below the first line, which has the names of the columns."

Row = Mapping[str, Any]
# What is made of a row; None leaves it out.
Read = Model | ValidationError | None


class Table(CSV):
    """CSV in any encoding and with any delimiter, as feeds are read."""

    columns: tuple[str, ...] = ()  # at least one of them is there

    def is_binary(self) -> bool:
        """The encoding is found out here."""
        return True

    def get_read_mode(self) -> str:
        """As they were uploaded."""
        return "rb"

    def create_dataset(self, in_stream: bytes | None, **options: Any) -> Dataset:
        """Return the rows, with where each is. Raises Reject for what cannot be read."""
        if in_stream is None:
            raise Reject(GONE, code="gone")
        rows: list[dict[str, Any]] = []
        for place, cells in table(io.BytesIO(in_stream), self.columns):
            if len(rows) == MOST_ROWS:
                reason = f"The file has more than {MOST_ROWS:,} rows: split it, and import the "
                raise Reject(f"{reason}parts one after the other.", code="too_many")
            rows.append({**cells, LINE: int(place.rpartition(" ")[2])})
        if not rows:
            raise Reject(NO_ROWS, code="empty")
        names = list(dict.fromkeys(name for row in rows for name in row))
        return Dataset(*([row.get(name) for name in names] for row in rows), headers=names)


class Rows(Result):
    """What became of the rows, by their lines in the file."""

    def append_invalid_row(self, number: int, row: Row, validation_error: ValidationError) -> None:
        """Keep what is wrong, with what is written there."""
        values = tuple(row.get(name, "") for name in self.diff_headers)
        line = row.get(LINE, number)
        self.invalid_rows.append(
            InvalidRow(number=line, validation_error=validation_error, values=values)
        )

    def shown_problems(self) -> list[tuple[int, str, Any, list[str]]]:
        """The first that are wrong: the line, the column, what is written there, what is right."""
        return [
            (row.number, column, self._written(row, column), said)
            for row in self.invalid_rows[:SHOWN_ROWS]
            for column, said in row.error_dict.items()
        ]

    def _written(self, row: InvalidRow, column: str) -> Any:
        return dict(zip(self.diff_headers, row.values, strict=True)).get(column)

    def shown_rows(self) -> list[tuple[str, list[Any]]]:
        """What would become of the first rows, and what they say."""
        return [
            (row.import_type, [row.row_values.get(name) or "" for name in self.diff_headers])
            for row in self.valid_rows()[:SHOWN_ROWS]
        ]

    def new(self) -> int:
        """How many would be new."""
        return int(self.totals[RowResult.IMPORT_TYPE_NEW])

    def changed(self) -> int:
        """How many would change."""
        return int(self.totals[RowResult.IMPORT_TYPE_UPDATE])

    def left_out(self) -> int:
        """How many would be left out."""
        return int(self.totals[RowResult.IMPORT_TYPE_SKIP])


class ReadAtOnce(ModelResource):
    """Reads a file as a whole: what is looked up for it is looked up once, not for each row."""

    class Meta:
        import_id_fields: tuple[str, ...] = ()
        use_bulk = True
        batch_size = 1_000
        skip_diff = True
        skip_html_diff = True
        store_row_values = True
        report_skipped = True

    _read: Sequence[Read] = ()
    _current: Read = None

    def read(self, rows: Sequence[Row]) -> Sequence[Read]:
        """Return for each row what is made of it, or what is wrong with it by column."""
        raise NotImplementedError

    def before_import(self, dataset: Dataset, **options: Any) -> None:
        """Read all of it. Raises Reject for what is too much."""
        rows = [_cleaned(row) for row in dataset.dict]
        self._read = [None] * len(rows)
        self._read = self.read(rows)

    def before_import_row(self, row: Any, **options: Any) -> None:
        """Take what was read of a row. Raises ValidationError."""
        row.update(_cleaned(row))
        self._current = self._read[options["row_number"] - 1]
        if isinstance(self._current, ValidationError):
            raise self._current

    def get_or_init_instance(self, loader: Any, row: Row) -> tuple[Model, bool]:
        """Return what was read, and whether it is new."""
        if not isinstance(self._current, Model):
            return self._meta.model(), True
        return self._current, bool(self._current._state.adding)

    def import_instance(self, instance: Model, row: Row, **options: Any) -> None:
        """It is made already."""

    def validate_instance(self, instance: Model, *args: Any, **options: Any) -> None:
        """It was when it was read."""

    def skip_row(self, instance: Model, *args: Any, **options: Any) -> bool:
        """Leave out of what nothing was made."""
        return self._current is None

    def get_result_class(self) -> type[Rows]:
        """By lines of the file."""
        return Rows


class ImportedByFile(ImportExportMixin):
    """A list of the admin that is imported from such files."""

    import_form_class = ImportForm
    export_form_class = ExportForm
    skip_admin_log = True  # a line for each of thousands would say nothing

    def add_data_read_fail_error_to_form(self, form: Form, failure: Exception) -> None:
        """Say why a file cannot be read, and what to do."""
        form.add_error("import_file", failure.reason if isinstance(failure, Reject) else UNREAD)

    def add_success_message(self, result: Rows, request: HttpRequest) -> None:
        """Say what became of it, also if that is nothing."""
        if result.has_errors():
            self.message_user(request, FAILED, "error")
        else:
            super().add_success_message(result, request)

    def process_import(self, request: HttpRequest, **options: Any) -> HttpResponse:
        """Import what was shown; if it is not kept any more, say so."""
        try:
            response: HttpResponse = super().process_import(request, **options)
        except Reject as exc:
            self.message_user(request, exc.reason, "error")
            return redirect(reverse("admin:{}_{}_import".format(*self.get_model_info())))
        return response


def _cleaned(row: Row) -> dict[str, Any]:
    """A row as the database can keep it, without what an export did to texts."""
    return {
        name: original(storable(value)).strip() if isinstance(value, str) else value
        for name, value in row.items()
    }
