"""What a feed says is noted: only what has changed, and nothing where the file looks broken."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from backinstock import stock
from backinstock.feeds.describing import describe
from backinstock.feeds.files import TOO_MANY, File, lines
from backinstock.feeds.rows import Row, Wrong, row_of, sku_of
from backinstock.models import Restock, StockItem, StockLevel
from backinstock.models.feeds import COLUMNS, Feed, FeedItem

BATCH = 500
TAKE_SECONDS = 150.0  # then the rest is left to the next reading, which finds the others unchanged
MOST_PROBLEMS = 50  # kept as sentences
TWICE = "This SKU is there twice: the first one counts."


@dataclass
class Taken:
    """What came of a file. `is_whole` says that all of it was taken, `words` what that was."""

    rows: int = 0
    bad: int = 0
    changed: int = 0
    missing: int = 0
    is_taken: bool = True
    is_whole: bool = True
    words: str = ""
    problems: list[str] = field(default_factory=list)
    restocks: list[Restock] = field(default_factory=list)

    def refuse(self, line: Line) -> None:
        """Keep what is wrong with a row."""
        self.bad += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(f"{line.place}: {line.problem}")


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row as it was understood: `row` is None where there is a `problem`."""

    place: str
    sku: str = ""
    row: Row | None = None
    problem: str = ""


def take(feed: Feed, file: File, charset: str, at: datetime) -> Taken:
    """Note what is new in a file, as of this moment. Raises Reject for one that cannot be read."""
    counted = Taken()
    for line in _lines(feed, file, charset):
        counted.rows += line.row is not None
        if line.problem:
            counted.refuse(line)
    if words := _what_looks_broken(feed, counted):
        return replace(counted, is_taken=False, is_whole=False, words=words)
    taken = Taken()
    deadline = time.monotonic() + TAKE_SECONDS
    rest = _lines(feed, file, charset)
    while batch := list(islice(rest, BATCH)):
        _take(feed, batch, taken, at)
        if time.monotonic() > deadline:
            taken.is_whole = False
            break
    if taken.is_whole:
        _note_missing(feed, taken, at)
    taken.words = _words(taken)
    return taken


def _lines(feed: Feed, file: File, charset: str) -> Iterator[Line]:
    names = {column: feed.columns.get(column, column).strip().lower() for column in COLUMNS}
    found = lines(file, written_in=feed.format, sku_column=names["sku"], charset=charset)
    for place, cells in found:
        ours = {column: cells.get(name) for column, name in names.items()}
        try:
            if TOO_MANY in cells:
                raise Wrong("It has more cells than there are columns: put text in quotes.")
            yield Line(place=place, sku=sku_of(ours), row=row_of(ours))
        except Wrong as exc:
            yield Line(place=place, sku=str(ours["sku"] or "").strip(), problem=str(exc))


def _what_looks_broken(feed: Feed, counted: Taken) -> str:
    if not counted.rows:
        return "The file has no row that can be used: nothing was changed."
    if feed.rows and counted.rows * 2 < feed.rows:
        return (
            f"The file has {counted.rows:,} rows that can be used, and had {feed.rows:,} before. "
            "That looks broken, so nothing was changed. If it is right, accept it."
        )
    return ""


def _take(feed: Feed, batch: list[Line], taken: Taken, at: datetime) -> None:
    in_it = FeedItem.objects.filter(feed=feed, item__sku__in=[line.sku for line in batch])
    known = set(in_it.filter(read_at=at).values_list("item__sku", flat=True))
    rows: dict[str, Row] = {}
    for line in batch:
        if line.row is None:
            taken.refuse(line)
        elif line.sku in known or line.sku in rows:
            taken.refuse(replace(line, problem=TWICE))
        else:
            rows[line.sku] = line.row
    in_it.update(read_at=at)  # also where the row is wrong: it is there
    items, moved = describe(feed.store, rows)
    _note(feed, rows, items, moved, taken, at)
    present = [FeedItem(feed=feed, item=item, read_at=at) for item in items.values()]
    FeedItem.objects.bulk_create(
        present, update_conflicts=True, unique_fields=["feed", "item"], update_fields=["read_at"]
    )
    taken.rows += len(rows)


def _note(
    feed: Feed,
    rows: Mapping[str, Row],
    items: Mapping[str, StockItem],
    moved: set[str],
    taken: Taken,
    at: datetime,
) -> None:
    """Tell of the stock that is new, and that the other is as it was."""
    same = []
    for sku, row in rows.items():
        item = items[sku]
        if _is_news(item, row) or (sku in moved and item.seen_at):
            quantity = row.quantity if row.says_quantity else item.quantity
            restock = stock.note_stock(feed.store, sku, quantity, StockLevel.Source.FEED, at=at)
            taken.restocks += [restock] if restock else []
            taken.changed += 1
        elif row.says_quantity:
            same.append(item.id)
    StockItem.objects.filter(id__in=same, seen_at__lt=at).update(seen_at=at)


def _is_news(item: StockItem, row: Row) -> bool:
    if not row.says_quantity:
        return False
    known = (item.quantity, item.is_counted)
    return item.seen_at is None or known != (row.quantity, row.quantity is not None)


def _note_missing(feed: Feed, taken: Taken, at: datetime) -> None:
    """What is not in the feed any more is sold out."""
    gone = FeedItem.objects.filter(feed=feed, read_at__lt=at)
    for sku in gone.values_list("item__sku", flat=True).order_by("id").iterator():
        source = StockLevel.Source.FEED
        stock.note_stock(feed.store, sku, 0, source, backorder=False, at=at)
        taken.missing += 1
    gone.delete()


def _words(taken: Taken) -> str:
    said = [f"{taken.rows:,} rows were taken, {taken.changed:,} of them with news"]
    if taken.bad:
        said.append(f"{taken.bad:,} could not be used")
    if taken.missing:
        said.append(f"{taken.missing:,} variants are not in it any more and count as sold out")
    if taken.restocks:
        said.append(f"{len(taken.restocks):,} came back")
    if not taken.is_whole:
        said.append("the rest follows")
    return "; ".join(said) + "."
