"""A feed's file, whatever it is written in: a row at a time, however many there are."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any, TextIO

from charset_normalizer import from_bytes

from backinstock.feeds.json_items import items_of
from integration.core.errors import Reject

PIECE = 64 * 1024
SAMPLE = 64 * 1024  # bytes that tell an encoding
LONGEST_LINE = 1_000_000  # characters
DELIMITERS = ",;\t|"
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
TOO_MANY = "\0too many"  # in the place of a column: a row has more cells than there are columns
USUAL = "cp1252"  # of files that are not UTF-8, and of which no more is known

File = IO[bytes]
Cells = Mapping[str, Any]  # by column, in small letters
Rows = Iterator[tuple[str, Cells]]  # with where each is, in words: "Line 3"


def lines(file: File, *, written_in: str, sku_column: str, charset: str = "") -> Rows:
    """Yield the rows of a file in "csv", "json" or, to be found out, "auto": where each is, and its
    cells.

    `charset` is what the server says of the encoding: it
    counts where the file does not tell. Raises Reject for what is no such file.
    """
    encoding = encoding_of(file, charset)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, errors="replace", newline="")
    try:
        first = _first_character(text)
        text.seek(0)
        if first == "<":
            reason = "At this address is a page or XML, and neither CSV nor JSON."
            raise Reject(reason, code="no_feed")
        is_json = first in ("[", "{") if written_in == "auto" else written_in == "json"
        yield from _of_json(text) if is_json else _of_csv(text, [sku_column])
    finally:
        text.detach()  # or the file would be closed with it


def table(file: File, columns: Collection[str]) -> Rows:
    """Yield the rows of a CSV file that has at least one of these columns, as `lines` does.

    One that somebody has made by hand is too short to guess its encoding: it is a Unicode one, or
    the usual one of spreadsheets. Raises Reject for what is no such file.
    """
    encoding = encoding_of(file, USUAL)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, errors="replace", newline="")
    try:
        yield from _of_csv(text, columns)
    finally:
        text.detach()


def encoding_of(file: File, charset: str = "") -> str:
    """Return the encoding of a file: by its mark, UTF-8 if it is that, as told, or as it looks."""
    file.seek(0)
    start = file.read(4)
    marked = [encoding for mark, encoding in MARKS if start.startswith(mark)]
    if marked:
        return marked[0]
    unusual = _lines_that_are_no_ascii(file)
    if unusual is None:
        return "utf-8"
    if _is_known(charset):
        return charset
    best = from_bytes(unusual).best()
    return best.encoding if best else USUAL


def _lines_that_are_no_ascii(file: File) -> bytes | None:
    """Some of a file that is not UTF-8: the part that tells what it is. None if it is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while piece := file.read(PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        pass
    else:
        return None
    file.seek(0)
    sample = b""
    for line in file:
        sample += b"" if line.isascii() else line[:SAMPLE]
        if len(sample) >= SAMPLE:
            break
    return sample


def _is_known(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name != "utf-8"
    except LookupError:
        return False


def _first_character(text: TextIO) -> str:
    while piece := text.read(1000):
        if found := piece.lstrip():
            return found[0]
    return ""


def _of_json(text: TextIO) -> Rows:
    for number, item in enumerate(items_of(text), 1):
        cells = item if isinstance(item, dict) else {}
        yield f"Entry {number}", {name.strip().lower(): cells[name] for name in cells}


def _of_csv(text: TextIO, columns: Collection[str]) -> Rows:
    written = _lines(text)
    first, skipped = next(written, ""), 1
    if first.lower().startswith("sep="):  # as Excel writes it
        first, skipped = next(written, ""), 2
    delimiter = _delimiter(first, columns)
    names = _cells(first, delimiter)
    if not set(columns).intersection(names):
        there = ", ".join(names)[:200] or "nothing"
        missing = " or ".join(f"“{column}”" for column in columns)
        reason = f"There is no column {missing} in the first line. There is: {there}."
        raise Reject(reason, code="no_column")
    reader = csv.reader(written, delimiter=delimiter)
    try:
        for cells in reader:
            if any(cells):
                yield f"Line {skipped + reader.line_num}", _named(names, cells)
    except csv.Error as exc:
        reason = f"The file cannot be read from line {skipped + reader.line_num} on: {exc}."
        raise Reject(reason, code="not_csv") from exc


def _lines(text: TextIO) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            reason = f"A line has more than {LONGEST_LINE:,} characters: this is no CSV."
            raise Reject(reason, code="not_csv")
        yield line


def _delimiter(first: str, columns: Collection[str]) -> str:
    """The one that finds most of the columns that are looked for, and the most columns."""

    def found(delimiter: str) -> tuple[int, int]:
        names = _cells(first, delimiter)
        return len(set(columns).intersection(names)), len(names)

    return max(DELIMITERS, key=found)


def _cells(line: str, delimiter: str) -> list[str]:
    cells = next(csv.reader([line], delimiter=delimiter), [])
    return [cell.strip().lower() for cell in cells]


def _named(names: list[str], cells: list[str]) -> dict[str, Any]:
    named: dict[str, Any] = dict(zip(names, cells, strict=False))
    if any(cells[len(names) :]):  # a comma in a name that is not quoted moves all that follows
        named[TOO_MANY] = len(cells)
    return named
