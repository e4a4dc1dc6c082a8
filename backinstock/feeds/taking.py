"""What a feed says is noted: only what has changed, and nothing where the file looks broken."""

from __future__ import annotations

import time
from collections.abc import Container, Generator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from django.db import transaction

from backinstock import stock
from backinstock.counts import Count, note_all
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
    with closing(_lines(feed, file, charset)) as rest:
        while batch := list(islice(rest, BATCH)):
            _take(feed, batch, taken, at)
            if time.monotonic() > deadline:
                taken.is_whole = False
                break
    if taken.is_whole:
        _note_missing(feed, taken, at)
    taken.words = _words(taken)
    return taken


def _lines(feed: Feed, file: File, charset: str) -> Generator[Line]:
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


@transaction.atomic  # a variant that is shown again must not be so before it is noted as back
def _take(feed: Feed, batch: list[Line], taken: Taken, at: datetime) -> None:
    # By ids and without a join: PostgreSQL plans that well also for a table that is new.
    items_of = StockItem.objects.filter(store_id=feed.store_id)
    known = dict(items_of.filter(sku__in={line.sku for line in batch}).values_list("id", "sku"))
    in_it = FeedItem.objects.filter(feed=feed, item_id__in=known)
    told = {known[id_] for id_ in in_it.filter(read_at=at).values_list("item_id", flat=True)}
    rows: dict[str, Row] = {}
    for line in batch:
        if line.row is None:
            taken.refuse(line)
        elif line.sku in told or line.sku in rows:
            taken.refuse(replace(line, problem=TWICE))
        else:
            rows[line.sku] = line.row
    bad = [id_ for id_, sku in known.items() if sku not in rows]
    in_it.filter(item_id__in=bad).update(read_at=at)  # it is there, if only in a row that is wrong
    items, moved = describe(feed.store, rows)
    said = [count for sku, row in rows.items() if (count := _count(row, items[sku], moved))]
    noted = note_all(feed.store, said, StockLevel.Source.FEED, at, moved)
    taken.changed += noted.changed
    taken.restocks += noted.restocks
    present = [FeedItem(feed=feed, item=item, read_at=at) for item in items.values()]
    FeedItem.objects.bulk_create(
        present, update_conflicts=True, unique_fields=["feed", "item"], update_fields=["read_at"]
    )
    taken.rows += len(rows)


def _count(row: Row, item: StockItem, moved: Container[str]) -> Count | None:
    """What a row says of the stock: of a variant that is shown or hidden now, what is known."""
    if row.says_quantity:
        return Count(sku=row.sku, quantity=row.quantity)
    if row.sku in moved and item.seen_at:
        return Count(sku=row.sku, quantity=item.quantity)
    return None


def _note_missing(feed: Feed, taken: Taken, at: datetime) -> None:
    """What is not in the feed any more is sold out."""
    gone = FeedItem.objects.filter(feed=feed, read_at__lt=at)
    for sku in gone.values_list("item__sku", flat=True).order_by("id").iterator():
        source = StockLevel.Source.FEED
        stock.note_stock(feed.store, sku, 0, source, backorder=False, at=at)
        taken.missing += 1
    gone.delete()


def _words(taken: Taken) -> str:
    rows = "1 row was taken" if taken.rows == 1 else f"{taken.rows:,} rows were taken"
    said = [f"{rows}, {taken.changed:,} of them with news"]
    if taken.bad:
        said.append(f"{taken.bad:,} could not be used")
    if taken.missing:
        said.append(f"{taken.missing:,} variants are not in it any more and count as sold out")
    if taken.restocks:
        said.append(f"{len(taken.restocks):,} came back")
    if not taken.is_whole:
        said.append("the rest follows")
    return "; ".join(said) + "."
